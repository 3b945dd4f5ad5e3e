"""What casework holds about members: texts go with the person, kinds, dates and states stay for the counts."""

from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from apps.casework import ending
from apps.casework.models import Case, StepTaken, Supervision, Task
from apps.members.erasing.places import Members, Place, when_erasing


def register() -> None:
    ending.register()
    when_erasing(
        Place("casework.Reply", "case__member"),
        Place("casework.StepTaken", steps),
        Place("casework.Supervision", supervisions),
        Place("casework.Task", tasks),
        Place("casework.Case", "member"),
    )


def tasks(members: Members) -> QuerySet[Any]:
    """Tasks handed out from a case of theirs."""
    refs = Case.objects.filter(member__in=members).annotate(ref=Cast("public_id", CharField())).values("ref")
    return Task.objects.filter(origin_kind="case", origin_ref__in=refs)


def supervisions(members: Members) -> QuerySet[Any]:
    return Supervision.objects.filter(Q(case__member__in=members) | Q(task__in=tasks(members)))


def steps(members: Members) -> QuerySet[Any]:
    return StepTaken.objects.filter(Q(case__member__in=members) | Q(task__in=tasks(members)))

"""What casework holds about members: texts go with the person, kinds, dates and states stay for the counts."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from apps.casework.models import Case, StepTaken, Supervision, Task
from apps.members.erasing.places import Place, when_erasing


def register() -> None:
    when_erasing(
        Place("casework.Reply", "case__member"),
        Place("casework.StepTaken", steps),
        Place("casework.Supervision", supervisions),
        Place("casework.Task", tasks),
        Place("casework.Case", "member"),
    )


def tasks(members: Collection[int]) -> QuerySet[Any]:
    """Tasks handed out from a case of theirs."""
    cases = Case.objects.filter(member__in=members).values_list("public_id", flat=True)
    return Task.objects.filter(origin_kind="case", origin_ref__in=[str(each) for each in cases])


def supervisions(members: Collection[int]) -> QuerySet[Any]:
    return Supervision.objects.filter(Q(case__member__in=members) | Q(task__in=tasks(members)))


def steps(members: Collection[int]) -> QuerySet[Any]:
    return StepTaken.objects.filter(Q(case__member__in=members) | Q(task__in=tasks(members)))

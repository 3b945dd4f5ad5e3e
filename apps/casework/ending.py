"""When the texts of casework end (`members.erasing.retention`): two years after case and all that hangs on it are over."""

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from apps.casework.models import Case, Reply, StepTaken, Supervision, Task
from apps.casework.states import OVER, TaskState, values
from apps.members.erasing.retention import Texts, keeps_texts, texts_end

_EITHER = ("case__office_path", "task__office_path")
_TASK_OVER = [TaskState.SIGNED_OFF, TaskState.CANCELLED]


def register() -> None:
    """Called once, with the declarations for erasing."""
    keeps_texts(members_with_matters)
    texts_end(
        Texts("casework.Case", ended_cases),
        Texts("casework.Reply", _of_cases(Reply), ("case__office_path",)),
        Texts("casework.StepTaken", _of_either(StepTaken), _EITHER),
        Texts("casework.Supervision", _of_either(Supervision), _EITHER),
        Texts("casework.Task", ended_tasks),
    )


def members_with_matters(day: dt.date) -> "QuerySet[Any, Any]":
    """Who has a case that is not over, or was not yet over on that day."""
    return unsettled_cases(day).filter(member__isnull=False).values("member")


def unsettled_cases(day: dt.date) -> "QuerySet[Case]":
    """Not over, or over only after that day; with the tasks and the supervision that came of them."""
    later = Q(opened_on__gt=day) | Q(answered_on__gt=day) | Q(closed_on__gt=day) | Q(verdict_on__gt=day)
    steps = StepTaken.objects.filter(case=OuterRef("pk"), on__gt=day)
    supervised = Supervision.objects.filter(_unsettled_supervision(day), case=OuterRef("pk"))
    handed_out = _unsettled_tasks(day).filter(
        origin_kind="case", origin_ref=Cast(OuterRef("public_id"), CharField())
    )
    return Case._base_manager.filter(
        ~Q(state__in=values(OVER))
        | later
        | Q(merged_into__isnull=False) & ~Q(merged_into__state__in=values(OVER))
        | Exists(steps)
        | Exists(supervised)
        | Exists(handed_out)
    )


def ended_cases(day: dt.date) -> "QuerySet[Case]":
    return Case._base_manager.exclude(pk__in=unsettled_cases(day).values("pk"))


def ended_tasks(day: dt.date) -> "QuerySet[Task]":
    """Tasks that are over, and the case they came of."""
    refs = unsettled_cases(day).annotate(ref=Cast("public_id", CharField())).values("ref")
    rows = Task._base_manager.exclude(pk__in=_unsettled_tasks(day).values("pk"))
    return rows.exclude(origin_kind="case", origin_ref__in=refs)


def _unsettled_tasks(day: dt.date) -> "QuerySet[Task]":
    steps = StepTaken.objects.filter(task=OuterRef("pk"), on__gt=day)
    supervised = Supervision.objects.filter(_unsettled_supervision(day), task=OuterRef("pk"))
    later = Q(assigned_on__gt=day) | Q(answered_on__gt=day) | Q(signed_off_on__gt=day)
    return Task._base_manager.filter(~Q(state__in=_TASK_OVER) | later | Exists(steps) | Exists(supervised))


def _unsettled_supervision(day: dt.date) -> Q:
    return Q(signed_off_on__isnull=True) | Q(signed_off_on__gt=day)


def _of_cases(model: type[Any]) -> Any:
    return lambda day: model._base_manager.filter(case__in=ended_cases(day).values("pk"))


def _of_either(model: type[Any]) -> Any:
    """What hangs on a case, or on a task."""
    return lambda day: model._base_manager.filter(
        Q(case__in=ended_cases(day).values("pk")) | Q(task__in=ended_tasks(day).values("pk"))
    )

"""Who wrote cases and tasks down, and the steps that figures count: for the drill-down."""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db.models import TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.casework.models import Case, StepTaken, Task, Via
from apps.casework.states import Step
from apps.core.metrics import EntriesOf, labelled
from apps.members.versions import events_of
from apps.offices.entered import ENTERED, Entries, after_closing, entries, together

# A step is late where the period of its day was closed for the office that leads.
_STEP_LATE = after_closing("on", "at", "case__lead_office__path")


def cases(keys: Collection[Any], *, key: str = "public_id", steps: Collection[Step] = ()) -> Entries:
    """Who entered them, and who took the last of these steps. Two queries at most."""
    entered = entries(
        Case.objects.filter(**{f"{key}__in": keys}),
        ENTERED,
        key=key,
        # By nobody with an account: the asker wrote it down, by whichever way is not for offices above.
        by=_or("entered_by__name", Value(str(_("提出人")))),
        late=after_closing("opened_on", "entered_at"),
    )
    return together(entered, *(_steps(keys, key, step) for step in steps))


def _steps(keys: Collection[Any], key: str, step: Step) -> Entries:
    """The last step of this kind of each case."""
    taken = StepTaken.objects.filter(**{f"case__{key}__in": keys}, step=step)
    return entries(
        taken.order_by("case_id", "-pk").distinct("case_id"),
        step.label,
        key=f"case__{key}",
        by=_or("by__name", labelled("via", Via.choices)),
        at="at",
        late=_STEP_LATE,
    )


def _or(name: str, otherwise: Combinable) -> Coalesce:
    return Coalesce(name, otherwise, output_field=TextField())


def cases_with(*steps: Step) -> EntriesOf:
    return partial(cases, steps=steps)


def matters(keys: Collection[Any]) -> Entries:
    """Cases and tasks of one list."""
    handed_out = events_of(Task).filter(pgh_obj__public_id__in=keys, pgh_label="insert")
    tasks = entries(
        handed_out,
        pgettext_lazy("deed", "交办"),
        key="pgh_obj__public_id",
        by="assigned_by__name",
        at="pgh_created_at",
        late=after_closing("assigned_on", "pgh_created_at"),
    )
    return together(cases(keys), tasks)

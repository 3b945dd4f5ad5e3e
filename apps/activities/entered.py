"""Who wrote activities and venues down: read from their history, for the drill-down."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import pgettext_lazy

from apps.activities.models import Activity, Venue
from apps.core.metrics import labelled
from apps.members.versions import events_of
from apps.offices.entered import ENTERED, Entries, after_closing, first_written

_STEPS = labelled(
    "state",
    [
        (Activity.State.PLANNED, pgettext_lazy("deed", "列入计划")),
        (Activity.State.HELD, pgettext_lazy("deed", "登记举办")),
    ],
)


def activities(keys: Collection[Any], *, key: str = "public_id") -> Entries:
    """Who put them into the plan, and who wrote down that they were held. One query."""
    written = (
        events_of(Activity).filter(**{f"pgh_obj__{key}__in": keys}).exclude(state=Activity.State.CANCELLED)
    )
    late = after_closing("held_on", "pgh_created_at")
    return first_written(written, _STEPS, key=f"pgh_obj__{key}", each="state", late=late)


def venues(keys: Collection[Any]) -> Entries:
    written = events_of(Venue).filter(pgh_obj__public_id__in=keys, pgh_label="insert")
    return first_written(written, ENTERED, late=after_closing("opened_on", "pgh_created_at"))

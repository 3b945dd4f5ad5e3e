"""What activities put on the calendar, and what a task handed out from one shows. The kind, not the typed title: no names."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.models import Activity, ActivityKind
from apps.casework.origins import Origin
from apps.core.access import Actor, Permission
from apps.notifications.calendar import Entry

MOST = 300
_KINDS = dict(ActivityKind.choices)


def entries(actor: Actor, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """Planned and held activities of the offices where the actor serves."""
    own = [held.low for held in actor.office_ranges(Permission.ACTIVITY_VIEW)]
    found = Activity.objects.filter(office_path__in=own, planned_for__gte=first, planned_for__lte=last)
    rows = found.exclude(state=Activity.State.CANCELLED).order_by("planned_for")
    for public_id, kind, day in rows.values_list("public_id", "kind", "planned_for")[:MOST]:
        title = _("活动：%(kind)s") % {"kind": _KINDS[kind]}
        yield Entry(day, title, f"activity-{public_id}", reverse("activities:activity", args=[public_id]))


def activity_as_source(actor: Actor, reference: str) -> Origin | None:
    """Registered with `casework.origins`: the meeting or event from which something was handed out."""
    try:
        activity = Activity.objects.filter(public_id=uuid.UUID(reference)).first()
    except ValueError:
        return None
    if activity is None:
        return None
    visible = Activity.objects.visible_to(actor, Permission.ACTIVITY_VIEW).filter(pk=activity.pk).exists()
    title = f"{_KINDS[activity.kind]} {activity.planned_for:%Y-%m-%d}"
    return Origin(title, reverse("activities:activity", args=[activity.public_id]) if visible else "")

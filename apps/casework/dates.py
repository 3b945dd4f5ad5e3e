"""What casework puts on the calendar: deadlines of cases, tasks and 督办单 that are still owed an answer. No names."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.casework.models import Case, CaseKind, Supervision, Task
from apps.core.access import Actor, OfficeRange, Permission
from apps.notifications.calendar import Entry

# A month of one user's own offices; a leader of a city sees the most pressing.
MOST = 300
_KINDS = dict(CaseKind.choices)


def entries(actor: Actor, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """Deadlines in these days of what the actor's own offices lead, or what the actor handles or handed out."""
    span = {"due_on__gte": first, "due_on__lte": last}
    cases = (
        Case.objects.visible_to(actor, Permission.CASE_VIEW)
        .open()
        .filter(_own(actor), paused_on=None, **span)
    )
    for pk, public_id, kind, due, red in cases.order_by("due_on").values_list(
        "pk", "public_id", "kind", "due_on", "red_on"
    )[:MOST]:
        title = _("%(number)s（%(kind)s）到期") % {"number": f"S{pk:07d}", "kind": _KINDS[kind]}
        yield Entry(due, title, f"case-{public_id}", reverse("casework:case", args=[public_id]), _tone(red))
    tasks = Task.objects.visible_to(actor, Permission.CASE_VIEW).open()
    mine = _own(actor) | Q(assigned_by=actor.pk)
    for pk, public_id, due, red in (
        tasks.filter(mine, **span)
        .order_by("due_on")
        .values_list("pk", "public_id", "due_on", "red_on")[:MOST]
    ):
        title = _("%(number)s（交办任务）到期") % {"number": f"R{pk:06d}"}
        yield Entry(due, title, f"task-{public_id}", reverse("casework:task", args=[public_id]), _tone(red))
    letters = Supervision.objects.filter(office__path__in=_lows(actor), answered_on=None, **span)
    for letter in letters.select_related("case", "task").order_by("due_on")[:MOST]:
        subject = letter.subject
        name = "casework:case" if isinstance(subject, Case) else "casework:task"
        title = _("%(number)s 督办反馈") % {"number": subject.number}
        yield Entry(
            letter.due_on,
            title,
            f"letter-{letter.public_id}",
            reverse(name, args=[subject.public_id]),
            "danger",
        )


def _lows(actor: Actor) -> list[str]:
    ranges: tuple[OfficeRange, ...] = actor.office_ranges(Permission.CASE_VIEW)
    return [held.low for held in ranges]


def _own(actor: Actor) -> Q:
    """Led by an office where the actor serves, or handled by the actor; not all that lies below a city."""
    return Q(lead_office__path__in=_lows(actor)) | Q(handler=actor.pk)


def _tone(red_on: dt.date | None) -> str:
    return "danger" if red_on else ""

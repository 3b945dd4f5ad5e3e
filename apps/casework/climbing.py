"""What the clock does each working morning: yellow, red, 督办单, and silence that counts as an answer.

The day comes in; tests give any day. Running twice on a day, or after days off, gives the same: what turned is dated by
its rung, not by the run, and each message has one key.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q

from apps.casework.clock import answer_by_silence
from apps.casework.deadlines import accept_by, last_day
from apps.casework.ladder import Rungs, rungs
from apps.casework.models import Case, Supervision, Task, Term
from apps.casework.offices import serving_at
from apps.casework.states import CaseState, Step
from apps.casework.telling import (
    RED,
    SILENT,
    UNACCEPTED,
    YELLOW,
    handlers_at_lead,
    pressed,
    responsible,
    tell,
    tell_supervised,
)
from apps.casework.terms import limit_of
from apps.core.access import Permission
from apps.core.workdays import WorkCalendar
from apps.members.models import Member
from apps.offices.models import OfficeKind

# No deadline further away than this can turn yellow: three working days around the longest holiday.
FURTHEST = dt.timedelta(days=20)


def climb(today: dt.date) -> dict[str, int]:
    """Move every ladder to where it stands today; gives how many turned. On a day off nothing turns."""
    calendar = WorkCalendar()
    turned = {"yellow": 0, "red": 0, "supervised": 0, "silent": 0}
    if not calendar.is_workday(today):
        return turned
    turned["silent"] = _answer_the_silent(today)
    _remind_to_accept(today)
    for subject in _candidates(today):
        for name in _move_up(subject, rungs(subject.due_on, calendar), today):
            turned[name] += 1
    return turned


def _candidates(today: dt.date) -> Iterable[Case | Task]:
    """What is owed an answer and near its deadline. Who left the registry is no longer pressed for."""
    gone = Q(member__status__in=[Member.Status.WITHDRAWN])
    cases = Case.objects.open().filter(due_on__lte=today + FURTHEST, paused_on=None).exclude(gone)
    tasks = Task.objects.open().filter(due_on__lte=today + FURTHEST)
    for rows in (cases, tasks):
        yield from rows.select_related("office", "lead_office", "handler").order_by("pk").iterator()


@transaction.atomic
def _move_up(subject: Case | Task, steps: Rungs, today: dt.date) -> list[str]:
    """Turn what is due to turn; each rung once."""
    turned = []
    if today >= steps.red_on:
        if _mark(subject, "red_on", steps.red_on):
            turned.append("red")
        if not _told_red_before(subject):
            tell(pressed(subject), RED, subject, f"red:{steps.red_on}", day=subject.due_on)
    elif today >= steps.yellow_on and _mark(subject, "yellow_on", steps.yellow_on):
        turned.append("yellow")
        tell(responsible(subject), YELLOW, subject, f"yellow:{subject.due_on}", day=subject.due_on)
    if today >= steps.supervise_on and issue_supervision(subject, today):
        turned.append("supervised")
    return turned


def _told_red_before(subject: Case | Task) -> bool:
    """Red once is red for the figures; a case that was reopened since turns again for those responsible."""
    again = isinstance(subject, Case) and subject.reopened_on is not None
    return subject.red_on is not None and not again


def _mark(subject: Case | Task, field: str, day: dt.date) -> bool:
    """Write a rung if it is not written; a claim, so that two workers turn it once."""
    if getattr(subject, field) is not None:
        return False
    model = type(subject)
    return bool(model._default_manager.filter(pk=subject.pk, **{field: None}).update(**{field: day}))


def issue_supervision(subject: Case | Task, today: dt.date) -> Supervision | None:
    """A 督办单 to the office that leads, once; for a department to the office that entered the case. None if it has one."""
    letters = subject.supervisions.all()
    if isinstance(subject, Case) and subject.reopened_on:
        letters = letters.filter(Q(issued_on__gte=subject.reopened_on) | Q(signed_off_on=None))
    if letters.exists():
        return None
    to_department = subject.lead_office.kind == OfficeKind.DEPARTMENT
    office = subject.office if to_department else subject.lead_office
    letter = Supervision.objects.create(
        case=subject if isinstance(subject, Case) else None,
        task=subject if isinstance(subject, Task) else None,
        office=office,
        issued_on=today,
        due_on=last_day(limit_of(Term.SUPERVISION), today),
    )
    leaders = serving_at(office, Permission.CASE_SUPERVISE, today)
    handlers = serving_at(office, Permission.CASE_HANDLE, today)
    told = {user.pk: user for user in [*pressed(subject), *handlers, *leaders]}
    tell_supervised(letter, list(told.values()))
    return letter


def _remind_to_accept(today: dt.date) -> None:
    """Once for each time a case was laid before an office that has not taken it on in time."""
    limit = limit_of(Term.ACCEPT)
    laid = Max("steps__on", filter=Q(steps__step__in=[Step.OPEN, Step.TRANSFER, Step.RESUBMIT]))
    waiting = Case.objects.filter(state__in=[CaseState.REGISTERED, CaseState.TRANSFERRED])
    cases = waiting.exclude(member__status=Member.Status.WITHDRAWN).annotate(laid_on=laid)
    for case in cases.select_related("office", "lead_office", "handler").order_by("pk"):
        since = case.laid_on or case.opened_on
        if today > accept_by(since, limit):
            tell(handlers_at_lead(case), UNACCEPTED, case, f"unaccepted:{since}")


def _answer_the_silent(today: dt.date) -> int:
    """The asker's silence."""
    waiting = Case.objects.open().filter(paused_on__isnull=False).order_by("pk")
    return sum(_end_by_silence(case, today) for case in waiting)


@transaction.atomic
def _end_by_silence(case: Case, today: dt.date) -> bool:
    answered = answer_by_silence(case, today)
    if answered is not None:
        tell(responsible(answered), SILENT, answered, f"silent:{answered.answered_on}")
    return answered is not None

"""How long a case may take: working days by kind, months for proposals (guide: cases.closed_on_time)."""

import datetime as dt

from apps.casework.models import CaseKind
from apps.core.workdays import WorkCalendar

ACCEPT_WITHIN = 2
WORKDAYS = {
    CaseKind.POLICY_QUESTION: 5,
    CaseKind.REQUEST: 15,
    CaseKind.COMPLAINT: 15,
    CaseKind.SUGGESTION: 30,
}
PROPOSAL_MONTHS = 3


def due_on(kind: str, opened_on: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day on which an answer is on time. A proposal's falls on the next working day (期限顺延)."""
    calendar = calendar or WorkCalendar()
    if kind == CaseKind.PROPOSAL:
        return calendar.next_workday(_months_later(opened_on, PROPOSAL_MONTHS)).day
    return calendar.add_workdays(opened_on, WORKDAYS[CaseKind(kind)]).day


def accept_by(opened_on: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day on which taking a case on is in time."""
    return (calendar or WorkCalendar()).add_workdays(opened_on, ACCEPT_WITHIN).day


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))

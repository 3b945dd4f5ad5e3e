"""How long a case or task may take, and what pauses do to it. Pure: days in, days out (guide: cases.closed_on_time)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from apps.casework.models.terms import Term, Unit
from apps.core.workdays import WorkCalendar

# Whoever asked and says nothing for more than so many working days has been answered.
SILENCE = 10


@dataclass(frozen=True)
class Limit:
    """A time limit; `extension`: the working days that the one extension adds, 0 where there is none."""

    number: int
    unit: Unit = Unit.WORKDAYS
    extension: int = 0


# What holds until an administrator changes it (`models.TermSetting`).
DEFAULTS: Mapping[str, Limit] = {
    Term.ACCEPT: Limit(2),
    Term.POLICY_QUESTION: Limit(5),
    Term.REQUEST: Limit(15, extension=15),
    Term.COMPLAINT: Limit(15, extension=15),
    Term.SUGGESTION: Limit(30),
    Term.PROPOSAL: Limit(3, Unit.MONTHS),
    Term.TASK: Limit(10, extension=10),
    Term.SUPERVISION: Limit(5),
}


def last_day(limit: Limit, start: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day in time. One counted in months falls on the next working day (期限顺延)."""
    calendar = calendar or WorkCalendar()
    if limit.unit == Unit.MONTHS:
        return calendar.next_workday(_months_later(start, limit.number)).day
    return calendar.add_workdays(start, limit.number).day


def due_on(kind: str, opened_on: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day on which an answer is on time, by the default limits."""
    return last_day(DEFAULTS[kind], opened_on, calendar)


def accept_by(opened_on: dt.date, limit: Limit = DEFAULTS[Term.ACCEPT]) -> dt.date:
    """The last day on which taking a case on is in time."""
    return last_day(limit, opened_on)


def after_pause(
    due: dt.date, paused_on: dt.date, resumed_on: dt.date, calendar: WorkCalendar | None = None
) -> dt.date:
    """The deadline after a wait: later by the working days of the wait."""
    calendar = calendar or WorkCalendar()
    waited = calendar.workdays_between(paused_on, resumed_on).days
    return calendar.add_workdays(due, waited).day if waited > 0 else due


def silent_from(paused_on: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The first day on which the asker's silence counts as an answer."""
    return (calendar or WorkCalendar()).add_workdays(paused_on, SILENCE + 1).day


def extended(due: dt.date, limit: Limit, calendar: WorkCalendar | None = None) -> dt.date:
    """The deadline after the one extension."""
    return (calendar or WorkCalendar()).add_workdays(due, limit.extension).day


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))

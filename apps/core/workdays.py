"""Chinese working days: deadlines skip holidays and count make-up Saturdays (调休).

Three sources, in this order: `overrides` (the holiday table that administrators edit: day → is it worked), the
published holidays of chinesecalendar, Monday to Friday. Where the last one was used the answer says so, and the
page shows 节假日安排尚未公布，按周一至周五计算.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chinese_calendar.constants import holidays, workdays

from apps.core.edited import Edited

# The library knows whole years, those in which it lists a holiday.
KNOWN_YEARS = frozenset(day.year for day in holidays)

Overrides = Mapping[dt.date, bool]
_edited: Edited[Overrides] = Edited({})


def edited_days_come_from(read: Callable[[], Overrides]) -> None:
    """Called in `ready()` of the app that keeps the table."""
    _edited.read = read


def forget_edited_days() -> None:
    """The table was changed: it is read anew."""
    _edited.forget()


@dataclass(frozen=True)
class Due:
    """A day found by counting; `is_estimated` where Monday to Friday was assumed on the way."""

    day: dt.date
    is_estimated: bool


@dataclass(frozen=True)
class Count:
    """A number of working days; `is_estimated` where Monday to Friday was assumed on the way."""

    days: int
    is_estimated: bool


@dataclass(frozen=True)
class WorkCalendar:
    """Working days under a table of exceptions: the edited one, or the one that is given."""

    overrides: Overrides = field(default_factory=_edited.get)

    def is_workday(self, day: dt.date) -> bool:
        known = self.overrides.get(day)
        return _is_published_workday(day) if known is None else known

    def is_estimated(self, day: dt.date) -> bool:
        """Whether nobody has published or entered anything for the day's year."""
        return day.year not in KNOWN_YEARS and day.year not in {known.year for known in self.overrides}

    def add_workdays(self, day: dt.date, number: int) -> Due:
        """The `number`-th working day after `day` (before it, where negative); the day itself is not counted.

        With 0 the day itself is returned, worked or not.
        """
        step = dt.timedelta(days=1 if number > 0 else -1)
        estimated, left = False, abs(number)
        while left:
            day += step
            estimated = estimated or self.is_estimated(day)
            left -= self.is_workday(day)
        return Due(day, estimated)

    def workdays_between(self, first: dt.date, last: dt.date) -> Count:
        """Working days after `first` up to and including `last`; negative where `last` is earlier.

        For a working day `last` it is the inverse of add_workdays.
        """
        if last < first:
            count = self.workdays_between(last - dt.timedelta(days=1), first - dt.timedelta(days=1))
            return Count(-count.days, count.is_estimated)
        days = [first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1)]
        return Count(sum(map(self.is_workday, days)), any(map(self.is_estimated, days)))

    def next_workday(self, day: dt.date) -> Due:
        """The day itself if it is worked, otherwise the next working day (期限顺延)."""
        return Due(day, self.is_estimated(day)) if self.is_workday(day) else self.add_workdays(day, 1)


def _is_published_workday(day: dt.date) -> bool:
    # Both tables are empty outside the known years, which leaves Monday to Friday.
    return day in workdays or (day.weekday() < 5 and day not in holidays)

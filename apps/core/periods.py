"""Periods in which work is counted: a calendar year, half, quarter or month.

Codes are stable and sort within one kind: 2026, 2026H1, 2026Q3, 2026-05.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """How many months a period of this kind has."""
        return _MONTHS[self]

    @property
    def per_year(self) -> int:
        return 12 // self.months


_MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
# [0-9] and not \d: full-width digits are no part of a code.
_CODE = re.compile(r"([0-9]{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Period:
    """One period; `index` counts within the year from 1 (always 1 for a year)."""

    kind: PeriodKind
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        # Raises ValueError too where a plain string is no kind.
        object.__setattr__(self, "kind", PeriodKind(self.kind))
        if not dt.MINYEAR <= self.year <= dt.MAXYEAR:
            raise ValueError(f"no such year: {self.year}")
        if not 1 <= self.index <= self.kind.per_year:
            raise ValueError(f"no such {self.kind}: {self.index}")

    @classmethod
    def parse(cls, code: str) -> "Period":
        """The period of a code such as 2026, 2026H1, 2026Q3, 2026-05. Raises ValueError for anything else."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError("no period code")
        year, half, quarter, month = match.groups()
        if half:
            return cls(PeriodKind.HALF, int(year), int(half))
        if quarter:
            return cls(PeriodKind.QUARTER, int(year), int(quarter))
        if month:
            return cls(PeriodKind.MONTH, int(year), int(month))
        return cls(PeriodKind.YEAR, int(year))

    @classmethod
    def containing(cls, day: dt.date, kind: PeriodKind) -> "Period":
        kind = PeriodKind(kind)
        return cls(kind, day.year, (day.month - 1) // kind.months + 1)

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, (self.index - 1) * self.kind.months + 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day, inclusive."""
        last_month = self.index * self.kind.months
        if last_month == 12:
            return dt.date(self.year, 12, 31)
        return dt.date(self.year, last_month + 1, 1) - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def code(self) -> str:
        suffix = {
            PeriodKind.YEAR: "",
            PeriodKind.HALF: f"H{self.index}",
            PeriodKind.QUARTER: f"Q{self.index}",
            PeriodKind.MONTH: f"-{self.index:02d}",
        }
        return f"{self.year:04d}{suffix[self.kind]}"

    @property
    def label(self) -> str:
        """The period in words, in the language of the reader: 2026年第三季度."""
        return _label_pattern(self) % {"year": self.year, "month": self.index}

    def months(self) -> tuple["Period", ...]:
        return self.parts(PeriodKind.MONTH)

    def parts(self, kind: PeriodKind) -> tuple["Period", ...]:
        """The periods of a kind that make up this one, in order. Raises ValueError where the kind is longer."""
        kind = PeriodKind(kind)
        if kind.months > self.kind.months:
            raise ValueError(f"a {self.kind} has no {kind}")
        each = self.kind.months // kind.months
        first = (self.index - 1) * each + 1
        return tuple(Period(kind, self.year, index) for index in range(first, first + each))

    def previous(self) -> "Period":
        """The period of the same kind just before."""
        if self.index > 1:
            return Period(self.kind, self.year, self.index - 1)
        return Period(self.kind, self.year - 1, self.kind.per_year)

    def next(self) -> "Period":
        """The period of the same kind just after."""
        if self.index < self.kind.per_year:
            return Period(self.kind, self.year, self.index + 1)
        return Period(self.kind, self.year + 1)

    def year_before(self) -> "Period":
        """The same period one year earlier (同期)."""
        return Period(self.kind, self.year - 1, self.index)

    def holds(self, other: "Period | dt.date") -> bool:
        """Whether a day, or the whole of another period, lies in this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def __str__(self) -> str:
        return self.code


def _label_pattern(period: Period) -> str:
    """Whole sentences per case, because other languages put the words in another order."""
    if period.kind is PeriodKind.YEAR:
        return _("%(year)d年")
    if period.kind is PeriodKind.MONTH:
        return _("%(year)d年%(month)d月")
    if period.kind is PeriodKind.HALF:
        return (_("%(year)d年上半年"), _("%(year)d年下半年"))[period.index - 1]
    quarters = (
        _("%(year)d年第一季度"),
        _("%(year)d年第二季度"),
        _("%(year)d年第三季度"),
        _("%(year)d年第四季度"),
    )
    return quarters[period.index - 1]

"""年度进度: what a pair's year comes to. Pure: counts entries and contacts, asks no database.

The rules stand in guide/scoring.md (general rules, `duties.fulfilled`, `pairing.contacted_in_quarter`):

- A duty is due in a period only if the pair lived through at least half of it; a quarter of contact from 45 days.
- Nothing is carried over: four talks in December are not four quarters.
- After a hand-over the duty follows the member: pairs joined by a hand-over count as one (a *chain*), and what is
  due and done in a period stands with the pair that held the member last in it. Entries stay with who made them.
- Who asked for less contact, withdrew, died or moved leaves from that period on with what is unmet (due := done),
  so that leaving never lowers a ratio.

The same rules in SQL: `apps.pairing.rebuild`. The two are compared by a test and by the nightly rebuild.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from apps.core.periods import Period, PeriodKind
from apps.pairing.models import DutyKind, DutyPeriod, Pairing

QUARTER_DAYS = 45

_KINDS = DutyKind.values

# The next pair of the same member goes on where this one stopped.
FOLLOWED = frozenset({Pairing.EndReason.HAND_OVER, Pairing.EndReason.CADRE_LEFT})
# The pair ended because the member wished it or is gone: nobody is to lose by it.
MEMBER_LEFT = frozenset({Pairing.EndReason.MEMBER_ASKED, Pairing.EndReason.WITHDRAWN, Pairing.EndReason.LEFT})

PERIOD_KIND = {
    DutyPeriod.YEAR: PeriodKind.YEAR,
    DutyPeriod.HALF: PeriodKind.HALF,
    DutyPeriod.QUARTER: PeriodKind.QUARTER,
}


@dataclass(frozen=True)
class Owed:
    """One duty of a plan: `number` times `kind` in each period, in periods that end on `from_on` or later.

    Of two for one kind the one with the later `from_on` holds as soon as it may.
    """

    kind: str
    number: int
    per: str
    from_on: dt.date = dt.date.min


@dataclass(frozen=True)
class Life:
    """One pair with all that it did in the year. Both ends are days of the pair; `ended_on` None: it goes on."""

    pairing: int
    started_on: dt.date
    ended_on: dt.date | None = None
    end_reason: str = ""
    owed: tuple[Owed, ...] = ()
    entries: tuple[tuple[str, dt.date], ...] = ()
    contacts: tuple[dt.date, ...] = ()


@dataclass
class Progress:
    """The figures of a `PairingYear`, under its field names."""

    contacts: list[int] = field(default_factory=lambda: [0] * 12)
    talk: list[int] = field(default_factory=lambda: [0] * 12)
    visit: list[int] = field(default_factory=lambda: [0] * 12)
    activity: list[int] = field(default_factory=lambda: [0] * 12)
    deed: list[int] = field(default_factory=lambda: [0] * 12)
    suggestion: list[int] = field(default_factory=lambda: [0] * 12)
    due: list[int] = field(default_factory=lambda: [0] * 12)
    done: list[int] = field(default_factory=lambda: [0] * 12)
    kinds_due: list[int] = field(default_factory=lambda: [0] * 20)
    kinds_done: list[int] = field(default_factory=lambda: [0] * 20)
    quarters_due: list[int] = field(default_factory=lambda: [0] * 4)
    quarters_met: list[int] = field(default_factory=lambda: [0] * 4)
    last_contact_on: dt.date | None = None

    def of_kind(self, kind: str) -> list[int]:
        """The twelve numbers of one kind of entry."""
        months: list[int] = getattr(self, DutyKind(kind).value)
        return months


@dataclass(frozen=True)
class Standing:
    """One duty in one period, in words a page can show."""

    kind: str
    period: Period
    due: int
    done: int
    pairing: int


def place_of(kind: str, last_month: int) -> int:
    """Where a kind's quarter stands among the twenty of `PairingYear.kinds_due`."""
    return 4 * _KINDS.index(kind) + (last_month - 1) // 3


def compute(year: int, lives: Iterable[Life], left_on: dt.date | None = None) -> dict[int, Progress]:
    """The year of every pair of *one* member, by pairing id.

    `left_on`: the day since which the member wants less contact or is gone, if so.
    """
    ordered = sorted((life for life in lives if _alive_in(life, year)), key=lambda life: life.started_on)
    result = {life.pairing: _counted(life, year) for life in ordered}
    for chain in _chains(ordered, left_on):
        for standing in chain.standings(year):
            progress = result[standing.pairing]
            progress.due[standing.period.end.month - 1] += standing.due
            progress.done[standing.period.end.month - 1] += standing.done
            at = place_of(standing.kind, standing.period.end.month)
            progress.kinds_due[at] += standing.due
            progress.kinds_done[at] += standing.done
        for pairing, index, due, met in chain.quarters(year):
            result[pairing].quarters_due[index] += due
            result[pairing].quarters_met[index] += met
    return result


def standings(year: int, lives: Iterable[Life], left_on: dt.date | None = None) -> list[Standing]:
    """Every duty in every period of the year, for pages; sums to `due` and `done` of `compute`."""
    ordered = sorted((life for life in lives if _alive_in(life, year)), key=lambda life: life.started_on)
    return [standing for chain in _chains(ordered, left_on) for standing in chain.standings(year)]


def in_force(owed: Iterable[Owed], last_day: dt.date) -> Iterable[Owed]:
    """What a period that ends on this day goes by: of each kind the latest version."""
    begun = (one for one in owed if one.from_on <= last_day)
    return {one.kind: one for one in sorted(begun, key=lambda one: one.from_on)}.values()


def _alive_in(life: Life, year: int) -> bool:
    return life.started_on.year <= year and (life.ended_on is None or life.ended_on.year >= year)


def _counted(life: Life, year: int) -> Progress:
    progress = Progress()
    for kind, day in life.entries:
        if day.year == year:
            progress.of_kind(kind)[day.month - 1] += 1
    for day in life.contacts:
        if day.year == year:
            progress.contacts[day.month - 1] += 1
    progress.last_contact_on = max((day for day in life.contacts if day.year == year), default=None)
    return progress


@dataclass(frozen=True)
class _Chain:
    """Pairs of one member joined by hand-overs. `left_on`: from that day on only what was done is due."""

    lives: Sequence[Life]
    left_on: dt.date | None
    goes_on: bool

    def standings(self, year: int) -> Iterable[Standing]:
        for per, kind in PERIOD_KIND.items():
            for period in Period(PeriodKind.YEAR, year).parts(kind):
                yield from self._in_period(period, per)

    def _in_period(self, period: Period, per: DutyPeriod) -> Iterable[Standing]:
        holder = self._holder(period)
        if holder is None or 2 * self._days(period) < period.days:
            return
        for owed in in_force(holder.owed, period.end):
            if owed.per == per and owed.number:
                done = min(owed.number, self._entries(owed.kind, period))
                due = done if self._has_left(period) else owed.number
                yield Standing(owed.kind, period, due, done, holder.pairing)

    def quarters(self, year: int) -> Iterable[tuple[int, int, int, int]]:
        """Pairing, index of the quarter from 0, whether due, whether met."""
        for quarter in Period(PeriodKind.YEAR, year).parts(PeriodKind.QUARTER):
            holder = self._holder(quarter)
            if holder is None or self._days(quarter) < QUARTER_DAYS:
                continue
            met = int(any(quarter.holds(day) for life in self.lives for day in life.contacts))
            due = met if self._has_left(quarter) else 1
            yield holder.pairing, quarter.index - 1, due, met

    def _holder(self, period: Period) -> Life | None:
        begun = [life for life in self.lives if life.started_on <= period.end]
        return begun[-1] if begun else None

    def _days(self, period: Period) -> int:
        return sum(_overlap(life.started_on, self._end(life), period) for life in self.lives)

    def _end(self, life: Life) -> dt.date | None:
        # A pair whose member left is measured as if it went on: what was done stays due and done.
        return None if self.goes_on and life is self.lives[-1] else life.ended_on

    def _has_left(self, period: Period) -> bool:
        return self.left_on is not None and self.left_on <= period.end

    def _entries(self, kind: str, period: Period) -> int:
        return sum(made == kind and period.holds(day) for life in self.lives for made, day in life.entries)


def _chains(ordered: Sequence[Life], left_on: dt.date | None) -> list[_Chain]:
    groups: list[list[Life]] = []
    for life in ordered:
        if groups and groups[-1][-1].end_reason in FOLLOWED:
            groups[-1].append(life)
        else:
            groups.append([life])
    return [_chain(group, left_on) for group in groups]


def _chain(lives: Sequence[Life], member_left_on: dt.date | None) -> _Chain:
    last = lives[-1]
    ended_so = last.ended_on if last.end_reason in MEMBER_LEFT else None
    left_on = min((day for day in (member_left_on, ended_so) if day), default=None)
    goes_on = bool(left_on and last.ended_on and left_on <= last.ended_on)
    return _Chain(lives, left_on, goes_on)


def _overlap(start: dt.date, end: dt.date | None, period: Period) -> int:
    """Days, both ends included."""
    last = period.end if end is None else min(end, period.end)
    return max(0, (last - max(start, period.start)).days + 1)

"""Totals and grades of assessed offices: pure functions (guide: scoring, "Totals").

The only place that knows re-basing, caps and quotas. Grades are for offices; nothing here can take a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from apps.assessment.numbers import round_half_up
from apps.assessment.rules import Score, State

FULL = Decimal(100)
# Of 100 points, at most this many may be scaled away as not applicable; beyond it people decide.
MOST_SCALED_AWAY = Decimal(20)

Office = TypeVar("Office")


class Part(StrEnum):
    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


@dataclass(frozen=True)
class ScoredItem:
    """One indicator of one office. `points` is its share of the 100 (0 for bonus and deduction)."""

    score: Score
    points: Decimal = Decimal(0)


@dataclass(frozen=True)
class ScoredSection:
    part: Part
    items: tuple[ScoredItem, ...]
    # At most this many points in all, for bonus and deduction.
    cap: Decimal | None = None


class Standing(StrEnum):
    FINAL = "final"
    # Some item is 未评: the total reads 已计 x / 可计 y 分.
    OPEN = "open"
    # More than 20 points not applicable: marked for a decision by people.
    FOR_DECISION = "for_decision"


@dataclass(frozen=True)
class Total:
    """An office's total. `item_points` are the rounded (and re-based) points of each item, in the sections' order."""

    standing: Standing
    base: Decimal
    bonus: Decimal
    deduction: Decimal
    earned: Decimal
    countable: Decimal
    not_applicable: Decimal
    factor: Fraction
    item_points: tuple[tuple[Decimal | None, ...], ...]

    @property
    def total(self) -> Decimal:
        """Base + bonus − deduction; meaningful as a result only when `standing` is final."""
        return self.base + self.bonus - self.deduction


def add_up(sections: Sequence[ScoredSection]) -> Total:
    """The total of one office; the order of sections and of items makes no difference to it."""
    base = [item for section in sections if section.part == Part.BASE for item in section.items]
    missing = sum((item.points for item in base if item.score.state == State.NOT_APPLICABLE), Decimal(0))
    countable = sum((item.points for item in base if item.score.state == State.SCORED), Decimal(0))
    standing = _standing(sections, missing)
    factor = Fraction(FULL) / Fraction(FULL - missing) if standing == Standing.FINAL else Fraction(1)
    item_points = tuple(
        tuple(
            _points(item.score, factor if section.part == Part.BASE else Fraction(1))
            for item in section.items
        )
        for section in sections
    )
    sums = {part: Decimal(0) for part in Part}
    for section, points in zip(sections, item_points, strict=True):
        sums[section.part] += _section_sum(section, points)
    return Total(
        standing=standing,
        # Rounding item by item may overshoot by a few hundredths after re-basing; 100 is the most there is.
        base=min(sums[Part.BASE], FULL),
        bonus=sums[Part.BONUS],
        deduction=-sums[Part.DEDUCTION],
        earned=sum((item.score.points or Decimal(0) for item in base), Decimal(0)),
        countable=countable,
        not_applicable=missing,
        factor=factor,
        item_points=item_points,
    )


def _standing(sections: Sequence[ScoredSection], missing: Decimal) -> Standing:
    if any(item.score.state == State.UNDECIDED for section in sections for item in section.items):
        return Standing.OPEN
    return Standing.FOR_DECISION if missing > MOST_SCALED_AWAY else Standing.FINAL


def _points(score: Score, factor: Fraction) -> Decimal | None:
    return round_half_up(score.exact * factor) if score.state == State.SCORED else None


def _section_sum(section: ScoredSection, points: Sequence[Decimal | None]) -> Decimal:
    total = sum((each for each in points if each is not None), Decimal(0))
    if section.cap is None:
        return total
    return max(-section.cap, min(total, section.cap))


# Grades -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grade:
    """A grade from `at_least` points on; `quota` is the share of the group that may hold it (None: no limit)."""

    name: str
    at_least: Decimal
    quota: Decimal | None = None

    def to_data(self) -> list[str | None]:
        return [self.name, str(self.at_least), None if self.quota is None else str(self.quota)]

    @classmethod
    def from_data(cls, row: Sequence[str | None]) -> "Grade":
        name, at_least, quota = row
        return cls(str(name), Decimal(str(at_least)), None if quota is None else Decimal(quota))


def places(quota: Decimal, offices: int) -> int:
    """How many offices of a group may hold the grade: max(1, round half up(quota × offices))."""
    exact = Fraction(quota) * offices
    return max(1, int(exact + Fraction(1, 2)))


def grade_group(
    grades: Sequence[Grade],
    totals: Mapping[Office, Decimal],
    *,
    size: int | None = None,
    vetoed: Mapping[Office, str] | None = None,
) -> dict[Office, str]:
    """The grade of every office of one group, from final totals only.

    `grades` run from best to lowest; whoever reaches none takes the lowest. Equal totals share a place, so a tie on
    the last place lets all of them in. Who falls outside a quota takes the next grade. `size` is the number of
    offices of the group when not all of them can be graded yet. `vetoed` (一票否决) maps an office to its basis
    (文号): it takes the lowest grade before quotas are counted. Raises ValueError for a veto without a basis.
    """
    vetoed = vetoed or {}
    if any(not basis.strip() for basis in vetoed.values()):
        raise ValueError("一票否决须有依据（文号）")
    offices = size if size is not None else len(totals)
    result: dict[Office, str] = {}
    waiting = {office: total for office, total in totals.items() if office not in vetoed}
    for grade in grades[:-1]:
        candidates = {office: total for office, total in waiting.items() if total >= grade.at_least}
        limit = places(grade.quota, offices) if grade.quota is not None else len(candidates)
        for office, total in candidates.items():
            if sum(other > total for other in candidates.values()) < limit:
                result[office] = grade.name
                del waiting[office]
    return {office: result.get(office, grades[-1].name) for office in totals}


def grade_groups(
    grades: Sequence[Grade],
    groups: Iterable[Sequence[Office]],
    totals: Mapping[Office, Total],
    *,
    vetoed: Mapping[Office, str] | None = None,
) -> dict[Office, str]:
    """Grades group by group; none in a group in which some total is still open (quotas need all of them).

    An office marked for a decision by people gets none here, and still counts for the size of its group's quota.
    """
    vetoed = vetoed or {}
    found: dict[Office, str] = {}
    for group in groups:
        standings = {office: totals[office].standing for office in group}
        if Standing.OPEN in standings.values():
            continue
        final = {o: totals[o].total for o in group if standings[o] == Standing.FINAL}
        basis = {office: vetoed[office] for office in group if office in vetoed}
        found |= grade_group(grades, final, size=len(group), vetoed=basis)
    return found

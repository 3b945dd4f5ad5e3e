"""A scheme as plain data: what a scheme file says, ready to be scored. No database (see `models` for the stored form)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from apps.assessment.rules import Rule
from apps.assessment.totals import Grade, Part


@dataclass(frozen=True)
class PlannedItem:
    """One indicator: its rule, and where its figure comes from (a metric, or declared, or judged by people)."""

    name: str
    rule: Rule
    points: Decimal = Decimal(0)
    metric: str = ""
    declared: bool = False
    evidence_required: bool = False
    # The scheme's own words, shown beside the text made from the rule.
    note: str = ""
    # The names of the groups it is for; none: for all. Other weights are other items of the same name.
    groups: tuple[str, ...] = ()

    def is_for(self, group: str) -> bool:
        return not self.groups or group in self.groups


@dataclass(frozen=True)
class PlannedSection:
    name: str
    part: Part
    items: tuple[PlannedItem, ...]
    points: Decimal = Decimal(0)
    cap: Decimal | None = None
    # Where its points differ from group to group: (group, points); `points` are then the most there are.
    group_points: tuple[tuple[str, Decimal], ...] = ()

    def points_of(self, group: str) -> Decimal:
        return dict(self.group_points).get(group, self.points)

    def items_of(self, group: str) -> tuple[PlannedItem, ...]:
        return tuple(item for item in self.items if item.is_for(group))


@dataclass(frozen=True)
class Group:
    """Offices that are compared with each other, by office code."""

    name: str
    offices: tuple[str, ...]


class Span(NamedTuple):
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Calendar:
    open: dt.date
    entry_deadline: dt.date
    self_statement: Span
    review: Span
    objection_workdays: int
    decision: dt.date
    publish: dt.date


@dataclass(frozen=True)
class Plan:
    """A whole scheme. `assessed` is the kind of office, `assessor` the code of the office that assesses, above all of them."""

    code: str
    name: str
    basis: str
    year: int
    assessed: str
    assessor: str
    groups: tuple[Group, ...]
    calendar: Calendar
    grades: tuple[Grade, ...]
    sections: tuple[PlannedSection, ...]

    def items(self) -> Iterator[PlannedItem]:
        for section in self.sections:
            yield from section.items

    @property
    def differs(self) -> bool:
        """Whether some groups have other items or weights than others."""
        return any(item.groups for item in self.items()) or any(s.group_points for s in self.sections)

    def group_of(self, office_code: str) -> Group | None:
        return next((group for group in self.groups if office_code in group.offices), None)

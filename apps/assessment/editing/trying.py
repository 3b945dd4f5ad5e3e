"""试算: a scheme scored with the figures of the year before. Nothing is stored, and nobody is told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.assessment.counted import CountedYear
from apps.assessment.evidence import Evidence
from apps.assessment.plan import Group, Plan, PlannedItem
from apps.assessment.rules import Rank, Score, State, undecided
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import ScoredItem, ScoredSection, Total, add_up
from apps.offices.models import Office


@dataclass(frozen=True)
class TriedLine:
    """One item for one office: its points, or why there are none."""

    item: PlannedItem
    score: Score
    points: Decimal | None

    @property
    def is_counted(self) -> bool:
        """Whether the software counts it: the rest is for judges, reviewers and declarations of the year itself."""
        return bool(self.item.metric)

    @property
    def does_not_apply(self) -> bool:
        return self.score.state == State.NOT_APPLICABLE


@dataclass(frozen=True)
class TriedOffice:
    office: Office
    lines: tuple[TriedLine, ...]
    total: Total


@dataclass(frozen=True)
class TriedGroup:
    name: str
    items: tuple[PlannedItem, ...]
    offices: tuple[TriedOffice, ...]

    @property
    def rows(self) -> list[tuple[PlannedItem, list[TriedLine]]]:
        """One row per item, a cell per office: as people compare a scheme."""
        return [
            (item, [tried.lines[number] for tried in self.offices]) for number, item in enumerate(self.items)
        ]


@dataclass(frozen=True)
class Trial:
    year: int
    as_of: dt.date | None
    groups: tuple[TriedGroup, ...]


def try_out(plan: Plan, year: int) -> Trial:
    """The plan with the counted figures of a year. Three queries."""
    codes = [code for group in plan.groups for code in group.offices]
    offices = {office.code: office for office in Office.objects.filter(code__in=codes)}
    facts = CountedYear.load(year, [office.pk for office in offices.values()])
    return Trial(year, facts.as_of, tuple(_group(plan, group, offices, facts) for group in plan.groups))


def _group(plan: Plan, group: Group, offices: dict[str, Office], facts: CountedYear) -> TriedGroup:
    members = [offices[code] for code in group.offices if code in offices]
    items = tuple(item for section in plan.sections for item in section.items_of(group.name))
    return TriedGroup(
        group.name, items, tuple(_office(plan, group.name, office, members, facts) for office in members)
    )


def _office(
    plan: Plan, group: str, office: Office, members: Sequence[Office], facts: CountedYear
) -> TriedOffice:
    sections = [(section, section.items_of(group)) for section in plan.sections]
    scores = [[_score(item, office, members, facts) for item in items] for _section, items in sections]
    total = add_up(
        [
            ScoredSection(
                section.part,
                tuple(ScoredItem(score, item.points) for item, score in zip(items, row, strict=True)),
                section.cap,
            )
            for (section, items), row in zip(sections, scores, strict=True)
        ]
    )
    lines = [
        TriedLine(item, score, points)
        for (_section, items), row, given in zip(sections, scores, total.item_points, strict=True)
        for item, score, points in zip(items, row, given, strict=True)
    ]
    return TriedOffice(office, tuple(lines), total)


def _score(item: PlannedItem, office: Office, members: Sequence[Office], facts: CountedYear) -> Score:
    if not item.metric:
        return undecided()
    evidence: Evidence | None = (
        facts.standing(item.metric, office.pk, [each.pk for each in members])
        if isinstance(item.rule, Rank)
        else facts.of(item.metric, office.pk)
    )
    return apply_rule(item.rule, evidence)

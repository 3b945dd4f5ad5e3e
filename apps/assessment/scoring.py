"""From facts, declared figures and verdicts to results: loads, asks the pure rules, writes. Twin of `plan` for storage."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assessment.counted import CountedYear
from apps.assessment.evidence import Answers, Evidence, Figure, Item, Outcome, Ruling, Verdict
from apps.assessment.models import (
    Assessed,
    DeclaredFigure,
    Indicator,
    ManualScore,
    Result,
    ResultItem,
    Scheme,
    Section,
)
from apps.assessment.numbers import plain
from apps.assessment.rounds.freezing import facts_in_force, figures_in_force
from apps.assessment.rounds.panels import Panel
from apps.assessment.rounds.rulings import rulings
from apps.assessment.ruledata import evidence_to_data
from apps.assessment.rules import (
    CumulativeItems,
    Judged,
    LadderItems,
    Manual,
    Rank,
    Rule,
    Score,
    Survey,
    scored,
)
from apps.assessment.surveys.results import answers_of
from apps.assessment.totals import Part, ScoredItem, ScoredSection, Total, add_up, grade_groups
from apps.offices.models import Office


def score_schemes(year: int, *, today: dt.date) -> int:
    """Score every scheme of the year whose results still move; the number of offices that have a result now."""
    return sum(score_scheme(scheme, today=today) for scheme in Scheme.objects.filter(year=year).moving())


def apply_rule(rule: Rule, evidence: Evidence | None) -> Score:
    """The score of any rule; the caller gives the evidence that the rule's kind takes, or a ruling."""
    if isinstance(evidence, Ruling):
        return scored(evidence.points, _("复核改定为 %(points)s 分") % {"points": plain(evidence.points)})
    judge: Any = rule
    score: Score = judge.score(evidence)
    return score


@transaction.atomic
def score_scheme(scheme: Scheme, *, today: dt.date) -> int:
    """Write the results of all offices of a scheme; the number of offices. What was decided stands: 0.

    The lock keeps a decision and a rollup that began before it from passing each other.
    """
    if not Scheme.objects.select_for_update(no_key=True).filter(pk=scheme.pk).moving():
        return 0
    sheet = Sheet.load(scheme)
    assessed = list(scheme.assessed_offices.select_related("group"))
    by_office = {each.office_id: sheet.score(each) for each in assessed}
    grades = _grades(scheme, assessed, {office: row.total for office, row in by_office.items()})
    results = [
        Result(
            scheme=scheme,
            office_id=each.office_id,
            group=each.group,
            grade=grades.get(each.office_id, ""),
            as_of=sheet.facts.as_of or today,
            **total_fields(by_office[each.office_id].total),
        )
        for each in assessed
    ]
    Result.objects.filter(scheme=scheme).exclude(office__in=by_office).delete()
    _write(results, by_office)
    return len(results)


def total_fields(total: Total) -> dict[str, Any]:
    """A total as a result stores it."""
    names = ("standing", "base", "bonus", "deduction", "total", "earned", "countable", "not_applicable")
    return {name: getattr(total, name) for name in names}


def _grades(scheme: Scheme, assessed: Iterable[Assessed], totals: dict[int, Total]) -> dict[int, str]:
    groups: dict[int, list[int]] = defaultdict(list)
    for each in assessed:
        groups[each.group_id].append(each.office_id)
    return grade_groups(scheme.grade_bounds(), groups.values(), totals)


def _write(results: list[Result], by_office: dict[int, "ScoredOffice"]) -> None:
    fields = [
        "group",
        "standing",
        "base",
        "bonus",
        "deduction",
        "total",
        "earned",
        "countable",
        "not_applicable",
    ]
    written = Result.objects.bulk_create(
        results,
        update_conflicts=True,
        unique_fields=["scheme", "office"],
        update_fields=[*fields, "grade", "as_of"],
    )
    items = [
        ResultItem(
            result=result,
            indicator=line.indicator,
            state=line.score.state,
            points=points,
            evidence=evidence_to_data(line.evidence),
        )
        for result in written
        for line, points in by_office[result.office_id].with_points()
    ]
    ResultItem.objects.bulk_create(
        items,
        update_conflicts=True,
        unique_fields=["result", "indicator"],
        update_fields=["state", "points", "evidence"],
        batch_size=2000,
    )


@dataclass(frozen=True)
class Line:
    """One indicator of one office with what it was scored from."""

    indicator: Indicator
    evidence: Evidence | None
    score: Score


@dataclass(frozen=True)
class ScoredOffice:
    lines: tuple[tuple[Line, ...], ...]
    total: Total

    def with_points(self) -> Iterable[tuple[Line, Decimal | None]]:
        for lines, points in zip(self.lines, self.total.item_points, strict=True):
            yield from zip(lines, points, strict=True)


@dataclass(frozen=True)
class Sheet:
    """Everything that the scores of a scheme rest on, read once for all its offices."""

    sections: tuple[tuple[Section, tuple[Indicator, ...]], ...]
    facts: CountedYear
    declared: dict[tuple[int, int], list[DeclaredFigure]]
    verdicts: dict[tuple[int, int], Verdict]
    answers: dict[tuple[int, int], Answers]
    panel: Panel
    rulings: dict[tuple[int, int], Ruling]
    group_offices: dict[int, list[int]]

    @classmethod
    def load(cls, scheme: Scheme) -> "Sheet":
        sections = scheme.sections.prefetch_related("indicators")
        assessed = Assessed.objects.filter(scheme=scheme).values_list("group_id", "office_id")
        group_offices: dict[int, list[int]] = defaultdict(list)
        for group, office in assessed:
            group_offices[group].append(office)
        return cls(
            sections=tuple((section, tuple(section.indicators.all())) for section in sections),
            facts=counted_for(scheme, [office for _group, office in assessed]),
            declared=_declared(scheme),
            verdicts=_verdicts(scheme),
            answers=answers_of(scheme),
            panel=Panel.load(scheme),
            rulings=rulings(scheme),
            group_offices=dict(group_offices),
        )

    def score(self, assessed: Assessed) -> ScoredOffice:
        lines = tuple(
            tuple(
                self._line(section, indicator, assessed)
                for indicator in indicators
                if indicator.is_for(assessed.group.name)
            )
            for section, indicators in self.sections
        )
        total = add_up(
            [
                ScoredSection(
                    Part(section.part),
                    tuple(ScoredItem(line.score, line.indicator.points) for line in scored),
                    section.cap,
                )
                for (section, _indicators), scored in zip(self.sections, lines, strict=True)
            ]
        )
        return ScoredOffice(lines, total)

    def _line(self, section: Section, indicator: Indicator, assessed: Assessed) -> Line:
        rule = indicator.rule
        evidence = self._evidence(Part(section.part), indicator, rule, assessed)
        return Line(indicator, evidence, apply_rule(rule, evidence))

    def _evidence(self, part: Part, indicator: Indicator, rule: Rule, assessed: Assessed) -> Evidence | None:
        place = (indicator.pk, assessed.office_id)
        if place in self.rulings:
            return self.rulings[place]
        if indicator.metric:
            if isinstance(rule, Rank):
                group = self.group_offices[assessed.group_id]
                return self.facts.standing(indicator.metric, assessed.office_id, group)
            return self.facts.of(indicator.metric, assessed.office_id)
        if isinstance(rule, Manual):
            return self.verdicts.get(place)
        if isinstance(rule, Judged):
            return self.panel.evidence(indicator, assessed.office_id)
        if isinstance(rule, Survey):
            return self.answers.get(place)
        if isinstance(rule, Rank):
            return None
        rows = self.declared.get(place, [])
        return _declared_evidence(rows, rule, optional=part != Part.BASE)


def _declared_evidence(rows: list[DeclaredFigure], rule: Rule, *, optional: bool) -> Evidence | None:
    """Confirmed rows as evidence. While one waits for its reviewer nothing is decided.

    `optional`: bonus and deduction, of which an office without a declaration has none; in the base it is undecided.
    """
    kept = [row for row in rows if row.state != DeclaredFigure.State.REFUSED]
    if any(row.state == DeclaredFigure.State.DECLARED for row in kept) or (not kept and not optional):
        return None
    if isinstance(rule, LadderItems | CumulativeItems):
        return tuple(Item(row.matter, frozenset({row.level})) for row in kept)
    if not kept:
        return Figure(Decimal(0))
    return Figure(kept[0].numerator, kept[0].denominator)


def counted_for(scheme: Scheme, offices: list[int]) -> CountedYear:
    """The figures that count: frozen ones once the entries are closed."""
    frozen = facts_in_force(scheme)
    if frozen is None:
        return CountedYear.load(scheme.year, offices)
    codes = dict(Office.objects.filter(pk__in=offices).values_list("code", "pk"))
    return CountedYear(figures_in_force(frozen, codes), frozen.as_of)


def _declared(scheme: Scheme) -> dict[tuple[int, int], list[DeclaredFigure]]:
    rows: dict[tuple[int, int], list[DeclaredFigure]] = defaultdict(list)
    for row in DeclaredFigure.objects.filter(indicator__section__scheme=scheme).order_by("pk"):
        rows[row.indicator_id, row.office_id].append(row)
    return dict(rows)


def _verdicts(scheme: Scheme) -> dict[tuple[int, int], Verdict]:
    rows = ManualScore.objects.filter(indicator__section__scheme=scheme)
    return {(row.indicator_id, row.office_id): Verdict(Outcome(row.outcome), row.points) for row in rows}

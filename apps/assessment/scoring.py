"""From facts, declared figures and verdicts to results: loads, asks the pure rules, writes. Twin of `plan` for storage."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.assessment.counted import CountedYear
from apps.assessment.evidence import Answers, Evidence, Figure, Item, Outcome, Verdict
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
from apps.assessment.ruledata import evidence_to_data
from apps.assessment.rules import CumulativeItems, Judged, LadderItems, Manual, Rank, Rule, Score, Survey
from apps.assessment.surveys.results import answers_of
from apps.assessment.totals import Part, ScoredItem, ScoredSection, Total, add_up, grade_group
from apps.assessment.totals import Standing as TotalStanding


def score_schemes(year: int, *, today: dt.date) -> int:
    """Score every scheme of the year whose results still move; the number of offices that have a result now."""
    return sum(score_scheme(scheme, today=today) for scheme in Scheme.objects.filter(year=year).moving())


def apply_rule(rule: Rule, evidence: Evidence | None) -> Score:
    """The score of any rule; the caller gives the evidence that the rule's kind takes."""
    scored: Any = rule
    score: Score = scored.score(evidence)
    return score


@transaction.atomic
def score_scheme(scheme: Scheme, *, today: dt.date) -> int:
    """Write the results of all offices of a scheme; the number of offices."""
    sheet = Sheet.load(scheme)
    assessed = list(scheme.assessed_offices.select_related("group"))
    scored = {each.office_id: sheet.score(each) for each in assessed}
    grades = _grades(scheme, assessed, {office: row.total for office, row in scored.items()})
    results = [
        Result(
            scheme=scheme,
            office_id=each.office_id,
            group=each.group,
            grade=grades.get(each.office_id, ""),
            as_of=sheet.facts.as_of or today,
            **_figures(scored[each.office_id].total),
        )
        for each in assessed
    ]
    Result.objects.filter(scheme=scheme).exclude(office__in=scored).delete()
    _write(results, scored)
    return len(results)


def _figures(total: Total) -> dict[str, Any]:
    names = ("standing", "base", "bonus", "deduction", "total", "earned", "countable", "not_applicable")
    return {name: getattr(total, name) for name in names}


def _grades(scheme: Scheme, assessed: Iterable[Assessed], totals: dict[int, Total]) -> dict[int, str]:
    """Grades per group; none in a group in which some office's total is still open (quotas need all of them)."""
    groups: dict[int, list[int]] = defaultdict(list)
    for each in assessed:
        groups[each.group_id].append(each.office_id)
    grades: dict[int, str] = {}
    for offices in groups.values():
        standings = {office: totals[office].standing for office in offices}
        if TotalStanding.OPEN in standings.values():
            continue
        final = {
            office: totals[office].total for office in offices if standings[office] == TotalStanding.FINAL
        }
        grades |= grade_group(scheme.grade_bounds(), final, size=len(offices))
    return grades


def _write(results: list[Result], scored: dict[int, "ScoredOffice"]) -> None:
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
        for line, points in scored[result.office_id].with_points()
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
            facts=CountedYear.load(scheme.year, [office for _group, office in assessed]),
            declared=_declared(scheme),
            verdicts=_verdicts(scheme),
            answers=answers_of(scheme),
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
        if indicator.metric:
            if isinstance(rule, Rank):
                group = self.group_offices[assessed.group_id]
                return self.facts.standing(indicator.metric, assessed.office_id, group)
            return self.facts.of(indicator.metric, assessed.office_id)
        if isinstance(rule, Manual):
            return self.verdicts.get((indicator.pk, assessed.office_id))
        if isinstance(rule, Survey):
            return self.answers.get((indicator.pk, assessed.office_id))
        if isinstance(rule, Judged | Rank):
            return None
        rows = self.declared.get((indicator.pk, assessed.office_id), [])
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


def _declared(scheme: Scheme) -> dict[tuple[int, int], list[DeclaredFigure]]:
    rows: dict[tuple[int, int], list[DeclaredFigure]] = defaultdict(list)
    for row in DeclaredFigure.objects.filter(indicator__section__scheme=scheme).order_by("pk"):
        rows[row.indicator_id, row.office_id].append(row)
    return dict(rows)


def _verdicts(scheme: Scheme) -> dict[tuple[int, int], Verdict]:
    rows = ManualScore.objects.filter(indicator__section__scheme=scheme)
    return {(row.indicator_id, row.office_id): Verdict(Outcome(row.outcome), row.points) for row in rows}

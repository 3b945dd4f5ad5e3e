"""From the results and facts of assessment to one report's figures. Reads only; a handful of queries in all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from apps.assessment.evidence import Figure as Counted
from apps.assessment.explaining import Parts, parts_of
from apps.assessment.models import Indicator as StoredIndicator
from apps.assessment.models import MetricFact, Publication, Result, ResultItem, Rollup
from apps.assessment.ruledata import evidence_from_data
from apps.assessment.rules import State as RuleState
from apps.assessment.totals import Standing as TotalStanding
from apps.core import metrics
from apps.core.access import Actor, Permission
from apps.core.periods import Period, PeriodKind
from apps.core.refusals import Refusal
from apps.core.small_numbers import own_paths
from apps.offices.models import TOWN_KINDS, ClosedPeriod, Office, OfficeKind
from apps.reports.figures import (
    SMALL,
    AnnualFigures,
    Figure,
    Indicator,
    Outcome,
    Part,
    Record,
    Row,
    Series,
    Standing,
    State,
    without_small_figures,
)
from apps.reports.phrases import tight
from apps.reports.subjects import Subject, may_report
from apps.reports.supporting import records_of

# What the report opens with, and what it compares offices by, as far as the software counts it.
HEADLINE = (
    "pairing.coverage",
    "duties.fulfilled",
    "pairing.contacted_in_quarter",
    "pairing.first_contact_30d",
    "cases.closed_on_time",
    "cases.suggestions_adopted",
    "activities.plan_done",
    "venues.active",
    "organizations.town_coverage",
    "offices.staffed",
    "visits.made",
    "supervision.red",
)
COMPARED = ("pairing.coverage", "duties.fulfilled", "pairing.contacted_in_quarter", "visits.made")
MONTHLY = ("visits.made",)
COVERAGE = "pairing.coverage"
OFFICE_WORDS = {"county": "县（市、区）", "town": "乡镇（街道）"}
# The measure word of what a share is made of.
UNITS = {
    metrics.Counted.PAIRS: "人",
    metrics.Counted.CONTACTS: "对",
    metrics.Counted.DUTIES: "项",
    metrics.Counted.CASES: "件",
    metrics.Counted.ACTIVITIES: "场",
    metrics.Counted.VENUES: "个",
    metrics.Counted.ORGANIZATIONS: "个",
    metrics.Counted.COMMUNITIES: "个",
    metrics.Counted.STAFFING: "个月",
}
# What speaks of the people who are paired. Cases and the rest are counted as matters, not as people.
PEOPLE = frozenset({metrics.Counted.PAIRS, metrics.Counted.CONTACTS, metrics.Counted.DUTIES})
STATES = {
    RuleState.SCORED: State.DECIDED,
    RuleState.UNDECIDED: State.UNDECIDED,
    RuleState.NOT_APPLICABLE: State.NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Built:
    """`holds_small_figures`: nothing was hidden, because the reader stands in the office that the people belong to."""

    figures: AnnualFigures
    holds_small_figures: bool


def build(subject: Subject, by: Actor) -> Built:
    """The figures of an office's year. Raises Refusal where there is nothing to report, or no right to."""
    if not may_report(subject, by):
        raise Refusal(_("您不能为该机构导出此方案的报告"), field="office")
    with translation.override("zh-hans"):
        figures = _Builder(subject, by).build()
    own = _is_own(subject.office, by)
    return Built(figures if own else without_small_figures(figures), own)


def _is_own(office: Office, by: Actor) -> bool:
    """The town the people belong to, read by somebody who stands there: nothing is hidden."""
    return office.kind in TOWN_KINDS and office.path in own_paths(by, Permission.REPORT_EXPORT)


class _Builder:
    """One report being put together; each part is read once."""

    def __init__(self, subject: Subject, by: Actor) -> None:
        self.subject, self.office, self.by = subject, subject.office, by
        self.scheme = subject.scheme
        self.year = Period(PeriodKind.YEAR, subject.year)
        self.about_itself = subject.is_about_itself
        self.results = self._results()
        rollup = Rollup.objects.filter(year=subject.year).first()
        if rollup is None or (self.scheme and not self.results):
            raise Refusal(_("该机构本年度还没有数据，请先汇总数据"), field="office")
        self.frozen = self.scheme.frozen_facts.last() if self.scheme else None
        self.publication = self.scheme.publications.last() if self.scheme else None
        self.as_of: dt.datetime = self.frozen.frozen_at if self.frozen else rollup.counted_at
        self.last_day: dt.date = self.frozen.as_of if self.frozen else rollup.as_of
        self.below = self._offices_below()
        self.facts = self._facts()

    def build(self) -> AnnualFigures:
        items = self._items()
        return AnnualFigures(
            office_code=self.office.code,
            office=self.office.name,
            year=self.year.year,
            scheme_code=self.scheme.code if self.scheme else "",
            scheme=self.scheme.name if self.scheme else "",
            basis=self.scheme.basis if self.scheme else "",
            as_of=self.as_of,
            is_final=self._is_final(),
            about_itself=self.about_itself,
            offices_word=OFFICE_WORDS.get(self.scheme.assessed, "单位") if self.scheme else "",
            headline=tuple(self._figures(HEADLINE, self.office)),
            series=tuple(self._series()),
            breakdown=tuple(
                Row(each.code, each.name, tuple(self._figures(COMPARED, each))) for each in self.below
            ),
            standings=tuple(self._standing(result, items) for result in self.results),
            indicators=tuple(self._indicators(items)),
            records=tuple(self._records()),
            publication=number_of_publication(self.publication) if self.publication else "",
            publication_sha256=self.publication.sha256 if self.publication else "",
            below_word=OFFICE_WORDS.get(self.below[0].kind, OFFICE_WORDS["town"]) if self.below else "",
        )

    def _is_final(self) -> bool:
        """Decided by the leader; without a scheme nobody decides, and the figures stand once the year is closed."""
        if self.scheme:
            return self.scheme.is_final
        return ClosedPeriod.objects.over(self.office.path, self.year.end).exists()

    # -- reading -----------------------------------------------------------------------------------------------

    def _results(self) -> list[Result]:
        if self.scheme is None:
            return []
        rows = Result.objects.filter(scheme=self.scheme).select_related("office", "group")
        if self.about_itself:
            rows = rows.filter(office=self.office)
        return list(rows.order_by("group__position", "-total", "-earned", "office__path"))

    def _offices_below(self) -> list[Office]:
        """Those compared: the assessed offices, or the office's own counties or towns that take part."""
        if self.scheme and not self.about_itself:
            return sorted((result.office for result in self.results), key=lambda office: office.path)
        children = Office.objects.filter(path__startswith=self.office.path, depth=self.office.depth + 1)
        return list(children.filter(kind=OfficeKind.COUNTY) | children.towns().taking_part(self.last_day))

    def _facts(self) -> dict[tuple[str, int, str], Counted]:
        """(metric, office, period) → figure, of the report's office and those below, year and months."""
        months = [month.code for month in self.year.months()]
        rows = MetricFact.objects.filter(
            office__in=[self.office, *self.below],
            metric__in={*HEADLINE, *COMPARED, *MONTHLY},
            period__in=[self.year.code, *months],
        ).values_list("metric", "office_id", "period", "numerator", "denominator")
        facts = {
            (metric, office, period): Counted(Decimal(above), None if below is None else Decimal(below))
            for metric, office, period, above, below in rows
        }
        return facts | self._frozen_facts()

    def _frozen_facts(self) -> dict[tuple[str, int, str], Counted]:
        """Once the entries were closed, the facts of that day stand, whatever the rollup counts after."""
        if self.frozen is None:
            return {}
        ids = {office.code: office.pk for office in (self.office, *self.below)}
        return {
            (metric, ids[code], self.frozen.period): Counted(
                Decimal(above), None if below is None else Decimal(below)
            )
            for metric, code, above, below in self.frozen.rows
            if code in ids
        }

    def _items(self) -> dict[int, dict[int, ResultItem]]:
        """result → indicator → item."""
        items: dict[int, dict[int, ResultItem]] = defaultdict(dict)
        for item in ResultItem.objects.filter(result__in=self.results):
            items[item.result_id][item.indicator_id] = item
        return items

    # -- figures -------------------------------------------------------------------------------------------------

    def _figures(self, codes: Iterable[str], office: Office) -> Iterable[Figure]:
        for code in codes:
            metric = metrics.metric(code)
            if metric is not None and metric.figures is not None:
                yield self._figure(metric, office)

    def _figure(self, metric: metrics.Metric, office: Office) -> Figure:
        fact = self.facts.get((metric.code, office.pk, self.year.code))
        if fact is None and not metric.needs_list:
            # No row means that nothing was there to count.
            fact = Counted(Decimal(0), Decimal(0) if metric.has_denominator else None)
        figure = figure_of(metric.code, fact, str(metric.name), denominator=metric.has_denominator)
        return self._shown(figure, office)

    def _shown(self, figure: Figure, office: Office) -> Figure:
        if figure.people and self._has_few_people(office):
            return replace(figure, numerator=None, denominator=None, hidden=True)
        return figure

    def _has_few_people(self, office: Office) -> bool:
        """Fewer than five people to be paired: their contacts and duties would speak of one or two persons."""
        if _is_own(office, self.by):
            return False
        coverage = self.facts.get((COVERAGE, office.pk, self.year.code))
        people = coverage.denominator if coverage else None
        return people is not None and 0 < people < SMALL

    def _series(self) -> Iterable[Series]:
        for code in MONTHLY:
            metric = metrics.metric(code)
            if metric is None or metric.figures is None:
                continue
            yield Series(str(metric.name), str(metric.unit), tuple(self._months(code)))

    def _months(self, code: str) -> Iterable[int | None]:
        for month in self.year.months():
            fact = self.facts.get((code, self.office.pk, month.code))
            if month.start > self.last_day:
                yield None
            else:
                yield int(fact.numerator) if fact else 0

    # -- scores ----------------------------------------------------------------------------------------------------

    def _standing(self, result: Result, items: dict[int, dict[int, ResultItem]]) -> Standing:
        undecided = sum(item.state == RuleState.UNDECIDED for item in items[result.pk].values())
        return Standing(
            code=result.office.code,
            name=result.office.name,
            group=result.group.name,
            base=result.base,
            bonus=result.bonus,
            deduction=result.deduction,
            total=result.total,
            countable=result.countable,
            undecided=undecided,
            grade=result.grade,
            for_decision=result.standing == TotalStanding.FOR_DECISION,
        )

    def _indicators(self, items: dict[int, dict[int, ResultItem]]) -> Iterable[Indicator]:
        by_path = sorted(self.results, key=lambda result: result.office.path)
        for section, indicators in self._parts:
            part = Part(section.part)
            for indicator in indicators:
                outcomes = tuple(
                    self._outcome(indicator, result, items[result.pk].get(indicator.pk))
                    for result in by_path
                    if indicator.is_for(result.group.name)
                )
                if not outcomes:
                    continue
                yield Indicator(
                    number=number_of(section.position, indicator),
                    chapter=section.name,
                    name=indicator.name,
                    part=part,
                    points=indicator.points if part is Part.BASE else None,
                    rule=rule_text(indicator),
                    outcomes=outcomes,
                )

    def _outcome(self, indicator: StoredIndicator, result: Result, item: ResultItem | None) -> Outcome:
        office = result.office
        if item is None:
            return Outcome(office.code, office.name, State.UNDECIDED)
        return Outcome(
            code=office.code,
            name=office.name,
            state=STATES[RuleState(item.state)],
            score=item.points,
            figure=self._evidence(indicator, item, office),
        )

    def _evidence(self, indicator: StoredIndicator, item: ResultItem, office: Office) -> Figure | None:
        """What the item was scored from, where that is a number."""
        evidence: Any = evidence_from_data(item.evidence)
        if isinstance(evidence, tuple):
            evidence = Counted(Decimal(len(evidence)))
        if not isinstance(evidence, Counted):
            return None
        figure = figure_of(indicator.metric, evidence, indicator.name, declared=indicator.declared)
        return self._shown(figure, office)

    @cached_property
    def _parts(self) -> Parts:
        return parts_of(self.scheme) if self.scheme else ()

    def _records(self) -> Iterable[Record]:
        """Those behind each indicator by its number; without a scheme, behind each headline figure by its name."""
        for mark, code in self._counted():
            metric = metrics.metric(code)
            if metric is not None and metric.records is not None:
                found = metric.records(self.by, self.office, self.year, self.last_day)
                yield from records_of(mark or str(metric.name), found)

    def _counted(self) -> Iterable[tuple[str, str]]:
        if self.scheme is None:
            yield from (("", code) for code in HEADLINE)
        groups = {result.group.name for result in self.results}
        for section, indicators in self._parts:
            for indicator in indicators:
                if any(indicator.is_for(group) for group in groups):
                    yield number_of(section.position, indicator), indicator.metric


def number_of_publication(publication: Publication) -> str:
    """TZ-2026-1; a correction is TZ-2026-2."""
    return f"{publication.scheme.code}-{publication.number}"


def number_of(section: int, indicator: StoredIndicator) -> str:
    """2.3: the third indicator of the second section."""
    return f"{section + 1}.{indicator.position + 1}"


def rule_text(indicator: StoredIndicator) -> str:
    """The rule in words, and what the scheme adds to it."""
    text = str(indicator.rule.text()).rstrip("。")
    return tight(f"{text}。{indicator.note}" if indicator.note and indicator.note not in text else text)


def figure_of(
    code: str, fact: Counted | None, name: str, *, denominator: bool = False, declared: bool = False
) -> Figure:
    """A fact as the report's figure, with its measure word and whether it counts people."""
    metric = metrics.metric(code) if code else None
    unit = "" if metric is None else UNITS.get(metric.counts, "")
    if metric is not None and not metric.has_denominator:
        unit = str(metric.unit)
    return Figure(
        code=code or "declared",
        name=name,
        unit=unit,
        numerator=fact.numerator if fact else None,
        denominator=fact.denominator if fact else (Decimal(0) if denominator else None),
        people=metric is not None and metric.counts in PEOPLE,
        declared=declared,
    )

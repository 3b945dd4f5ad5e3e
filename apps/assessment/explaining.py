"""A score explains itself: each item with its rule in words, the sum, the source and the way to the records behind it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.assessment.declaring import takes_declarations
from apps.assessment.evidence import Figure
from apps.assessment.models import (
    DeclaredFigure,
    Indicator,
    MetricFact,
    Result,
    ResultItem,
    Rollup,
    Scheme,
    Section,
)
from apps.assessment.numbers import percent, plain
from apps.assessment.ruledata import evidence_from_data
from apps.assessment.rules import Judged, Manual, Rule, State, Survey
from apps.assessment.scoring import apply_rule
from apps.assessment.small_numbers import offices_of_few
from apps.assessment.totals import FULL, Part, Standing
from apps.core.access import Actor
from apps.core.metrics import Metric
from apps.core.metrics import metric as metric_of
from apps.core.periods import Period, PeriodKind
from apps.core.small_numbers import few
from apps.offices.models import Office


@dataclass(frozen=True)
class Shown:
    """A figure as people read it: the share and the two numbers, or the count with its measure word."""

    numerator: int | Decimal
    denominator: int | Decimal | None
    unit: str | Promise = "%"
    # Fewer than five people outside their own office (apps.core.small_numbers).
    hidden: bool = False

    @property
    def numbers(self) -> tuple[int | Decimal | None, int | Decimal | None]:
        """Numerator and denominator for programs; None for both where they are hidden."""
        return (None, None) if self.hidden else (self.numerator, self.denominator)

    @property
    def fraction(self) -> str:
        if self.denominator is None or self.hidden:
            return ""
        return f"{plain(Decimal(self.numerator))}/{plain(Decimal(self.denominator))}"

    @property
    def value(self) -> str:
        if self.hidden:
            return few()
        if self.denominator is None:
            return f"{plain(Decimal(self.numerator))} {self.unit}"
        if not self.denominator:
            return str(_("不适用"))
        return percent(round(Fraction(self.numerator) / Fraction(self.denominator), 3))

    @property
    def percent(self) -> Decimal | None:
        """For bars and charts: 0 to 100 with one place."""
        if not self.denominator or self.hidden:
            return None
        return round(100 * Decimal(self.numerator) / Decimal(self.denominator), 1)

    def __str__(self) -> str:
        return f"{self.value}（{self.fraction}）" if self.fraction and self.denominator else self.value


@dataclass(frozen=True)
class Line:
    """One indicator of one result, for the page and the report."""

    indicator: Indicator
    state: State
    points: Decimal | None
    figure: Shown | None
    # The sum in words; why there is none where the item is open.
    steps: str
    source: str
    metric: Metric | None
    declared: bool
    # Who stands behind it (rounds.backing), where a page asked for it.
    backing: Any = None

    @property
    def has_records(self) -> bool:
        return self.metric is not None and self.metric.records is not None


@dataclass(frozen=True)
class SectionLines:
    """A section of a result with its lines and its sum after the cap."""

    section: Section
    lines: tuple[Line, ...]
    points: Decimal
    # What the office's group can get in the section.
    of: Decimal


Parts = Sequence[tuple[Section, list[Indicator]]]


def parts_of(scheme: Scheme) -> Parts:
    """The scheme's sections with their indicators, in the scheme's order. One query."""
    rows = Indicator.objects.filter(section__scheme=scheme).select_related("section")
    sections = [list(each) for _key, each in groupby(rows, key=attrgetter("section_id"))]
    return [(indicators[0].section, indicators) for indicators in sections]


def explain(
    result: Result,
    *,
    hide_people: bool = False,
    parts: Parts = (),
    items: Iterable[ResultItem] | None = None,
) -> list[SectionLines]:
    """Every section of the result's scheme with its lines, in the scheme's order. A query each for what is not given.

    `hide_people` leaves the numbers out of items about members, for readers outside an office of few.
    """
    found = ResultItem.objects.filter(result=result) if items is None else items
    item_of = {item.indicator_id: item for item in found}
    explained = []
    for section, indicators in parts or parts_of(result.scheme):
        lines = tuple(
            _line(result, indicator, item_of.get(indicator.pk), section, hide_people)
            for indicator in indicators
            if indicator.is_for(result.group.name)
        )
        if not lines:
            continue
        total = sum((line.points for line in lines if line.points is not None), Decimal(0))
        if section.cap is not None:
            total = max(-section.cap, min(total, section.cap))
        explained.append(SectionLines(section, lines, total, section.points_of(result.group.name)))
    return explained


def speaks_of_few(result: Result, actor: Actor) -> bool:
    """Whether the items about members speak of too few people for this reader."""
    year = Period(PeriodKind.YEAR, result.scheme.year)
    return result.office_id in offices_of_few([result.office], year, actor)


def _line(
    result: Result, indicator: Indicator, item: ResultItem | None, section: Section, hide_people: bool
) -> Line:
    metric = metric_of(indicator.metric) if indicator.metric else None
    hidden = hide_people and metric is not None and metric.about_members
    evidence = evidence_from_data(item.evidence) if item else None
    state = State(item.state) if item else State.UNDECIDED
    figure = None
    if isinstance(evidence, Figure):
        unit = metric.unit if metric else _("件")
        figure = Shown(evidence.numerator, evidence.denominator, unit, hidden=hidden)
    return Line(
        indicator=indicator,
        state=state,
        points=item.points if item else None,
        figure=figure,
        steps="" if hidden else _steps(result, indicator, evidence, state, section),
        source=source_of(indicator),
        metric=metric,
        declared=takes_declarations(indicator),
    )


def _steps(result: Result, indicator: Indicator, evidence: Any, state: State, section: Section) -> str:
    if state == State.UNDECIDED:
        return why_open(indicator)
    steps = apply_rule(indicator.rule, evidence).steps
    scaled = result.standing == Standing.FINAL and result.not_applicable and section.part == Part.BASE
    if state == State.SCORED and scaled:
        return steps + _("，再按 100/%(left)s 折算") % {"left": plain(FULL - result.not_applicable)}
    return steps


def why_open(indicator: Indicator) -> str:
    """What is missing before an undecided item can be scored."""
    rule = indicator.rule
    if isinstance(rule, Judged):
        return _("等待评委评分")
    if isinstance(rule, Survey):
        return _("等待满意度测评结束")
    if isinstance(rule, Manual):
        return _("等待考核机构评定")
    metric = metric_of(indicator.metric) if indicator.metric else None
    if metric is not None and metric.figures is None:
        return _("缺数据：系统尚不能统计这项指标")
    if metric is not None and metric.needs_list:
        return _("缺数据：还没有可对照的名单")
    return _("等待申报和审核") if metric is None else _("等待数据汇总")


def source_of(indicator: Indicator) -> str:
    """Where the figure comes from, in a word for the page and for print: declared figures are always marked."""
    return source_of_rule(indicator.rule, counted=bool(indicator.metric))


def source_of_rule(rule: Rule, *, counted: bool) -> str:
    """The same of a rule and whether a metric counts for it."""
    if isinstance(rule, Judged):
        return _("评委评议")
    if isinstance(rule, Survey):
        return _("满意度测评")
    if isinstance(rule, Manual):
        return _("人工评定")
    return _("系统统计") if counted else _("申报数")


# Facts --------------------------------------------------------------------------------------------------------------


def as_of(year: int) -> dt.date:
    """The day that the year's facts were counted up to; today where they never were."""
    rollup = Rollup.objects.filter(year=year).first()
    return rollup.as_of if rollup else timezone.localdate()


def facts_of(metric: Metric, offices: Sequence[Office], period: Period, actor: Actor) -> dict[int, Shown]:
    """The figures of several offices, by office id, those of too few people hidden. Two queries at most."""
    few = offices_of_few(offices, period, actor) if metric.about_members else frozenset()
    nothing = Shown(*nothing_counted(metric), metric.unit)
    found = {office.pk: nothing for office in offices}
    rows = MetricFact.objects.filter(metric=metric.code, period=period.code, office__in=list(found))
    for office, numerator, denominator in rows.values_list("office_id", "numerator", "denominator"):
        found[office] = Shown(numerator, denominator, metric.unit, hidden=office in few)
    return found


def nothing_counted(metric: Metric) -> tuple[int, int | None]:
    return 0, 0 if metric.has_denominator else None


@dataclass(frozen=True)
class TreeItem:
    """One indicator of a scheme with its rule in words, for the scheme's page."""

    indicator: Indicator
    text: str
    source: str
    metric: Metric | None


def tree_of(scheme: Scheme) -> list[tuple[Section, list[TreeItem]]]:
    return [
        (
            section,
            [
                TreeItem(
                    indicator,
                    indicator.rule.text(),
                    source_of(indicator),
                    metric_of(indicator.metric) if indicator.metric else None,
                )
                for indicator in section.indicators.all()
            ],
        )
        for section in scheme.sections.prefetch_related("indicators")
    ]


def waiting_figures(scheme: Scheme) -> int:
    """How many declared figures wait for a reviewer."""
    return DeclaredFigure.objects.filter(indicator__section__scheme=scheme, state="declared").count()

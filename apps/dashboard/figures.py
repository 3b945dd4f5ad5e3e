"""What a dashboard shows of one office and period: facts, what they compare with, and the offices below.

Reads rollup rows only, in a number of queries that does not grow with people or visits.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.assessment.models import MetricFact, Result, Rollup
from apps.assessment.small_numbers import PEOPLE
from apps.core.access import Actor, Permission, within
from apps.core.metrics import Metric, metric
from apps.core.periods import Period, PeriodKind
from apps.core.small_numbers import few, is_few, own_paths
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

# In the order in which a leader reads them.
HEADLINES = (
    "pairing.coverage",
    "duties.fulfilled",
    "pairing.contacted_in_quarter",
    "cases.closed_on_time",
    "visits.made",
)
MONTHLY = "visits.made"
# Percentage points under the whole from which an office is pointed out.
FAR_BELOW = 10

Counts = tuple[int, int | None]
Facts = dict[tuple[str, str, int], Counts]


@dataclass(frozen=True)
class Figure:
    """One metric of one office in one period. `numerator` None: nothing counted; `hidden`: too few people."""

    metric: Metric
    numerator: int | None = None
    denominator: int | None = None
    hidden: bool = False

    @property
    def share(self) -> float | None:
        """Numerator over denominator (0–1), or None where there is none: 不适用 is never 0 %."""
        if self.hidden or not self.metric.has_denominator or not self.denominator or self.numerator is None:
            return None
        return self.numerator / self.denominator

    @property
    def value(self) -> float | None:
        """The share, or the count of a metric that has no denominator."""
        if self.hidden:
            return None
        return self.share if self.metric.has_denominator else float(self.numerator or 0)

    @property
    def text(self) -> str:
        """The value as people read it: 86.4 of a hundred, or a count."""
        if self.hidden:
            return few()
        if self.value is None:
            return "—"
        if not self.metric.has_denominator:
            return number_format(int(self.value), force_grouping=True)
        return f"{self.value * 100:.1f}"

    @property
    def percent(self) -> int:
        """0–100 for bars."""
        return round((self.share or 0) * 100)

    @property
    def counted(self) -> str:
        """How the share came about: 412/477."""
        if self.share is None:
            return ""
        return f"{self.numerator:,}/{self.denominator:,}"


@dataclass(frozen=True)
class Headline:
    """A figure with what it compares with."""

    figure: Figure
    before: Figure
    year_before: Figure

    @property
    def change(self) -> float | None:
        """Against the period before: percentage points, or the difference of counts."""
        if self.figure.value is None or self.before.value is None or not self.before.numerator:
            return None
        scale = 100 if self.figure.metric.has_denominator else 1
        return (self.figure.value - self.before.value) * scale

    @property
    def note(self) -> str:
        if self.figure.hidden:
            return _("人数过少，不显示")
        if self.figure.value is None:
            return _("不适用")
        if self.change is None:
            return self.figure.counted
        if round(abs(self.change), 1) == 0:
            return _("与上期持平")
        words = {
            "n": number_format(
                round(abs(self.change), 1), decimal_pos=1 if self.figure.metric.has_denominator else 0
            )
        }
        if self.figure.metric.has_denominator:
            text = _("比上期高 %(n)s 个百分点") if self.change > 0 else _("比上期低 %(n)s 个百分点")
        else:
            text = _("比上期多 %(n)s") if self.change > 0 else _("比上期少 %(n)s")
        return text % words

    @property
    def trend(self) -> str:
        if self.change is None or round(abs(self.change), 1) == 0:
            return ""
        return "up" if self.change > 0 else "down"


@dataclass(frozen=True)
class OfficeRow:
    """One of the offices below, with the same figures."""

    office: Office
    figures: list[Figure]


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    office: Office
    period: Period
    headlines: list[Headline]
    rows: list[OfficeRow]
    months: list[tuple[Period, int | None]]
    quarters: list[tuple[Period, list[Figure]]]
    rollup: Rollup | None

    @property
    def slipping(self) -> list[tuple[OfficeRow, Figure, str]]:
        """Where an office below lies far under the whole, widest gap first; at most six."""
        gaps = [
            (100 * (headline.figure.share - figure.share), row, figure)
            for row in self.rows
            for headline, figure in zip(self.headlines, row.figures, strict=True)
            if figure.share is not None and headline.figure.share is not None
        ]
        widest = sorted((g for g in gaps if g[0] >= FAR_BELOW), key=lambda g: -g[0])
        return [(row, figure, f"{gap:.1f}") for gap, row, figure in widest[:6]]

    @property
    def metrics(self) -> list[Metric]:
        return [h.figure.metric for h in self.headlines]


def children_of(office: Office) -> list[Office]:
    """The offices whose figures stand side by side below this one: counties of a city, towns of a county."""
    kinds = [OfficeKind.COUNTY] if office.kind == OfficeKind.CITY else list(TOWN_KINDS)
    return list(Office.objects.filter(within([office.range], "path"), depth=office.depth + 1, kind__in=kinds))


def known(codes: Iterable[str], kind: PeriodKind) -> list[Metric]:
    """The metrics of these codes that are counted for this kind of period."""
    found = (metric(code) for code in codes)
    return [m for m in found if m is not None and m.figures and m.supports(kind)]


def read_facts(offices: Sequence[Office], codes: Sequence[str], periods: Sequence[Period]) -> Facts:
    """One query: (metric, period, office id) → numerator and denominator."""
    rows = MetricFact.objects.filter(
        office__in=[o.pk for o in offices], metric__in=codes, period__in=[p.code for p in periods]
    ).values_list("metric", "period", "office_id", "numerator", "denominator")
    return {(code, period, office): (above, below) for code, period, office, above, below in rows}


class Reader:
    """Turns facts into figures, hiding those of too few people from everybody but the office itself."""

    def __init__(self, facts: Facts, own_paths: frozenset[str]) -> None:
        self.facts, self.own_paths = facts, own_paths

    def figure(self, metric: Metric, office: Office, period: Period) -> Figure:
        above, below = self.facts.get((metric.code, period.code, office.pk), (None, None))
        if above is None and not metric.has_denominator:
            above = 0
        return Figure(metric, above, below, hidden=metric.about_members and self._too_few(office, period))

    def _too_few(self, office: Office, period: Period) -> bool:
        if office.path in self.own_paths:
            return False
        _paired, people = self.facts.get((PEOPLE, period.code, office.pk), (0, 0))
        return is_few(people)


def read_board(office: Office, period: Period, actor: Actor, today: dt.date) -> Board:
    """The dashboard of one office; four queries."""
    below = children_of(office)
    months = Period(PeriodKind.YEAR, period.year).months()
    quarters = Period(PeriodKind.YEAR, period.year).parts(PeriodKind.QUARTER)
    headline = known(HEADLINES, period.kind)
    periods = [period, period.previous(), period.year_before(), *months, *quarters]
    facts = read_facts([office, *below], list({*HEADLINES, MONTHLY, PEOPLE}), periods)
    reader = Reader(facts, own_paths(actor, Permission.DASHBOARD_VIEW))
    return Board(
        office=office,
        period=period,
        headlines=[
            Headline(
                reader.figure(m, office, period),
                reader.figure(m, office, period.previous()),
                reader.figure(m, office, period.year_before()),
            )
            for m in headline
        ],
        rows=[OfficeRow(o, [reader.figure(m, o, period) for m in headline]) for o in below],
        months=_months(reader, office, months, today),
        quarters=[
            (q, [reader.figure(m, office, q) for m in known(HEADLINES[1:3], PeriodKind.QUARTER)])
            for q in quarters
        ],
        rollup=Rollup.objects.filter(year=period.year).first(),
    )


def _months(
    reader: Reader, office: Office, months: Sequence[Period], today: dt.date
) -> list[tuple[Period, int | None]]:
    """Visits of each month that has begun; later ones are empty, not 0."""
    counted = known([MONTHLY], PeriodKind.MONTH)
    return [
        (month, reader.figure(m, office, month).numerator if month.start <= today else None)
        for month in months
        for m in counted
    ]


def results_below(office: Office, actor: Actor) -> list[Result]:
    """The newest results of the offices below that this office's schemes assess, group by group, best first."""
    return list(
        Result.objects.visible_to(actor, Permission.ASSESSMENT_VIEW)
        .filter(scheme__office=office)
        .select_related("scheme", "group", "office")
        .order_by("-scheme__year", "group__position", "-total", "office__path")
    )

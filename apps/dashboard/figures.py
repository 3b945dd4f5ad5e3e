"""Facts as figures: one metric of one office in one period, as people read it, and what it compares with.

Reads rollup rows only. Who may not see a figure of few people gets no number from here, on no page and in no file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.assessment.models import MetricFact
from apps.assessment.small_numbers import PEOPLE
from apps.core.metrics import Metric, metric
from apps.core.periods import Period, PeriodKind
from apps.core.small_numbers import few, is_few
from apps.offices.models import Office

Counts = tuple[int, int | None]
Facts = dict[tuple[str, str, int], Counts]


@dataclass(frozen=True)
class Figure:
    """One metric of one office in one period. `numerator` None: nothing counted; `hidden`: too few people."""

    metric: Metric
    office: Office
    period: Period
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
        if self.hidden or self.numerator is None:
            return None
        return self.share if self.metric.has_denominator else float(self.numerator)

    @property
    def text(self) -> str:
        """The value as people read it, without its unit: 86.4 of a hundred, or a count."""
        if self.hidden:
            return few()
        if self.value is None:
            return "—"
        if not self.metric.has_denominator:
            return str(number_format(int(self.value), force_grouping=True))
        return f"{self.value * 100:.1f}"

    @property
    def said(self) -> str:
        """The value in a table: shares with their sign."""
        return f"{self.text}%" if self.share is not None else self.text

    @property
    def plotted(self) -> str:
        """For charts; empty where there is nothing to draw."""
        if self.value is None:
            return ""
        return self.text if self.metric.has_denominator else str(int(self.value))

    @property
    def counted(self) -> str:
        """How the share came about: 412/477."""
        return "" if self.share is None else f"{self.numerator:,}/{self.denominator:,}"

    @property
    def missing(self) -> int:
        """How many of the denominator are not in the numerator."""
        return 0 if self.share is None else (self.denominator or 0) - (self.numerator or 0)

    @property
    def percent(self) -> int:
        """0–100 for bars."""
        return round((self.share or 0) * 100)

    @property
    def reference(self) -> str:
        """What a task handed out from this figure keeps of it (`assessment.handing_out`)."""
        return f"{self.metric.code}/{self.office.code}/{self.period.code}"

    @property
    def url(self) -> str:
        """The page with its definition and the records behind it."""
        page = reverse("assessment:metric", args=[self.metric.code, self.office.code])
        return f"{page}?period={self.period.code}"


@dataclass(frozen=True)
class Change:
    """A figure against an earlier one: percentage points, or a difference of counts."""

    by: float
    is_share: bool

    @property
    def direction(self) -> str:
        """`up`, `down`, or nothing where it is the same as printed."""
        if round(abs(self.by), 1) == 0:
            return ""
        return "up" if self.by > 0 else "down"

    @property
    def text(self) -> str:
        if not self.direction:
            return _("持平")
        size = number_format(round(abs(self.by), 1), decimal_pos=1 if self.is_share else 0)
        sign = "+" if self.by > 0 else "−"
        return _("%(n)s 个百分点") % {"n": sign + size} if self.is_share else sign + size


@dataclass(frozen=True)
class Headline:
    """A figure with what it compares with: the period before (环比) and the same one a year earlier (同比)."""

    figure: Figure
    before: Figure
    year_before: Figure

    @property
    def from_before(self) -> Change | None:
        # For a year the period before is the same as a year earlier: one comparison, called 同比.
        return None if self.figure.period.kind == PeriodKind.YEAR else _change(self.figure, self.before)

    @property
    def from_year_before(self) -> Change | None:
        return _change(self.figure, self.year_before)

    @property
    def note(self) -> str:
        """Where there is no number, why."""
        if self.figure.hidden:
            return _("人数过少，不显示")
        return _("不适用") if self.figure.value is None else ""


def _change(now: Figure, earlier: Figure) -> Change | None:
    if now.value is None or earlier.value is None:
        return None
    is_share = now.metric.has_denominator
    return Change((now.value - earlier.value) * (100 if is_share else 1), is_share)


def known(codes: Iterable[str], kind: PeriodKind) -> list[Metric]:
    """The metrics of these codes that are counted for this kind of period."""
    found = (metric(code) for code in codes)
    return [m for m in found if m is not None and m.figures and m.supports(kind)]


@dataclass(frozen=True)
class Wanted:
    """Some metrics of some offices in some periods."""

    offices: Sequence[Office]
    codes: Iterable[str]
    periods: Iterable[Period]

    @property
    def condition(self) -> Q:
        return Q(
            office__in=[office.pk for office in self.offices],
            metric__in=sorted({*self.codes, PEOPLE}),
            period__in=sorted({period.code for period in self.periods}),
        )


def read_facts(*wanted: Wanted) -> Facts:
    """One query for all that is wanted: (metric, period, office id) → numerator and denominator."""
    condition = Q()
    for each in wanted:
        condition |= each.condition
    rows = MetricFact.objects.filter(condition).values_list(
        "metric", "period", "office_id", "numerator", "denominator"
    )
    return {(code, period, office): (above, below) for code, period, office, above, below in rows}


@dataclass(frozen=True)
class Reader:
    """Turns facts into figures, hiding those of too few people from everybody but the office itself.

    `years` are those that were rolled up: in them a count without a fact is 0, in others it is nothing.
    """

    facts: Facts
    own_paths: frozenset[str]
    years: frozenset[int]

    def figure(self, metric: Metric, office: Office, period: Period) -> Figure:
        above, below = self.facts.get((metric.code, period.code, office.pk), (None, None))
        if above is None and not metric.has_denominator and period.year in self.years:
            above = 0
        hidden = metric.about_members and self.too_few(office, period)
        return Figure(metric, office, period, above, below, hidden)

    def too_few(self, office: Office, period: Period) -> bool:
        if office.path in self.own_paths:
            return False
        _paired, people = self.facts.get((PEOPLE, period.code, office.pk), (0, 0))
        return is_few(people)

"""怎样提高得分: for the office itself, before the deadline, what would raise each of its figures and by how much."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from apps.assessment.evidence import Evidence, Figure
from apps.assessment.explaining import Parts
from apps.assessment.models import Indicator, MetricFact, Result, ResultItem, Scheme
from apps.assessment.numbers import plain
from apps.assessment.raising import Place, Step, steps_for
from apps.assessment.ruledata import evidence_from_data
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import Part, ScoredItem, ScoredSection
from apps.core.access import Actor, Permission
from apps.core.metrics import MadeGood
from apps.core.metrics import metric as metric_of
from apps.core.periods import Period, PeriodKind
from apps.core.small_numbers import own_paths


@dataclass(frozen=True)
class Advice:
    """One indicator that can still earn more: the smallest step and, where it is another, the whole way."""

    indicator: Indicator
    figure: Figure
    steps: tuple[Step, ...]
    # How many of what is missing can no longer be made good.
    missed: int

    @property
    def missed_text(self) -> str:
        if not self.missed:
            return ""
        words = ngettext(
            "（其中 %(n)s 项已过季度，不能再补）", "（其中 %(n)s 项已过季度，不能再补）", self.missed
        )
        return words % {"n": self.missed}

    @property
    def first(self) -> dict[str, Any]:
        """The smallest step, with the figure it leads to."""
        return self._shown(self.steps[0])

    @property
    def last(self) -> dict[str, Any] | None:
        """The whole way, where it is another step than the first."""
        return self._shown(self.steps[1]) if len(self.steps) > 1 else None

    def _shown(self, step: Step) -> dict[str, Any]:
        return {
            "more": step.more,
            "gain": step.gain,
            "is_all": step.is_all,
            "figure": _with(self.figure, step.more),
        }


def advice_for(result: Result, actor: Actor, *, parts: Parts, items: Sequence[ResultItem]) -> list[Advice]:
    """For who works for this very office and not above it; nothing once the time is over. One query.

    `parts` are those of the scheme, `items` those of the result, as the page has read them.
    """
    today = timezone.localdate()
    if not _may_read(result, actor) or not _in_time(result.scheme, today):
        return []
    missed = _missed_in_quarters(result, today)
    found = (_advice(place, indicator, missed) for indicator, place in _places(parts, items))
    return sorted((each for each in found if each.steps), key=lambda each: -each.steps[0].gain)


def _may_read(result: Result, actor: Actor) -> bool:
    permissions = (Permission.FIGURE_DECLARE, Permission.ASSESSMENT_MANAGE)
    return any(result.office.path in own_paths(actor, permission) for permission in permissions)


def _in_time(scheme: Scheme, today: dt.date) -> bool:
    """Deeds of the year can be done in the year; the deadline is for entering them."""
    return scheme.state == Scheme.State.OPEN and today.year == scheme.year


def _places(parts: Parts, items: Sequence[ResultItem]) -> Iterable[tuple[Indicator, Place]]:
    """Every counted or declared figure of the result, where it stands in the score."""
    evidence = {item.indicator_id: evidence_from_data(item.evidence) for item in items}
    scored = [
        ScoredSection(
            Part(section.part), tuple(_scored(each, evidence.get(each.pk)) for each in row), section.cap
        )
        for section, row in parts
    ]
    for number, (_section, row) in enumerate(parts):
        for position, indicator in enumerate(row):
            figure = evidence.get(indicator.pk)
            if isinstance(figure, Figure):
                yield indicator, Place(scored, number, position, indicator.rule, figure)


def _scored(indicator: Indicator, evidence: Evidence | None) -> ScoredItem:
    return ScoredItem(apply_rule(indicator.rule, evidence), indicator.points)


def _advice(place: Place, indicator: Indicator, missed: dict[str, int]) -> Advice:
    figure = place.figure
    metric = metric_of(indicator.metric) if indicator.metric else None
    gone = missed.get(indicator.metric, 0)
    if metric is not None and metric.made_good == MadeGood.NEVER:
        return Advice(indicator, figure, (), 0)
    open_still = None if figure.denominator is None else int(figure.denominator - figure.numerator) - gone
    return Advice(indicator, figure, steps_for(place, open_still=open_still), gone)


def _missed_in_quarters(result: Result, today: dt.date) -> dict[str, int]:
    """By metric: what was due in quarters that are over and was not done. One query."""
    quarters = Period(PeriodKind.YEAR, result.scheme.year).parts(PeriodKind.QUARTER)
    over = [quarter.code for quarter in quarters if quarter.end < today]
    rows = MetricFact.objects.filter(office=result.office_id, period__in=over, denominator__isnull=False)
    missed: dict[str, int] = {}
    for code, done, due in rows.values_list("metric", "numerator", "denominator"):
        metric = metric_of(code)
        if metric is not None and metric.made_good == MadeGood.IN_ITS_QUARTER:
            missed[code] = missed.get(code, 0) + (due or 0) - done
    return missed


def _with(figure: Figure, more: int) -> str:
    above = plain(figure.numerator + more)
    return above if figure.denominator is None else f"{above}/{plain(figure.denominator)}"

"""各月走势: twelve months of one metric up to the period's end, beside the same months a year earlier."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.metrics import Metric
from apps.core.periods import Period, PeriodKind
from apps.dashboard.figures import Figure, Reader
from apps.offices.models import Office

MONTHS = 12


@dataclass(frozen=True)
class Moment:
    """A month, with the same one a year earlier."""

    figure: Figure
    year_before: Figure


@dataclass(frozen=True)
class Trend:
    metric: Metric
    moments: list[Moment]

    @property
    def has_year_before(self) -> bool:
        return any(moment.year_before.value is not None for moment in self.moments)


def _months(period: Period, today: dt.date) -> list[Period]:
    """The last twelve, oldest first."""
    month = Period.containing(min(period.end, today), PeriodKind.MONTH)
    months = [month]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous())
    return months


def periods_of_trend(metric: Metric | None, period: Period, today: dt.date) -> list[Period]:
    """Every period that the trend needs facts of; none where the metric is not counted by month."""
    if metric is None or not metric.supports(PeriodKind.MONTH):
        return []
    months = _months(period, today)
    return [*(month.year_before() for month in months), *months]


def trend_of(
    metric: Metric, office: Office, periods: Sequence[Period], reader: Reader, today: dt.date
) -> Trend:
    shown = [period for period in periods[MONTHS:] if period.start <= today]
    return Trend(
        metric,
        [
            Moment(reader.figure(metric, office, month), reader.figure(metric, office, month.year_before()))
            for month in shown
        ],
    )

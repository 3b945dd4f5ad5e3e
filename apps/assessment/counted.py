"""The counted figures of a year, as the rules take them; read once for many offices."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.assessment.evidence import Figure, Standing
from apps.assessment.models import MetricFact, Rollup
from apps.core.metrics import metric as metric_of


@dataclass(frozen=True)
class CountedYear:
    """`figures` by metric and office; `as_of` None: the year was never counted."""

    figures: dict[tuple[str, int], Figure]
    as_of: dt.date | None

    @classmethod
    def load(cls, year: int, offices: Iterable[int]) -> "CountedYear":
        rows = MetricFact.objects.filter(period=f"{year:04d}", office__in=list(offices))
        rollup = Rollup.objects.filter(year=year).first()
        return cls(
            {
                (metric, office): Figure(
                    Decimal(numerator), None if denominator is None else Decimal(denominator)
                )
                for metric, office, numerator, denominator in rows.values_list(
                    "metric", "office_id", "numerator", "denominator"
                )
            },
            rollup.as_of if rollup else None,
        )

    def of(self, code: str, office: int) -> Figure | None:
        """The office's figure; no row means that nothing was there to count."""
        return self.figures.get((code, office)) or nothing_counted(code) if self.as_of else None

    def standing(self, code: str, office: int, group: Iterable[int]) -> Standing | None:
        """The office's value among those of its group."""
        return standing_among(self.of(code, office), [self.of(code, each) for each in group])


def nothing_counted(code: str) -> Figure | None:
    """What no row of facts means: nothing was there to count; None where the metric cannot say even that."""
    metric = metric_of(code)
    if metric is None or metric.figures is None or metric.needs_list:
        return None
    return Figure(Decimal(0), Decimal(0) if metric.has_denominator else None)


def standing_among(figure: Figure | None, group: Iterable[Figure | None]) -> Standing | None:
    """A value among those of its group; None where the office has none."""
    if figure is None or figure.value is None:
        return None
    values = [each.value for each in group if each is not None]
    return Standing(Fraction(figure.value), tuple(value for value in values if value is not None))

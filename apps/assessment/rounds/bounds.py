"""Between which points an item can lie: what a claim, a ruling and a correction are held to."""

from decimal import Decimal

from apps.assessment.models import Indicator
from apps.assessment.totals import Part


def bounds_of(indicator: Indicator) -> tuple[Decimal, Decimal]:
    """The least and the most points; needs the indicator's section."""
    cap = indicator.section.cap or Decimal(0)
    match Part(indicator.section.part):
        case Part.DEDUCTION:
            return -cap, Decimal(0)
        case Part.BONUS:
            return Decimal(0), cap
        case _:
            return Decimal(0), indicator.points

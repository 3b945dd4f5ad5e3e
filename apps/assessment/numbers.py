"""Rounding and writing of points and rates, the same everywhere a figure is computed or shown."""

from decimal import Decimal
from fractions import Fraction
from math import floor

HUNDREDTH = Decimal("0.01")


def round_half_up(value: Fraction | Decimal | int) -> Decimal:
    """Two places, halves away from zero: 1.005 → 1.01, −1.005 → −1.01."""
    exact = Fraction(value)
    hundredths = floor(abs(exact) * 100 + Fraction(1, 2))
    return (Decimal(hundredths) / 100).quantize(HUNDREDTH) * (-1 if exact < 0 else 1)


def plain(value: Decimal | Fraction | int) -> str:
    """A number as people write it: 6, 0.5, 97.5 (no trailing zeros, no exponent, at most two places)."""
    text = f"{round_half_up(value):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def percent(value: Decimal | Fraction) -> str:
    return plain(Fraction(value) * 100) + "%"

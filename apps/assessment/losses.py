"""Where an office lost its points: the items of the base with the widest gap. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.assessment.explaining import Line, SectionLines
from apps.assessment.models import Result
from apps.assessment.numbers import round_half_up
from apps.assessment.totals import FULL, Part, Standing

MOST_SHOWN = 5


@dataclass(frozen=True)
class Loss:
    line: Line
    points: Decimal


def widest_losses(result: Result, sections: Iterable[SectionLines]) -> list[Loss]:
    """At most five, the widest first; what is undecided or does not apply is no loss."""
    left = FULL - result.not_applicable if result.standing == Standing.FINAL else FULL
    factor = Fraction(FULL) / Fraction(left)
    found = [
        Loss(line, round_half_up(Fraction(line.indicator.points) * factor - Fraction(line.points)))
        for part in sections
        if part.section.part == Part.BASE
        for line in part.lines
        if line.points is not None
    ]
    found.sort(key=lambda loss: -loss.points)
    return [loss for loss in found if loss.points > 0][:MOST_SHOWN]

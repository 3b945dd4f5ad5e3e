"""What would raise a score: the smallest step of a figure that earns more, and what it earns. Pure functions.

The gain is the difference of two totals by `totals.add_up`, with and without the step: caps and re-basing are in it, and
nothing is computed a second way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from apps.assessment.evidence import Figure
from apps.assessment.rules import Ladder, PerItem, Ratio, Rule
from apps.assessment.totals import ScoredSection, add_up

# A count without end is tried so far.
FARTHEST = 100


@dataclass(frozen=True)
class Step:
    """So many more of what is counted, and the points of the total that they earn."""

    more: int
    gain: Decimal
    # Whether nothing more can be earned after it (in time).
    is_all: bool = False


@dataclass(frozen=True)
class Place:
    """Where one item stands in an office's score, with its rule and figure as they are now."""

    sections: Sequence[ScoredSection]
    section: int
    item: int
    rule: Rule
    figure: Figure

    def gain(self, more: int) -> Decimal:
        """What so many more would earn."""
        return add_up(self.sections_with(more)).total - add_up(self.sections).total

    def sections_with(self, more: int) -> list[ScoredSection]:
        figure = replace(self.figure, numerator=self.figure.numerator + more)
        found = list(self.sections)
        items = list(found[self.section].items)
        score = (
            self.rule.score(figure)
            if isinstance(self.rule, Ratio | Ladder | PerItem)
            else items[self.item].score
        )
        items[self.item] = replace(items[self.item], score=score)
        found[self.section] = replace(found[self.section], items=tuple(items))
        return found


def steps_for(place: Place, *, open_still: int | None = None) -> tuple[Step, ...]:
    """The smallest step that earns anything, and the one that earns all there is; one where they are the same or
    where there is no end to it.

    `open_still` is how many can still be made good in time (None: no limit but the figure's own).
    """
    most = _most(place.rule, place.figure)
    if open_still is not None:
        most = min(most, open_still)
    if most <= 0 or (best := place.gain(most)) <= 0:
        return ()
    first = _fewest(place, most, Decimal("0.01"))
    if most == FARTHEST and place.gain(most + 1) > best:
        return (Step(first, place.gain(first)),)
    last = _fewest(place, most, best)
    return tuple(Step(more, place.gain(more), more == last) for more in sorted({first, last}))


def _fewest(place: Place, most: int, wanted: Decimal) -> int:
    """The fewest more that earn `wanted`; `most` do. A score never falls with its figure, so halving finds it."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if place.gain(middle) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low


def _most(rule: Rule, figure: Figure) -> int:
    """How many more could matter: up to the whole of a share, to the target or the cap of a count."""
    if figure.denominator is not None:
        return int(figure.denominator - figure.numerator)
    match rule:
        case Ratio():
            return ceil(rule.target - figure.numerator)
        case Ladder():
            return ceil(max(value for value, _points in rule.steps) - figure.numerator)
        case PerItem(each=each, cap=Decimal() as cap) if each:
            return ceil(cap / each - figure.numerator)
        case _:
            return FARTHEST

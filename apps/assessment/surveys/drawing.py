"""Who is asked: all who may be, or a share drawn by lot, never nearly the same people as in an earlier survey.

Two results over populations that differ by fewer than five people could be subtracted, and the difference would speak
of those few. Where a drawing comes that close, more of the common people sit out, by lot. Pure functions.
"""

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from uuid import UUID

from apps.assessment.surveys.questions import FEWEST_ANSWERS
from apps.core.small_numbers import FEWEST

# A smaller drawing would seldom bring ten answers.
FEWEST_DRAWN = 20
_TRIES = 10


@dataclass(frozen=True)
class Earlier:
    """A survey made before: how many were asked, and which of today's people were among them."""

    asked: int
    common: Set[int]

    def differs_by(self, drawn: Set[int]) -> int:
        """How many people are in one of the two and not in the other."""
        return self.asked + len(drawn) - 2 * len(self.common & drawn)


class TooFew(Exception):
    """Ten answers cannot come: nobody is asked in vain."""


class TooClose(Exception):
    """Whoever is drawn, the result would differ from an earlier one by a handful of people."""


def draw(people: Iterable[int], percent: int, earlier: Iterable[Earlier], lots: Random) -> frozenset[int]:
    """The people to ask. Raises TooFew, TooClose."""
    everybody = sorted(people)
    size = max(math.ceil(Fraction(len(everybody) * percent, 100)), min(FEWEST_DRAWN, len(everybody)))
    if size < FEWEST_ANSWERS:
        raise TooFew
    return _kept_apart(frozenset(lots.sample(everybody, size)), list(earlier), lots)


def _kept_apart(drawn: frozenset[int], earlier: list[Earlier], lots: Random) -> frozenset[int]:
    for _try in range(_TRIES):
        close = next((each for each in earlier if each.differs_by(drawn) < FEWEST), None)
        if close is None:
            return drawn
        missing = FEWEST - close.differs_by(drawn)
        common = sorted(close.common & drawn)
        if len(drawn) - missing < FEWEST_ANSWERS or len(common) < missing:
            break
        drawn -= set(lots.sample(common, missing))
    raise TooClose


def by_survey(rows: Iterable[tuple[UUID, int]], asked: Mapping[UUID, int]) -> list[Earlier]:
    """From (survey, person) of those who may be asked today, and how many each survey asked in all."""
    common: dict[UUID, set[int]] = {}
    for survey, person in rows:
        common.setdefault(survey, set()).add(person)
    return [Earlier(asked[survey], frozenset(people)) for survey, people in common.items() if survey in asked]

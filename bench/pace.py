"""How fast the machine is just now: a shared one loses a third of its speed to its neighbours for seconds, and finds it again.

A round that was taken meanwhile tells of the neighbours. It is taken again: what is compared has to run at one speed.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

# Slower than the quickest moment of its figure by more than this, and a round does not count.
TOLERANCE = 1.25
# So many times the rounds wanted are taken, then those at the quickest moments have to do.
ATTEMPTS = 5
_LOOPS = 60_000
# What was seen of each comparison since somebody last asked (`notes`).
_noted: list[str] = []


def pace() -> float:
    """Seconds of a fixed piece of work, a few milliseconds; the best of five."""
    return min(_once() for _ in range(5))


def _once() -> float:
    begun, total = time.perf_counter(), 0
    for number in range(_LOOPS):
        total += number * number % 7
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Round:
    """What both sides gave, and the paces before, between and after."""

    ours: float
    limit: float
    paces: tuple[float, ...]

    def is_steady(self, quickest: float) -> bool:
        return max(self.paces) <= quickest * TOLERANCE


def in_turn(ours: Callable[[], float], limit: Callable[[], float], rounds: int) -> list[tuple[float, float]]:
    """What both sides gave, one after the other, so many times at the machine's full speed; at last, what came nearest to it."""
    taken: list[Round] = []
    good: list[Round] = []
    while len(good) < rounds and len(taken) < rounds * ATTEMPTS:
        taken.append(_round(ours, limit))
        quickest = min(min(one.paces) for one in taken)
        good = [one for one in taken if one.is_steady(quickest)]
    chosen = good[:rounds] if len(good) >= rounds else sorted(taken, key=lambda one: max(one.paces))[:rounds]
    within = statistics.median(one.ours / one.limit for one in chosen)
    _noted.append(
        f"{len(good)} of {len(taken)} rounds at full speed; in the middle one ours is {within:.3g} of the limit"
    )
    return [(one.ours, one.limit) for one in chosen]


def _round(ours: Callable[[], float], limit: Callable[[], float]) -> Round:
    before, mine = pace(), ours()
    between, theirs = pace(), limit()
    return Round(mine, theirs, (before, between, pace()))


def notes() -> list[str]:
    """How steady the machine was in the comparisons since the last call, and what one round by itself says."""
    found = list(_noted)
    _noted.clear()
    return found

"""How fast the machine is just now: a shared one loses a third of its speed to its neighbours for seconds, and finds it again.

A round that was taken meanwhile tells of the neighbours. It is taken again: what is compared has to run at one speed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# Slower than the quickest moment of its figure by more than this, and a round does not count.
TOLERANCE = 1.25
# So many times the rounds wanted are taken, then those at the quickest moments have to do.
ATTEMPTS = 5
_LOOPS = 60_000


def pace() -> float:
    """Seconds of a fixed piece of work, a few milliseconds; the best of five."""
    return min(_once() for _ in range(5))


def _once() -> float:
    begun, total = time.perf_counter(), 0
    for number in range(_LOOPS):
        total += number * number % 7
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Round(Generic[T]):
    """What one round gave, and the paces before, between and after its measurements."""

    found: T
    paces: tuple[float, ...]

    def is_steady(self, quickest: float) -> bool:
        return max(self.paces) <= quickest * TOLERANCE


def steady(take: Callable[[], Round[T]], rounds: int) -> list[T]:
    """So many rounds at the machine's full speed; at last those that came nearest to it."""
    taken: list[Round[T]] = []
    for _ in range(rounds * ATTEMPTS):
        taken.append(take())
        quickest = min(min(one.paces) for one in taken)
        good = [one for one in taken if one.is_steady(quickest)]
        if len(good) >= rounds:
            return [one.found for one in good[:rounds]]
    taken.sort(key=lambda one: max(one.paces))
    print(f"  the machine was not steady: {len(good)} of {len(taken)} rounds at full speed", flush=True)
    return [one.found for one in taken[:rounds]]


def in_turn(ours: Callable[[], float], limit: Callable[[], float], rounds: int) -> list[tuple[float, float]]:
    """Both sides one after the other, so many times, at one speed of the machine."""

    def take() -> Round[tuple[float, float]]:
        before = pace()
        mine = ours()
        between = pace()
        theirs = limit()
        return Round((mine, theirs), (before, between, pace()))

    return steady(take, rounds)

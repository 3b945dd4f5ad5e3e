"""How fast the machine is just now: a shared one loses a third of its speed to its neighbours for seconds, and finds it again.

A round that was taken meanwhile tells of the neighbours. It is taken again: what is compared has to run at one speed. A thread
beside the work looks all the time, by the processor time of a fixed piece of work.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Slower on average than the quickest side of its figure by more than this, and a round does not count.
TOLERANCE = 1.15
# So many times the rounds wanted are taken, then those that were quickest have to do.
ATTEMPTS = 4
_EVERY = 0.03  # seconds
_LOOPS = 10_000
# What was seen of each comparison since somebody last asked (`notes`).
_noted: list[str] = []


def pace() -> float:
    """Processor seconds of a fixed piece of work, half a millisecond: the same whoever else waits for the interpreter."""
    begun, total = time.thread_time(), 0
    for number in range(_LOOPS):
        total += number * number % 7
    return time.thread_time() - begun


@contextmanager
def watched() -> Iterator[list[float]]:
    """Gives the paces seen beside what is done meanwhile, at least one."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(_EVERY):
            seen.append(pace())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
        seen.append(pace())


@dataclass(frozen=True)
class Round:
    """What both sides gave, and the mean pace beside each."""

    ours: float
    limit: float
    paces: tuple[float, float]

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
    with watched() as beside_ours:
        mine = ours()
    with watched() as beside_limit:
        theirs = limit()
    return Round(mine, theirs, (statistics.mean(beside_ours), statistics.mean(beside_limit)))


def notes() -> list[str]:
    """How steady the machine was in the comparisons since the last call, and what one round by itself says."""
    found = list(_noted)
    _noted.clear()
    return found

"""How a figure is taken: both sides in turn, three rounds at the machine's full speed, ours the worst and the other side the best."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from django.db import connection, connections

from apps.core import scope
from bench.pace import in_turn

# As `manage.py up` serves: two processes of four threads.
PROCESSES, THREADS = 2, 4

Work = Callable[[], Any]


class Kind(StrEnum):
    """How a figure is read and held against its budget."""

    SHARE = "share"  # of the raw side's rate, in percent; more is better
    FASTER = "faster"  # times as fast as the plain side; more is better
    AT_MOST = "at most"  # a plain number; less is better


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ours` and `limit` say in words what `value` was made from."""

    code: str
    work: str
    kind: Kind
    value: float
    least: float
    aim: float
    ours: str
    limit: str
    unit: str = ""
    # For the page only: lines of Markdown.
    details: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return self.value <= self.least if self.kind is Kind.AT_MOST else self.value >= self.least

    @property
    def reaches_aim(self) -> bool:
        return self.value <= self.aim if self.kind is Kind.AT_MOST else self.value >= self.aim

    def shown(self, number: float) -> str:
        """A number of this figure's kind, as people read it."""
        match self.kind:
            case Kind.SHARE:
                return f"{number * 100:.1f} %"
            case Kind.FASTER:
                return f"{number:.1f} ×"
            case Kind.AT_MOST:
                return f"{number:g} {self.unit}".strip()


@dataclass(frozen=True)
class Settings:
    """How long and how often to measure."""

    seconds: float
    rounds: int


def rates(ours: Callable[[], float], limit: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Our worst rate and the other side's best, measured in turn."""
    pairs = in_turn(ours, limit, rounds)
    return min(mine for mine, _theirs in pairs), max(theirs for _mine, theirs in pairs)


class Side(Protocol):
    """One of two things to compare; `client(n)` gives the work of client n, with connections of its own."""

    def client(self, number: int) -> Work: ...


# For so many clients: the least share, and the aim.
Budgets = Mapping[int, tuple[float, float]]


def shares(
    code: str,
    work: str,
    ours: Side,
    limit: Side,
    budgets: Budgets,
    units: tuple[str, str],
    settings: Settings,
) -> list[Figure]:
    """Our rate as a share of the limit's, for each number of clients (1 or 8). `units`: what each side does a second."""
    figures = []
    for clients, (least, aim) in budgets.items():
        side_rate = partial(_rate_of_side, clients=clients, seconds=settings.seconds)
        mine, theirs = rates(partial(side_rate, ours), partial(side_rate, limit), settings.rounds)
        name = f"{work}, {clients} client{'s' if clients > 1 else ''}"
        said = f"{mine:.0f} {units[0]}/s", f"{theirs:.0f} {units[1]}/s"
        figures.append(Figure(code, name, Kind.SHARE, mine / theirs, least, aim, *said))
    return figures


def _rate_of_side(side: Side, *, clients: int, seconds: float) -> float:
    return rate(side.client(0), seconds) if clients == 1 else rate_of_many(side.client, seconds)


def times(ours: Work, limit: Work, rounds: int, repeat: int = 1) -> tuple[float, float]:
    """Our worst time in seconds and the other side's best, measured in turn. `repeat`: ours is short, its mean counts."""
    pairs = in_turn(lambda: seconds_of(ours, repeat), lambda: seconds_of(limit), rounds)
    return max(mine for mine, _theirs in pairs), min(theirs for _mine, theirs in pairs)


def seconds_of(work: Work, repeat: int = 1) -> float:
    """Mean seconds of one call."""
    begun = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - begun) / repeat


def rate(work: Work, seconds: float) -> float:
    """Calls a second of one client, after one that does not count."""
    work()
    calls, begun = 0, time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds or not calls:
        work()
        calls += 1
    return calls / max(passed, 1e-9)


def rate_of_many(make_work: Callable[[int], Work], seconds: float) -> float:
    """Calls a second of eight clients at once, in the shape in which the program is served."""
    connections.close_all()  # a forked child must not share them
    context = multiprocessing.get_context("fork")
    rates_of_children = context.SimpleQueue()
    start = context.Barrier(PROCESSES)

    def child(number: int) -> None:
        rates_of_children.put(_rate_of_threads(make_work, number * THREADS, seconds, start.wait))

    children = [context.Process(target=child, args=(number,)) for number in range(PROCESSES)]
    for process in children:
        process.start()
    total = sum(rates_of_children.get() for _ in children)
    for process in children:
        process.join()
    return total


def _rate_of_threads(
    make_work: Callable[[int], Work], first: int, seconds: float, start: Callable[[], Any]
) -> float:
    found: list[float] = []
    ready = threading.Barrier(THREADS, action=start)

    def client(number: int) -> None:
        work = make_work(number)
        work()
        ready.wait()
        found.append(rate(work, seconds))
        connection.close()

    clients = [threading.Thread(target=client, args=(first + number,)) for number in range(THREADS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    if len(found) < THREADS:
        raise RuntimeError("A client failed; its traceback stands above.")
    return sum(found)


def raw_connection() -> Any:
    """A bare psycopg2 connection of the application's role to the same database; each statement its own transaction.

    In the scope of the whole registry: as little as row policies can cost.
    """
    raw = connection.get_new_connection(connection.get_connection_params())
    raw.autocommit = True
    fetch_nothing(raw, f"SET tongxin.scope TO '{scope.EVERYTHING}'")
    return raw


def fetch_nothing(raw: Any, statement: str) -> None:
    """Run one statement that gives no rows."""
    with raw.cursor() as cursor:
        cursor.execute(statement)


def fetch(raw: Any, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of one statement over a bare connection."""
    with raw.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())

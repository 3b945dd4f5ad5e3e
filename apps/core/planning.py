"""Planner settings for the few large statements over many steps (rebuild of pairs, rollup of metrics)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SETTINGS = ("enable_nestloop = off", "jit = off", "work_mem = '128MB'")


@contextmanager
def set_based() -> Iterator[None]:
    """For statements whose steps have no statistics, inside a transaction.

    Right after a bulk load the planner takes each step for one row and loops: 20 seconds instead of 1 for the demo
    city, minutes for 25,000 members. Without loops the costs look so large that PostgreSQL builds with LLVM (Debian's)
    compile the statement anew each time, for seconds; so that is off too. After an error nothing is put back: the
    transaction's end does it.
    """
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in _SETTINGS))
    yield
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {setting.split(' = ')[0]} TO DEFAULT" for setting in _SETTINGS))

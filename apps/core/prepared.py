"""Statements that the database plans once a connection, for reads that cost more to plan than to run.

PostgreSQL plans a statement anew each time it comes; one of a few joins takes a millisecond to plan and a tenth of it
to run. psycopg2 prepares nothing by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from pghistory import runtime

# pghistory sends its context along with every statement that might write. What is prepared here only reads.
runtime.IGNORED_SQL_PREFIXES += ("execute", "prepare")  # type: ignore[assignment]

# By driver connection, the names of what it has prepared; a new connection begins with nothing.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement that reads, with $1, $2 … of these PostgreSQL types. Never one that writes: history would not know who."""

    name: str
    types: str
    sql: str

    def rows(self, *values: Any) -> Sequence[tuple[Any, ...]]:
        """All rows for these values."""
        places = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            known = _prepared.setdefault(connection.connection, set())
            if self.name not in known:
                cursor.execute(f"PREPARE {self.name} ({self.types}) AS {self.sql}")
                known.add(self.name)
            cursor.execute(f"EXECUTE {self.name} ({places})", values)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found

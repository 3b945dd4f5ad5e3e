"""Statements that the database plans once a connection, for reads that cost more to plan than to run.

PostgreSQL plans a statement anew each time it comes; one of a few joins takes a millisecond to plan and a tenth of it
to run. psycopg2 prepares nothing by itself.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import RawQuerySet
from pghistory import runtime

M = TypeVar("M", bound=Model)

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
        with connection.cursor() as cursor:
            _prepare(cursor, self.name, f"({self.types}) AS {self.sql}")
            cursor.execute(_execution(self.name, values), values)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found


def prepared(rows: QuerySet[M]) -> "RawQuerySet[M]":
    """The same rows by a prepared statement: for a query that comes again and again with other values.

    What is asked of many keys asks by `AnyOf`: a list written out would be another statement for each length.
    """
    statement, values = rows.query.sql_with_params()
    numbered = statement % tuple(f"${place}" for place in range(1, len(values) + 1))
    name = f"{rows.model._meta.db_table}_{hashlib.sha256(numbered.encode()).hexdigest()[:16]}"
    with connection.cursor() as cursor:
        _prepare(cursor, name, f"AS {numbered}")
    return rows.model._default_manager.raw(_execution(name, values), values)


def _prepare(cursor: Any, name: str, rest: str) -> None:
    known = _prepared.setdefault(connection.connection, set())
    if name not in known:
        cursor.execute(f"PREPARE {name} {rest}")
        known.add(name)


def _execution(name: str, values: Sequence[Any]) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}"

"""The bench's data: the demo of one scale, loaded once and kept; each run works on a copy and throws it away."""

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from apps.dashboard.demo.load import load_demo

# A change here makes other data.
RECIPE = "apps/dashboard/demo/*"
ATTEMPTS = 20


@contextmanager
def loaded(scale: str, day: dt.date, *, anew: bool = False) -> Iterator[None]:
    """Django's connection on a fresh copy of the demo of this scale; what the benches write goes with it."""
    kept, run = f"bench_{scale}", f"bench_{scale}_run"
    recipe = _recipe(day)
    if anew or _comment_of(kept) != recipe:
        _load(scale, day, kept)
        _note(kept, recipe)
    else:
        _prepare(kept)
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", run)
    _administer("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", run, kept)
    _work_on(run)
    yield
    # After a failure it stays, for whoever looks into it, until the next run.
    connection.close()
    _administer("DROP DATABASE {} WITH (FORCE)", run)


def _load(scale: str, day: dt.date, name: str) -> None:
    """Make the database whole under another name first, should this be interrupted."""
    half_made = f"{name}_new"
    for old in (half_made, name):
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
    _administer("CREATE DATABASE {}", half_made)
    begun = time.monotonic()

    def say(step: str) -> None:
        print(f"  {time.monotonic() - begun:6.1f} s  {step}", flush=True)

    print(f"Loading the demo at scale {scale}, once:", flush=True)
    _prepare(half_made)
    _work_on(half_made)
    load_demo(scale, day, say)
    connection.close()
    say("VACUUM, ANALYZE")
    _administer("VACUUM (ANALYZE)", database=half_made)
    _administer("ALTER DATABASE {} RENAME TO {}", half_made, name)
    say("done")


def _prepare(database: str) -> None:
    """Tables and static files as the sources say now."""
    _work_on(database)
    call_command("prepare")
    connection.close()


def _recipe(day: dt.date) -> str:
    """Changes with the demo's sources, and with the year: a page shows the year under way."""
    found = hashlib.sha256(str(day.year).encode())
    for path in sorted(settings.BASE_DIR.glob(RECIPE)):
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


def _work_on(database: str) -> None:
    connection.close()
    # All threads share these settings.
    connection.settings_dict["NAME"] = database


def _note(database: str, comment: str) -> None:
    with _owner() as cursor:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        cursor.execute(statement.format(sql.Identifier(database), sql.Literal(comment)))


def _comment_of(database: str) -> str | None:
    with _owner() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        )
        found = cursor.fetchone()
        return found[0] if found else None


def _administer(statement: str, *names: str, database: str = "postgres") -> None:
    for left in reversed(range(ATTEMPTS)):
        try:
            with _owner(database) as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        except psycopg2.errors.InsufficientPrivilege:
            # Autovacuum is at work in it, and the owner may not end that; a fresh bulk load calls for it.
            if not left:
                raise
            time.sleep(1)
        else:
            return


@contextmanager
def _owner(database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
    """A cursor of the owner role, each statement its own transaction."""
    owners = psycopg2.connect(settings.DATABASE_OWNER_URL, dbname=database)
    try:
        owners.autocommit = True
        with owners.cursor() as cursor:
            yield cursor
    finally:
        owners.close()

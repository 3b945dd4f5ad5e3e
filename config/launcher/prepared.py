"""What has been done to a database already, written on the database itself, so that a second start skips it."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psycopg2
from psycopg2 import sql

INPUTS = (
    "requirements/base.txt",
    "apps/**/migrations/*.py",
    "locale/**/*.po",
    "static/dist/**/*",
)


@dataclass(frozen=True)
class Prepared:
    """`inputs`: mark of the files that `manage.py prepare` last worked from. `demo`: the demo city was offered."""

    inputs: str = ""
    demo: bool = False


def mark_of_inputs(base: Path) -> str:
    """Changes when a migration, a catalogue, a built asset or a dependency does."""
    mark = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(base.glob(pattern)):
            found = path.stat()
            mark.update(f"{path.relative_to(base)}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return mark.hexdigest()


def read(owner_url: str) -> Prepared:
    """What the comment on the database says. A restored or new database has none."""
    (text,) = _ask(
        owner_url,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
    )
    try:
        return Prepared(**json.loads(text or "{}"))
    except (ValueError, TypeError):
        return Prepared()


def write(owner_url: str, **changes: object) -> None:
    """Note what was done."""
    now = json.dumps(asdict(replace(read(owner_url), **changes)))  # type: ignore[arg-type]
    (database,) = _ask(owner_url, "SELECT current_database()")
    _ask(
        owner_url,
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(str(database)), sql.Literal(now)),
    )


def _ask(owner_url: str, statement: str | sql.Composable) -> tuple[str | None]:
    connection = psycopg2.connect(owner_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return (row[0],) if row else (None,)
    finally:
        connection.close()

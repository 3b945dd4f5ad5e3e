"""Rows into a table with COPY: for imports and the demo, where one INSERT a row would take minutes."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Field

from apps.core.fields import EncryptedTextField

NULL = r"\N"


def array_literal(values: Iterable[Any]) -> str:
    """The text form of a one-dimensional PostgreSQL array."""
    quoted = ('"' + str(v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    return "{" + ",".join(quoted) + "}"


def cell(field: "Field[Any, Any]", value: Any) -> str:
    """One value as COPY's csv reads it."""
    if value is None:
        return NULL
    if type(value) in (str, int) and not isinstance(field, EncryptedTextField):
        # Most cells by far; the field's own preparation would take ten times as long.
        return str(value)
    if isinstance(field, ArrayField):
        return array_literal(value)
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    prepared = field.get_db_prep_save(value, connection)
    return str(prepared)


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh ids from the model's sequence, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> int:
    """COPY the rows (keyed by column attribute, e.g. `office_id`); what a row leaves out takes the field's default.

    Returns the number of rows. Triggers and constraints apply as for any write.
    """
    fields = [
        f for f in model._meta.concrete_fields if not (f.primary_key and rows and f.attname not in rows[0])
    ]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow([cell(f, row[f.attname] if f.attname in row else f.get_default()) for f in fields])
    buffer.seek(0)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY \"{model._meta.db_table}\" ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", buffer
        )
    return len(rows)


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Like `copy_rows`, by way of a temporary table: COPY is refused on tables with row policies.

    All rows have the same keys. Triggers and constraints apply as for any write. Values of encrypted fields come sealed.
    """
    if not rows:
        return
    fields = [f for f in model._meta.concrete_fields if f.attname in rows[0] or not f.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    fill_temporary("import_rows", model, fields, rows)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM import_rows')  # noqa: S608


def fill_temporary(
    name: str,
    model: type[models.Model],
    fields: Sequence["Field[Any, Any]"],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """A temporary table with these columns of the model's table, filled by COPY; gone with the transaction."""
    columns = ", ".join(f'"{field.column}"' for field in fields)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    given = rows[0].keys() if rows else ()
    fixed = {f.attname: cell(f, f.get_default()) for f in fields if f.attname not in given and not f.unique}
    for row in rows:
        writer.writerow(
            [
                fixed.get(f.attname) or cell(f, row[f.attname] if f.attname in row else f.get_default())
                for f in fields
            ]
        )
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(
            f'CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM "{model._meta.db_table}" WITH NO DATA'  # noqa: S608
        )
        cursor.copy_expert(f"COPY {name} FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", lines)

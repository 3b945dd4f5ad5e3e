"""Rows into a table with COPY: for imports and the demo, where one INSERT a row would take minutes."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Field

from apps.core.fields import Ciphertext, EncryptedTextField

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
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    prepared = field.get_db_prep_save(value, connection)
    return str(prepared)


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh ids from the model's sequence, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(own.ids) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS ids OFFSET 0) own, "
            "generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> int:
    """Enter the rows (keyed by column attribute, e.g. `office_id`); what a row leaves out takes the field's default.

    By way of a temporary table: COPY is refused on tables with row policies. Returns the number of rows. Triggers and
    constraints apply as for any write.
    """
    said = rows[0] if rows else {}
    fields = [f for f in model._meta.concrete_fields if f.attname in said or not _is_the_databases(f)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow([cell(f, row[f.attname] if f.attname in row else f.get_default()) for f in fields])
    _copy_into_temporary("copied_rows", model, fields, buffer)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {columns} FROM copied_rows')  # noqa: S608
    return len(rows)


def _is_the_databases(field: "Field[Any, Any]") -> bool:
    """A column the database fills by itself where nobody says a value."""
    return field.primary_key or field.has_db_default()


def insert_rows(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any] | None = None
) -> None:
    """Like `copy_rows`, quicker, for many rows of one shape.

    All rows have the same keys; what is the same for all of them stands in `common` and is said only once. Triggers and
    constraints apply as for any write. Values of encrypted fields come sealed.
    """
    if rows:
        insert_columns(model, {name: [row[name] for row in rows] for name in rows[0]}, common)


Columns = Mapping[str, Sequence[Any]]


def insert_columns(model: type[models.Model], said: Columns, common: Mapping[str, Any] | None = None) -> None:
    """Like `insert_rows`, for who has the rows column by column, all of the same length."""
    count = len(next(iter(said.values()), ()))
    if not count:
        return
    same = dict(common or {}) | _alike(model, said)
    said = {name: values for name, values in said.items() if name not in same}
    fields = [
        f for f in model._meta.concrete_fields if f.attname in (*said, *same) or not _is_the_databases(f)
    ]
    varied = [f for f in fields if f.attname in said or (f.unique and f.attname not in same)]
    fixed = [f for f in fields if f not in varied]
    values = [cell(f, same[f.attname] if f.attname in same else f.get_default()) for f in fixed]
    made = {f.attname: [f.get_default() for _row in range(count)] for f in varied if f.attname not in said}
    fill_temporary("import_rows", model, varied, {**said, **made})
    columns = ", ".join(f'"{field.column}"' for field in (*varied, *fixed))
    chosen = ", ".join([*(f'"{f.column}"' for f in varied), *(f"CAST(%s AS {_type_of(f)})" for f in fixed)])
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {chosen} FROM import_rows',  # noqa: S608
            [None if value == NULL else value for value in values],
        )


def _alike(model: type[models.Model], said: Columns) -> dict[str, Any]:
    """The columns in which all rows say the same: in a roster of one town a third of them. One is always left."""
    unique = {field.attname for field in model._meta.concrete_fields if field.unique}
    found: dict[str, Any] = {}
    for name, values in said.items():
        first = values[0]
        is_alike = values[-1] == first and all(value == first for value in values)
        if is_alike and name not in unique and len(found) < len(said) - 1:
            found[name] = first
    return found


def _type_of(field: "Field[Any, Any]") -> str:
    """The column's type without its length: a cast to a length would cut off in silence what is too long."""
    return re.sub(r"\([^)]*\)", "", str(field.db_type(connection)))


def fill_temporary(
    name: str,
    model: type[models.Model],
    fields: Sequence["Field[Any, Any]"],
    said: Columns,
) -> None:
    """A temporary table with these columns of the model's table, filled by COPY; gone with the transaction."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(
        zip(*(_cells(field, said[field.attname]) for field in fields), strict=True)
    )
    _copy_into_temporary(name, model, fields, lines)


def _copy_into_temporary(
    name: str, model: type[models.Model], fields: Sequence["Field[Any, Any]"], lines: io.StringIO
) -> None:
    columns = ", ".join(f'"{field.column}"' for field in fields)
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(
            f'CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM "{model._meta.db_table}" WITH NO DATA'  # noqa: S608
        )
        cursor.copy_expert(f"COPY {name} FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", lines)


def _cells(field: "Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    """The column of a field as the csv writer takes it: most hold plain text or numbers and are taken as they are."""
    types = set(map(type, values))
    if types <= {Ciphertext} or (types <= {str, int} and not isinstance(field, EncryptedTextField)):
        return values
    if types == {UUID}:
        return list(map(str, values))
    if types <= {dt.date, tuple, type(None)}:
        # The same few stand again and again.
        known = {value: cell(field, value) for value in set(values)}
        return [known[value] for value in values]
    return [cell(field, value) for value in values]

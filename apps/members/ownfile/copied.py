"""The copy of everything held (PIPL 45): which tables belong to a member, and every column of them that says something.

A table is registered once with the way from the member to its rows; the columns come from the models themselves, so
that a new column is in the copy on the day it is made. A test fails for a table that nobody registered.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.fields import EncryptedTextField, readable
from apps.core.privacy import Sensitivity, parse, speaking_fields
from apps.members.models import Member

Row = dict[str, Any]
# Who a user is, as the copy names them.
NAMED = "name"


@dataclass(frozen=True)
class Copied:
    """A table of the copy. `rows` gives the member's; `withheld` names columns with the reason why they are left out.

    `blanked` empties a value of one row, where it may speak of somebody else.
    """

    model: type[models.Model]
    rows: Callable[[Member], models.QuerySet[Any]]
    withheld: Mapping[str, str] = field(default_factory=dict)
    blanked: Callable[[Any, str], bool] = lambda row, column: False


_tables: dict[str, Copied] = {}
# Tables that hold rows of members and are not copied, with the reason.
_left_out: dict[str, str] = {}


def copy_of(table: Copied) -> None:
    """Called from `AppConfig.ready()`."""
    _tables[table.model._meta.label] = table


def not_copied(label: str, why: str) -> None:
    _left_out[label] = why


def tables() -> dict[str, Copied]:
    return dict(_tables)


def left_out() -> dict[str, str]:
    return dict(_left_out)


def columns_of(table: Copied) -> list["models.Field[Any, Any]"]:
    """Every column that says something of a person; keys and hashes are no statement, and are never handed out."""
    return [
        column
        for column in speaking_fields(table.model)
        if (says := parse(column.db_comment)) and says.sensitivity is not Sensitivity.SECRET
        if column.name not in table.withheld
    ]


def everything_of(member: Member) -> dict[str, list[Row]]:
    """By table: the rows, by column, in words. A fixed number of queries."""
    return {label: _rows(table, member) for label, table in _tables.items()}


def _rows(table: Copied, member: Member) -> list[Row]:
    columns = columns_of(table)
    links = [c.name for c in columns if isinstance(c, models.ForeignKey)]
    rows = table.rows(member).select_related(*links) if links else table.rows(member)
    return [{c.name: None if table.blanked(row, c.name) else _said(row, c) for c in columns} for row in rows]


def _said(row: models.Model, column: "models.Field[Any, Any]") -> Any:
    if isinstance(column, EncryptedTextField):
        return readable(row, column.name)
    if isinstance(column, models.ForeignKey):
        other = getattr(row, column.name)
        return None if other is None else str(getattr(other, NAMED, "") or other)
    value = getattr(row, column.attname)
    if isinstance(column, ArrayField):
        words = dict(column.base_field.flatchoices)
        return [str(words.get(one, one)) for one in value]
    if value is not None and column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | None) else str(value)


def word_of(column: "models.Field[Any, Any]") -> str:
    """The column's Chinese word, or its name where it has none."""
    return str(column.verbose_name)

"""A form takes what it asks for and nothing else (guide A4): each write of the walk is sent again with every name that
a column anywhere has, and must write the very same.

Which names a page asks for says the page itself (the names in its form, and what the walk's world sends it). All other
names of columns go along, with values that point at somebody else, lift a right or change a state.
"""

import re
from functools import cache
from typing import Any

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from apps.core.privacy import our_models

# Beside the columns' own names: what such forms have been cheated with elsewhere.
ALSO = (
    "id",
    "pk",
    "is_superuser",
    "is_staff",
    "org",
    "role",
    "permissions",
    "user_permissions",
    "groups",
    "consent_at",
)
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|WITH|SELECT (?:members|seal)_)", re.IGNORECASE)
# The scope, which goes along with a statement where it is not the one before (apps.core.scoped_postgresql).
_SCOPE = re.compile(r"SET tongxin\.scope TO '[^']*'; ")
# What differs from one time to the next: moments, numbers of rows, random ids and secrets, ciphertexts.
_FLEETING = re.compile(
    r"'\d{4}-\d\d-\d\d[T ][\d:.+]+'(?:::timestamptz)?|'?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'?(?:::uuid)?|"
    r"'\\x[0-9a-f]+'|[\w:+/=.-]{32,}|s\d+_x\d+|\d+"
)
_NAME_IN_FORM = re.compile(r"""\bname=["']([^"']+)["']""")
_TYPED_IN = re.compile(r"<textarea[^>]*>|<input(?![^>]*type=[\"'](?!text|search))[^>]*>")
# Numbers are blanked in the comparison: these would be found in it.
SOMEBODY_ELSE = "987654321"
SAID = "越权写入"


@cache
def names_of_columns() -> dict[str, str]:
    """Each name with a value that would do harm."""
    found: dict[str, str] = dict.fromkeys(ALSO, SOMEBODY_ELSE)
    for model in our_models():
        for column in model._meta.concrete_fields:
            found.setdefault(column.name, _harm(column))
            found.setdefault(column.attname, _harm(column))
    return found


def _harm(column: "models.Field[Any, Any]") -> str:
    if column.choices:
        return str(column.flatchoices[-1][0])
    if isinstance(column, models.BooleanField):
        return "on"
    if isinstance(column, models.DateField):
        return "1999-09-09"
    if isinstance(column, models.CharField | models.TextField):
        return SAID
    return SOMEBODY_ELSE


def asked_for(page: str, sent: dict[str, Any]) -> set[str]:
    """The names in the page's forms, and those that the walk sends it."""
    return set(_NAME_IN_FORM.findall(page)) | set(sent)


def written_in(page: str) -> set[str]:
    """The names of the fields in which somebody writes words."""
    return set(_NAME_IN_FORM.findall("".join(_TYPED_IN.findall(page))))


def more_than(asked: set[str]) -> dict[str, str]:
    return {name: harm for name, harm in names_of_columns().items() if name not in asked}


class Writes(CaptureQueriesContext):
    """The statements that write, in order."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def said(self) -> list[str]:
        statements = [_SCOPE.sub("", query["sql"]) for query in self.captured_queries]
        return [still(statement) for statement in statements if _WRITES.match(statement)]


def still(statement: str) -> str:
    """The statement without what differs from one time to the next."""
    return _FLEETING.sub(_blank, statement)


def _blank(found: re.Match[str]) -> str:
    text = found[0]
    return text if SOMEBODY_ELSE in text or "1999-09-09" in text else "…"


def differing(plain: list[str], more: list[str]) -> list[str]:
    """What was written with more names and not without them, and the other way round; shortened."""
    return [f"− {one[:400]}" for one in plain if one not in more] + [
        f"+ {one[:400]}" for one in more if one not in plain
    ]

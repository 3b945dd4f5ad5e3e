"""How members are found: by characters, full pinyin, initials, traditional script, organization, or record number.

The search itself is one function in the database, `members_found` (migration words_functions), which checks the
scope in its own body: row policies may come without making `@>` fall back to a scan (guide: performance).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, TextField, Value

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.names import SearchKind, search_key, to_simplified
from apps.core.widths import half_width
from apps.members.models import Member, MemberQuerySet
from apps.members.naming import Naming

_RECORD_NUMBER = re.compile(r"[cC]([0-9]{1,12})")
# In the audit rows of those whom a search showed.
SEARCHED = "search"
# Letters of a search that count.
LONGEST = 60
# What stands between the letters of names. Twin of members_letters(text) in the migration words_functions.
NOT_LETTERS = (
    "\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u2000-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\u3030\\u30fb"
    "\\ufe00-\\ufe0f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65\\U000e0100-\\U000e01ef"
)
_NOT_LETTERS = re.compile(f"[\\x00{NOT_LETTERS}]")
WIDE = "".join(map(chr, [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]))
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
DIGITS = "0123456789"
_LETTERS = str.maketrans(CAPITALS + WIDE, SMALL + DIGITS + SMALL + SMALL)


def letters_of(text: str) -> str:
    """The letters and digits of a text in the form in which `MemberWords` keeps them."""
    return _NOT_LETTERS.sub("", text).translate(_LETTERS)


def search(members: MemberQuerySet, typed: str, naming: Naming) -> MemberQuerySet:
    """Members whose name or present organization holds what was typed; only those whose names the searcher sees."""
    words = letters_of(typed[:LONGEST])
    if not typed.strip():
        return members
    if number := _RECORD_NUMBER.fullmatch(half_width(typed.strip())):
        return members.filter(pk=int(number[1]))
    if not words:
        return members.none()
    key = search_key(typed[:LONGEST])
    letters = key.text if key.kind in (SearchKind.PINYIN, SearchKind.INITIALS) else ""
    forms = sorted({words, to_simplified(words)})
    return members.filter(_Found(forms, letters, naming))


def record_hits(shown: Iterable[tuple[int, str]], *, by: Actor) -> None:
    """Whom a search by words showed (id, office path): a row each, which the member reads. Never the words."""
    record_many(AuditEvent.Action.READ, label=Member._meta.label_lower, targets=shown, by=by, what=SEARCHED)


class _Found(Func):
    """`id = ANY(ARRAY(SELECT members_found(…)))`: the array is made once, whatever else the query does."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, forms: Sequence[str], letters: str, naming: Naming) -> None:
        super().__init__(
            F("pk"),
            _array(forms),
            Value(letters, output_field=TextField()),
            _array(sorted(naming.own)),
            _array([kept.low for kept in naming.kept]),
            _array([kept.high for kept in naming.kept]),
            _array(sorted(naming.paired), BigIntegerField()),
        )

    def as_sql(self, compiler: Any, connection: Any, **_unused: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        (member, _none), *rest = [compiler.compile(part) for part in self.get_source_expressions()]
        wanted = "%s::text[], %s::text, %s::text[], %s::text[], %s::text[], %s::bigint[]"
        given = tuple(value for _sql, values in rest for value in values)
        return f"{member} = ANY(ARRAY(SELECT members_found({wanted})))", given


def _array(values: Sequence[Any], of: Any = None) -> Value:
    return Value(list(values), output_field=ArrayField(of or TextField()))

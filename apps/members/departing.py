"""People who left the registry, remembered by keyed hashes alone, so that no roster brings them back (design §1)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from apps.core.crypto import CryptoError, blind_index
from apps.core.names import NameKeys
from apps.members.models import Departed, Member

_PHONE = "departed.phone"
_BIRTH = "departed.birth"


class Person(Protocol):
    """A row of a roster, as far as somebody can be recognised by it."""

    @property
    def row(self) -> int: ...
    @property
    def keys(self) -> NameKeys: ...
    @property
    def phone(self) -> str: ...
    @property
    def birth_month(self) -> dt.date | None: ...


def remember_departure(member: Member, on: dt.date) -> None:
    """Called where a member withdraws or is erased, before name and number are blanked."""
    marks = _marks(NameKeys.of(member.name).simplified, _phone_of(member), member.birth_month)
    Departed.objects.bulk_create([Departed(mark=mark, left_on=on) for mark in marks], ignore_conflicts=True)


def _phone_of(member: Member) -> str:
    """The number; "" where it cannot be opened: leaving must work all the same."""
    try:
        return str(member.phone)
    except CryptoError:
        return ""


def rows_of_departed(people: Iterable[Person]) -> frozenset[int]:
    """The rows whose person left before: same name and number, or same name and month of birth. One query."""
    if not Departed.objects.exists():
        return frozenset()
    rows: dict[str, list[int]] = defaultdict(list)
    for person in people:
        for mark in _marks(person.keys.simplified, person.phone, person.birth_month):
            rows[mark].append(person.row)
    found = Departed.objects.filter(mark__in=list(rows)).values_list("mark", flat=True)
    return frozenset(row for mark in found for row in rows[mark])


def _marks(name: str, phone: str, birth_month: dt.date | None) -> list[str]:
    found = [blind_index(f"{name}|{phone}", _PHONE)] if phone else []
    if birth_month:
        found.append(blind_index(f"{name}|{birth_month:%Y-%m}", _BIRTH))
    return found

"""G2: a search for two characters, against a plain substring search that reads every row, on the same members."""

import random
from typing import Any

from apps.accounts.roles import RoleName
from apps.core.names import to_simplified
from apps.members.models import Appointment, Member
from apps.members.naming import Naming
from apps.members.searching import letters_of, search
from bench.browser import Unexpected
from bench.cast import busiest_town, county_of, user_with
from bench.measuring import Figure, Kind, Settings, fetch, raw_connection, times

QUERIES = 80
# What a programme without an index for characters does: names, and the organizations of today, letter by letter.
PLAIN = """
SELECT m.id FROM members_member m
WHERE m.office_path >= %(low)s AND m.office_path < %(high)s AND m.status NOT IN ('withdrawn', 'merged')
  AND (strpos(m.name, %(words)s) > 0 OR strpos(m.name_simplified, %(words)s) > 0 OR m.id IN (
      SELECT a.member_id FROM members_appointment a JOIN members_organization o ON o.id = a.organization_id
      WHERE a.ends_on IS NULL AND strpos(o.name, %(words)s) > 0))
"""


def measure(settings: Settings) -> list[Figure]:
    """The SQL of 80 searches of a registry keeper, as the application's role, and whether both sides find the same."""
    reader = user_with(RoleName.OFFICE_ADMIN, county_of(busiest_town()))
    raw, naming, words = raw_connection(), Naming.of(reader), _words()
    # Made beforehand: only SQL is measured.
    ours = [_statement(naming, word) for word in words]
    plain = [(PLAIN, _range(naming, word)) for word in words]
    wrong = sum(_found(raw, mine) != _found(raw, other) for mine, other in zip(ours, plain, strict=True))
    if wrong:
        raise Unexpected(f"{wrong} of {len(words)} searches find other members than a plain reading does")
    mine, theirs = times(
        lambda: [_found(raw, one) for one in ours],
        lambda: [_found(raw, one) for one in plain],
        settings.rounds,
        repeat=3,
    )
    told = f"{mine / len(words) * 1000:.2f} ms a search; {len(words)} of {len(words)} find the same"
    limit = f"{theirs / len(words) * 1000:.1f} ms"
    return [Figure("G2", "search for two characters", Kind.FASTER, theirs / mine, 50, 150, told, limit)]


def _found(raw: Any, asked: tuple[str, Any]) -> list[int]:
    return sorted(pk for (pk,) in fetch(raw, *asked))


def _words() -> list[str]:
    """Pairs of neighbouring characters: of names, and every fourth of an organization. The same in every run."""
    chance = random.Random(2026)
    names = list(Member.objects.active().order_by("pk").values_list("name", flat=True)[:5000])
    units = list(Appointment.objects.order_by("pk").values_list("organization__name", flat=True)[:5000])
    found: set[str] = set()
    while len(found) < QUERIES:
        text = letters_of(chance.choice(units if chance.random() < 0.25 else names))
        if len(text) > 1:
            place = chance.randrange(len(text) - 1)
            found.add(text[place : place + 2])
    return sorted(word for word in found if to_simplified(word) == word)


def _statement(naming: Naming, word: str) -> tuple[str, tuple[Any, ...]]:
    """The search alone, as the list sends it."""
    found = search(Member.objects.all(), word, naming).values_list("pk").order_by()
    return found.query.sql_with_params()


def _range(naming: Naming, word: str) -> dict[str, str]:
    (kept,) = naming.kept
    return {"low": kept.low, "high": kept.high, "words": word}

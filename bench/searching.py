"""G2: a search for two characters, SQL time against a sequential scan on the same rows, same result set.

What is measured: planning and execution as PostgreSQL says itself (`EXPLAIN (ANALYZE)`), as the application's role, of
the search alone; neither count, order nor page. Names and the organizations of today are searched on both sides; the
words that are timed are pairs of characters of names, because pairs of organizations find thousands in the demo. Whether
both sides find the same is asked for these and for pairs of organizations.
"""

import random
from typing import Any

from apps.accounts.roles import RoleName
from apps.members.models import Member, Organization
from apps.members.naming import Naming
from apps.members.searching import letters_of, search
from bench.cast import busiest_town, county_of, user_with
from bench.growing import MEMBERS, MEMBERS_OF_A_TRIAL, grow
from bench.measuring import Figure, Kind, Settings, fetch, raw_connection
from bench.pace import in_turn

QUERIES = 80
# Of organizations: only compared, not timed.
COMPARED = 40
# What a programme without an index for characters does: names, and the organizations of today, letter by letter.
PLAIN = """
SELECT m.id FROM members_member m
WHERE m.office_path >= %(low)s AND m.office_path < %(high)s AND m.status NOT IN ('withdrawn', 'merged')
  AND (strpos(m.name, %(words)s) > 0 OR strpos(m.name_simplified, %(words)s) > 0 OR m.id IN (
      SELECT a.member_id FROM members_appointment a JOIN members_organization o ON o.id = a.organization_id
      WHERE a.ends_on IS NULL AND strpos(o.name, %(words)s) > 0))
"""


def measure(settings: Settings) -> list[Figure]:
    """The SQL of 80 searches of a registry keeper, as the application's role, and how many find other members than a plain reading."""
    grow(MEMBERS if settings.seconds >= 1 else MEMBERS_OF_A_TRIAL)
    reader = user_with(RoleName.OFFICE_ADMIN, county_of(busiest_town()))
    raw, naming, words = raw_connection(), Naming.of(reader), _pairs_of(_names(), QUERIES)
    places = _pairs_of(list(Organization.objects.values_list("name", flat=True).order_by("pk")), COMPARED)
    # Made beforehand: only SQL is measured.
    ours = [_statement(naming, word) for word in words]
    plain = [(PLAIN, _range(naming, word)) for word in words]
    asked = [*words, *places]
    wrong = sum(
        _found(raw, _statement(naming, word)) != _found(raw, (PLAIN, _range(naming, word))) for word in asked
    )
    rounds = in_turn(lambda: _total(raw, ours), lambda: _total(raw, plain), settings.rounds)
    mine, theirs = max(mine for mine, _other in rounds), min(other for _mine, other in rounds)
    told, limit = f"{mine / len(words):.2f} ms a search", f"{theirs / len(words):.1f} ms"
    among = f"among {Member.objects.count():,} members"
    same = f"{len(asked) - wrong} of {len(asked)} find the same"
    return [
        Figure("G2", f"search for two characters {among}", Kind.FASTER, theirs / mine, 50, 150, told, limit),
        Figure(
            "G2", f"searches that find others {among}", Kind.AT_MOST, wrong, 0, 0, same, "a plain reading"
        ),
    ]


def _found(raw: Any, asked: tuple[str, Any]) -> list[int]:
    return sorted(pk for (pk,) in fetch(raw, *asked))


def _total(raw: Any, asked: list[tuple[str, Any]]) -> float:
    """Milliseconds in the database, planning and execution, as it says itself: the way there is no part of it."""
    total = 0.0
    for statement, given in asked:
        ((plan,),) = fetch(raw, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", given)
        total += plan[0]["Planning Time"] + plan[0]["Execution Time"]
    return total


def _names() -> list[str]:
    return list(Member.objects.active().order_by("pk").values_list("name", flat=True)[:5000])


def _pairs_of(texts: list[str], count: int) -> list[str]:
    """So many pairs of neighbouring characters, the same in every run. (Pairs of organizations find thousands in the
    demo, whose units share a few words: there both sides only count out rows.)
    """
    chance = random.Random(2026)
    names = [letters_of(text) for text in texts]
    there_are = {name[place : place + 2] for name in names for place in range(max(1, len(name) - 1))}
    found: set[str] = set()
    while len(found) < min(count, len(there_are)):
        name = chance.choice(names)
        place = chance.randrange(max(1, len(name) - 1))
        found.add(name[place : place + 2])
    return sorted(found)


def _statement(naming: Naming, word: str) -> tuple[str, tuple[Any, ...]]:
    """The search alone, as the list sends it."""
    found = search(Member.objects.all(), word, naming).values_list("pk").order_by()
    return found.query.sql_with_params()


def _range(naming: Naming, word: str) -> dict[str, str]:
    (kept,) = naming.kept
    return {"low": kept.low, "high": kept.high, "words": word}

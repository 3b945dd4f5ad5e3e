"""G2: a search for two characters, SQL time against a sequential scan on the same rows, same result set.

What is measured: planning and execution as PostgreSQL says itself (`EXPLAIN (ANALYZE)`), as the application's role, of
the search alone; neither count, order nor page. Names and the organizations of today are searched on both sides; the
words are pairs of characters of names, because pairs of organizations find thousands in the demo.
"""

import random
from typing import Any

from apps.accounts.roles import RoleName
from apps.members.models import Member
from apps.members.naming import Naming
from apps.members.searching import letters_of, search
from bench.browser import Unexpected
from bench.cast import busiest_town, county_of, user_with
from bench.growing import MEMBERS, MEMBERS_OF_A_TRIAL, grow
from bench.measuring import Figure, Kind, Settings, fetch, raw_connection

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
    grow(MEMBERS if settings.seconds >= 1 else MEMBERS_OF_A_TRIAL)
    reader = user_with(RoleName.OFFICE_ADMIN, county_of(busiest_town()))
    raw, naming, words = raw_connection(), Naming.of(reader), _words()
    # Made beforehand: only SQL is measured.
    ours = [_statement(naming, word) for word in words]
    plain = [(PLAIN, _range(naming, word)) for word in words]
    wrong = sum(_found(raw, mine) != _found(raw, other) for mine, other in zip(ours, plain, strict=True))
    if wrong:
        raise Unexpected(f"{wrong} of {len(words)} searches find other members than a plain reading does")
    rounds = [(_total(raw, ours), _total(raw, plain)) for _ in range(settings.rounds)]
    mine, theirs = max(mine for mine, _other in rounds), min(other for _mine, other in rounds)
    told = f"{mine / len(words):.2f} ms a search; {len(words)} of {len(words)} find the same"
    limit = f"{theirs / len(words):.1f} ms"
    work = f"search for two characters among {Member.objects.count():,} members"
    return [Figure("G2", work, Kind.FASTER, theirs / mine, 50, 150, told, limit)]


def _found(raw: Any, asked: tuple[str, Any]) -> list[int]:
    return sorted(pk for (pk,) in fetch(raw, *asked))


def _total(raw: Any, asked: list[tuple[str, Any]]) -> float:
    """Milliseconds in the database, planning and execution, as it says itself: the way there is no part of it."""
    total = 0.0
    for statement, given in asked:
        ((plan,),) = fetch(raw, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", given)
        total += plan[0]["Planning Time"] + plan[0]["Execution Time"]
    return total


def _words() -> list[str]:
    """Pairs of neighbouring characters of names, the same in every run. (Pairs of organizations find thousands in the
    demo, whose units share a few words: there both sides only count out rows.)
    """
    chance = random.Random(2026)
    names = [
        letters_of(name)
        for name in Member.objects.active().order_by("pk").values_list("name", flat=True)[:5000]
    ]
    found: set[str] = set()
    while len(found) < QUERIES:
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

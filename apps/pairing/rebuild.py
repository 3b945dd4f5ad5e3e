"""All pairs' years at once, by set-based SQL: nightly, after a plan changed, and after a bulk load.

The same rules as `apps.pairing.progress`, which each visit uses; a nightly rebuild that changes a row has found a
mistake and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.db import connection, transaction

from apps.core.access import WHOLE_TREE, OfficeRange
from apps.core.planning import set_based
from apps.pairing.models import DutyKind
from apps.pairing.years import FIGURES


def _array(terms: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(terms)}]::smallint[]"


def _per_month(column: str, months: Iterable[int]) -> str:
    """An array of twelve sums of `column`, filled in the given months only."""
    return _array(
        f"coalesce(sum({column}) FILTER (WHERE {{month}} = {m}), 0)" if m in months else "0"
        for m in range(1, 13)
    )


def _per_kind(column: str) -> str:
    """Twenty sums of `column`: the four quarters of each kind, as `progress.place_of` counts them."""
    return _array(
        f"coalesce(sum({column}) FILTER (WHERE kind = '{kind}' AND last_month = {month}), 0)"
        for kind in DutyKind.values
        for month in (3, 6, 9, 12)
    )


def _per_quarter(condition: str) -> str:
    return _array(f"coalesce(bool_or({condition}) FILTER (WHERE i = {i}), false)::int" for i in range(1, 5))


RECOUNT = (
    Path(__file__)
    .with_name("rebuild.sql")
    .read_text(encoding="utf-8")
    .replace("{twelve}", _per_month("n", range(1, 13)).replace("{month}", "month"))
    .replace("{quarter_ends:due}", _per_month("due", (3, 6, 9, 12)).replace("{month}", "last_month"))
    .replace("{quarter_ends:done}", _per_month("done", (3, 6, 9, 12)).replace("{month}", "last_month"))
    .replace("{kinds:due}", _per_kind("due"))
    .replace("{kinds:done}", _per_kind("done"))
    .replace("{four:met OR NOT has_left}", _per_quarter("met OR NOT has_left"))
    .replace("{four:met}", _per_quarter("met"))
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Differences:
    """What a rebuild had to change. In a nightly run every number is 0, or something wrote past the actions."""

    added: int
    changed: int
    removed: int
    last_contacts: int

    @property
    def none(self) -> bool:
        return not (self.added or self.changed or self.removed or self.last_contacts)


@transaction.atomic
def rebuild_all(year: int, below: OfficeRange = WHOLE_TREE) -> Differences:
    """Count the year anew for the pairs of these offices, write what differs, and report how much did.

    Seconds for 100,000 pairs. Takes the table against other writers, so that no visit is lost between count and write.
    """
    with connection.cursor() as cursor:
        # Readers go on; a visit logged meanwhile waits for the end and then recomputes its own pair.
        cursor.execute("LOCK TABLE pairing_pairingyear IN SHARE ROW EXCLUSIVE MODE")
        with set_based():
            cursor.execute("DROP TABLE IF EXISTS recounted")
            cursor.execute(RECOUNT, {"year": year, "low": below.low, "high": below.high})
            cursor.execute(_REMOVE, {"year": year, "low": below.low, "high": below.high})
            removed = cursor.rowcount
            cursor.execute(_WRITE, {"year": year})
            written = [is_new for (is_new,) in cursor.fetchall()]
            cursor.execute("DROP TABLE recounted")
            cursor.execute(_LAST_CONTACTS, {"low": below.low, "high": below.high})
            last_contacts = cursor.rowcount
    differences = Differences(sum(written), len(written) - sum(written), removed, last_contacts)
    log.info("pairing_years_rebuilt", year=year, **vars(differences))
    return differences


_REMOVE = """
DELETE FROM pairing_pairingyear y USING pairing_pairing p
WHERE p.id = y.pairing_id AND y.year = %(year)s AND y.office_path >= %(low)s AND y.office_path < %(high)s
  AND NOT EXISTS (SELECT FROM recounted r WHERE r.pairing_id = y.pairing_id)
  AND NOT (p.started_on <= make_date(%(year)s, 12, 31)
           AND (p.ended_on IS NULL OR p.ended_on >= make_date(%(year)s, 1, 1)))
"""

_WRITE = f"""
INSERT INTO pairing_pairingyear AS y (pairing_id, year, office_id, office_path, {", ".join(FIGURES)})
SELECT pairing_id, %(year)s, office_id, office_path, {", ".join(FIGURES)} FROM recounted
ON CONFLICT (pairing_id, year) DO UPDATE
SET office_id = EXCLUDED.office_id, {", ".join(f"{name} = EXCLUDED.{name}" for name in FIGURES)}
WHERE (y.office_id, {", ".join(f"y.{name}" for name in FIGURES)})
  IS DISTINCT FROM (EXCLUDED.office_id, {", ".join(f"EXCLUDED.{name}" for name in FIGURES)})
RETURNING xmax = 0
"""  # noqa: S608 names of our own columns

_LAST_CONTACTS = """
UPDATE members_member m SET last_contact_on = met.last_on
FROM (SELECT m.id, max(v.happened_on) AS last_on
      FROM members_member m
      LEFT JOIN (pairing_met k JOIN pairing_visit v ON v.id = k.visit_id AND v.voided_at IS NULL) ON k.member_id = m.id
      WHERE m.office_path >= %(low)s AND m.office_path < %(high)s
      GROUP BY m.id) met
WHERE met.id = m.id AND m.last_contact_on IS DISTINCT FROM met.last_on
"""

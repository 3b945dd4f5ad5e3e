"""The chain of seals over the audit rows: sealed every minute, checked by anybody who holds the rows.

Rows say ids, field names and purposes, never values, so erasing a person breaks no seal (design §1). What an outsider
needs to check an exported copy without this program stands in `outside/verify.py`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditSeal

# A row that has waited longer than this for its seal means that nobody seals (guide: security, D1).
LATE = dt.timedelta(minutes=5)

# The rows of one epoch by the seal they fall under: 0 for the first of `untils`, len(untils) for none yet.
_COUNTED = """
SELECT width_bucket(event.xid, %s::bigint[]) AS nth, count(*),
    audit_hash(string_agg(audit_hash(audit_row_text(event)), '' ORDER BY event.xid, event.id))
FROM audit_auditevent event
WHERE event.id > %s AND event.id <= %s
GROUP BY nth
"""
_STATE = """
SELECT last.number, last.hash, unsealed.rows, unsealed.since
FROM (SELECT) AS one
LEFT JOIN (SELECT * FROM audit_auditseal ORDER BY number DESC LIMIT 1) AS last ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS rows, min(at) AS since FROM audit_auditevent
    WHERE id > coalesce(last.after_id, 0) AND xid >= coalesce(last.until_xid, 0)
) AS unsealed
"""
_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # sha256 of nothing
_LAST_ID = 2**63 - 1


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed. `seal` is the number of the seal."""

    seal: int
    message: str

    def __str__(self) -> str:
        return f"{self.seal}: {self.message}"


@dataclass(frozen=True)
class Head:
    """The newest seal, to be kept outside: whoever rewrites the chain cannot rewrite what was written down elsewhere."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Raises ValueError."""
        number, sealed = text.split()
        return cls(int(number), sealed)


def seal() -> int:
    """Seal what is finished; the number of rows. Two at once wait for each other and seal nothing twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_audit()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class State:
    """The newest seal, how many rows have none yet, and since when the oldest of them waits."""

    head: Head | None
    waiting: int
    since: dt.datetime | None

    @property
    def is_late(self) -> bool:
        """Whether a row has waited too long: nobody seals any more."""
        return self.since is not None and timezone.now() - self.since > LATE


def state() -> State:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        number, sealed, waiting, since = cursor.fetchone()
    return State(Head(number, sealed) if number else None, waiting, since)


def verify(anchors: Iterable[Head] = ()) -> list[Finding]:
    """Everything that differs from what was sealed, and from the heads that were kept elsewhere."""
    seals = list(AuditSeal.objects.all())
    return [*_broken_links(seals), *_changed_rows(seals), *_missing_anchors(seals, anchors)]


def _broken_links(seals: Sequence[AuditSeal]) -> list[Finding]:
    """Seals whose own text or predecessor is not what their hash was made of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, audit_hash(audit_seal_text(seal)) FROM audit_auditseal seal ORDER BY number"
        )
        again = dict(cursor.fetchall())
    findings = []
    previous, number = "", 0
    for each in seals:
        if again[each.number] != each.hash:
            findings.append(Finding(each.number, _("封存记录被改动")))
        if each.previous != previous or each.number != number + 1:
            findings.append(Finding(each.number, _("与上一条封存接不上")))
        previous, number = each.hash, each.number
    return findings


def _changed_rows(seals: Sequence[AuditSeal]) -> list[Finding]:
    """Seals whose rows are no longer those that were sealed."""
    epochs: dict[int, list[AuditSeal]] = defaultdict(list)
    for each in seals:
        epochs[each.epoch].append(each)
    ends = [chain[0].after_id for chain in list(epochs.values())[1:]] + [_LAST_ID]
    findings = []
    for chain, last_id in zip(epochs.values(), ends, strict=True):
        batches = [each for each in chain if each.until_xid > each.from_xid]
        found = _count(batches, chain[0].after_id, last_id)
        for nth, each in enumerate(batches):
            rows, root = found.get(nth, (0, _NOTHING))
            if rows != each.rows:
                words = {"sealed": each.rows, "found": rows}
                findings.append(Finding(each.number, _("封存 %(sealed)s 行，现有 %(found)s 行") % words))
            elif root != each.root:
                findings.append(Finding(each.number, _("有记录被改动")))
    return findings


def _count(batches: Sequence[AuditSeal], after: int, until: int) -> dict[int, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [[each.until_xid for each in batches], after, until])
        return {nth: (rows, root) for nth, rows, root in cursor.fetchall()}


def _missing_anchors(seals: Sequence[AuditSeal], anchors: Iterable[Head]) -> list[Finding]:
    known = {each.number: each.hash for each in seals}
    return [
        Finding(anchor.number, _("与在别处留存的封存值不符"))
        for anchor in anchors
        if known.get(anchor.number) != anchor.hash
    ]

"""How every import begins and ends, whatever it brings: one at a time, then 已导入 or 已撤销, with the audit's word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.members.importing.findings import Summary
from apps.members.models import ImportBatch

# Told how much of the work is done, from 0 to 1.
Progress = Callable[[float], None]


class Why(StrEnum):
    """Why an undo left a row as it is."""

    EDITED = "edited"
    LINKED = "linked"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass
class Undone:
    """What an undo did. `left`: the rows that stay as they are, by id."""

    removed: int = 0
    restored: int = 0
    left: dict[int, Why] = field(default_factory=dict)

    def to_store(self) -> dict[str, Any]:
        return {"removed": self.removed, "restored": self.restored, "left": list(self.left.items())}


def one_import_at_a_time() -> None:
    """Two of the same file at once must not both find nobody. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.import'))")


def note_applied(batch: ImportBatch, summary: Summary, by: Actor) -> None:
    """The batch becomes 已导入; the moment of the transaction is how the undo finds what it entered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        (batch.applied_at,) = cursor.fetchone()
    summary.applied = True
    batch.state = ImportBatch.State.APPLIED
    batch.summary = batch.summary | summary.to_store()
    batch.is_outdated = False
    batch.save()
    record(AuditEvent.Action.IMPORT, target=batch, by=by, rows=summary.rows, new=summary.new)


def note_undone(batch: ImportBatch, found: Undone, by: Actor) -> None:
    """The batch becomes 已撤销."""
    record(
        AuditEvent.Action.VOID,
        target=batch,
        by=by,
        removed=found.removed,
        restored=found.restored,
        left=len(found.left),
    )
    batch.state = ImportBatch.State.UNDONE
    batch.undone_at, batch.undone_by_id = timezone.now(), by.pk
    batch.undoing = found.to_store()
    batch.save()

"""What comes of each row of a roster: kept in a file of its own beside the upload, and read page by page.

Names stand in it, numbers and addresses only masked. It ends with the upload.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.files.storage import new_file
from apps.members.importing.comparing import Plan
from apps.members.importing.differing import differences
from apps.members.importing.findings import Finding, Summary
from apps.members.models import ImportBatch


class OutcomeKind(models.TextChoices):
    """What an import does with a row."""

    NEW = "new", gettext_lazy("新增")
    UPDATED = "updated", gettext_lazy("更新")
    SKIPPED = "skipped", gettext_lazy("跳过")
    ERROR = "error", gettext_lazy("错误")


class Outcome(NamedTuple):
    """One row. `reasons` are (heading, sentence); `changes` are (what, before, after), fit to show."""

    row: int
    kind: str
    name: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def label(self) -> str:
        return str(OutcomeKind(self.kind).label)


def outcomes_of(plan: Plan, summary: Summary, names: dict[int, str]) -> list[Outcome]:
    """Every row that lists a person, in the sheet's order. `names`: what stands in the name column, by row."""
    new = OutcomeKind.NEW.value
    found = [Outcome(row.row, new, row.name) for row in plan.active]
    # One sentence for all who have yet to agree: nobody may tell from it who had left the registry.
    to_be_confirmed = (("", _("须由本人确认后才能登记")),)
    found += [Outcome(row.row, new, row.name, to_be_confirmed) for row in (*plan.pending, *plan.held)]
    found += [
        Outcome(change.row.row, OutcomeKind.UPDATED, change.row.name, (), differences(change))
        for change in plan.changes
    ]
    found += _found(summary.skips, OutcomeKind.SKIPPED, names)
    found += _found(summary.errors, OutcomeKind.ERROR, names)
    return sorted(found, key=itemgetter(0))


def _found(findings: Iterable[Finding], kind: OutcomeKind, names: dict[int, str]) -> list[Outcome]:
    by_row: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for finding in findings:
        by_row[finding.row].append((finding.column, finding.message))
    return [Outcome(row, kind, names.get(row, ""), tuple(reasons)) for row, reasons in by_row.items()]


def keep(outcomes: Sequence[Outcome], batch: ImportBatch, by: Actor) -> StoredFile:
    """Store them as long as the upload."""
    with new_file(
        f"{batch.file_name}.json",
        purpose=StoredFile.Purpose.IMPORT,
        owner=by,
        lives_for=_left_of(batch),
        office_path=batch.office_path,
        content_type="application/json",
    ) as draft:
        draft.path.write_bytes(as_bytes(outcomes))
    return draft.stored


def as_bytes(outcomes: Sequence[Outcome]) -> bytes:
    """The one stored form: the same outcomes give the same bytes, so their hash tells whether the registry moved."""
    return orjson.dumps(list(map(tuple, outcomes)))


def kept(stored: StoredFile | None) -> list[Outcome]:
    """What `keep` stored; nothing once it has ended."""
    if stored is None or stored.is_expired or not stored.path.is_file():
        return []
    return [_outcome(found) for found in orjson.loads(stored.path.read_bytes())]


def _outcome(found: Any) -> Outcome:
    row, kind, name, reasons, changes = found
    return Outcome(
        row,
        kind,
        name,
        tuple(tuple(reason) for reason in reasons),
        tuple(tuple(change) for change in changes),
    )


def _left_of(batch: ImportBatch) -> timedelta:
    """What is left of the upload's time, so that all of it ends together."""
    return batch.ends_at - timezone.now()

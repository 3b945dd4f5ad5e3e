"""An import from the rows to the tables: all good rows in one transaction, or none; a dry run writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.members.importing.closing import Progress, note_applied, one_import_at_a_time
from apps.members.importing.columns import Column
from apps.members.importing.comparing import Plan, compare
from apps.members.importing.findings import Finding, Summary
from apps.members.importing.mapping import Mapping, guess
from apps.members.importing.outcomes import Outcome, outcomes_of
from apps.members.importing.remembering import memory_of
from apps.members.importing.rows import Roster, RosterRow, read_roster
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from apps.members.importing.writing import write
from apps.members.models import ImportBatch
from apps.offices.models import Office

# Shares of the work, measured at 10,000 rows.
READ, COMPARED = 0.5, 0.7


def nobody_watches(_share: float) -> None:
    """For work without a progress bar."""


@dataclass(frozen=True)
class Reading:
    """What is read, how, and for whom."""

    upload: Upload
    mapping: Mapping[Column]
    office: Office


@dataclass
class Trial:
    """What an import would do: the plan, its figures, and what comes of each row."""

    plan: Plan
    summary: Summary
    names: dict[int, str] = field(default_factory=dict)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return outcomes_of(self.plan, self.summary, self.names)


def try_roster(
    *, upload: Upload, office: Office, with_evidence: bool, mapping: Mapping[Column] | None = None
) -> Summary:
    """What an import would do; writes nothing. Raises RosterRefused."""
    reading = Reading(upload, mapping or guess(upload, memory_of(office)), office)
    return _trial(reading, with_evidence=with_evidence).summary


def _trial(reading: Reading, *, with_evidence: bool, progress: Progress = nobody_watches) -> Trial:
    """Read, check and compare every row; writes nothing. Raises RosterRefused."""
    towns, today = Towns(reading.office), timezone.localdate()
    roster = read_roster(reading.upload, reading.mapping, towns, today=today, progress=progress)
    return compared(roster, reading.office, with_evidence=with_evidence)


@transaction.atomic
def import_roster(
    *,
    upload: Upload,
    office: Office,
    evidence: StoredFile | None,
    by: Actor,
    mapping: Mapping[Column] | None = None,
) -> ImportBatch:
    """Apply the good rows; the batch holds the summary. With evidence those who agreed are active, else 待本人确认. Raises RosterRefused."""
    one_import_at_a_time()
    reading = Reading(upload, mapping or guess(upload, memory_of(office)), office)
    found = _trial(reading, with_evidence=evidence is not None)
    batch = ImportBatch.objects.create(
        office=office, file_name=upload.name[:120], sha256=upload.sha256, by_id=by.pk, evidence=evidence
    )
    apply_trial(found, batch, by)
    return batch


def apply_trial(found: Trial, batch: ImportBatch, by: Actor, progress: Progress = nobody_watches) -> None:
    """Enter what the trial found. Inside the transaction that compared."""
    write(found.plan, batch, by, progress)
    batch.changed_ids = [change.member.pk for change in found.plan.changes]
    note_applied(batch, found.summary, by)


def compared(roster: Roster, office: Office, *, with_evidence: bool) -> Trial:
    """What entering these rows would do to the registry as it stands now."""
    rows, undated = _dated(roster) if with_evidence else (roster.rows, [])
    plan = compare(rows, office, with_evidence=with_evidence, column=roster.titles[Column.NAME])
    summary = Summary(
        rows=roster.count,
        new=len(plan.new) + len(plan.held),
        updated=len(plan.changes),
        errors=sorted([*roster.errors, *undated], key=lambda finding: finding.row),
        skips=sorted([*roster.skips, *plan.skips], key=lambda finding: finding.row),
        left_out=roster.left_out,
        active=len(plan.active),
    )
    return Trial(plan, summary, _names(roster, {finding.row for finding in summary.skips}))


def _names(roster: Roster, skipped: set[int]) -> dict[int, str]:
    """What stands in the name column of rows that were not taken, so that people find them."""
    return {row.row: row.name for row in roster.rows if row.row in skipped} | roster.names


def _dated(roster: Roster) -> tuple[Sequence[RosterRow], list[Finding]]:
    """A signed sheet says when each signed: rows that agree without a day are errors."""
    heading = roster.titles.get(Column.CONSENTED_ON, _("同意日期"))
    undated = {row.row for row in roster.rows if row.consented and row.consented_on is None}
    rows = [row for row in roster.rows if row.row not in undated]
    return rows, [Finding(row, heading, _("请填写同意日期")) for row in sorted(undated)]

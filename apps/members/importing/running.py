"""An import from the file to the tables: all good rows in one transaction, or none; a dry run writes nothing."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.members.importing.columns import Column
from apps.members.importing.comparing import Plan, compare
from apps.members.importing.findings import Finding, Summary
from apps.members.importing.mapping import Mapping, guess
from apps.members.importing.rows import Roster, read_roster
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from apps.members.importing.writing import write
from apps.members.models import ImportBatch
from apps.offices.models import Office


def try_roster(
    *, upload: Upload, office: Office, with_evidence: bool, mapping: Mapping | None = None
) -> Summary:
    """What an import would do; writes nothing. Raises RosterRefused."""
    roster = _read(upload, office, mapping)
    return _planned(roster, office, with_evidence=with_evidence)[1]


@transaction.atomic
def import_roster(
    *,
    upload: Upload,
    office: Office,
    evidence: StoredFile | None,
    by: Actor,
    mapping: Mapping | None = None,
) -> ImportBatch:
    """Apply the good rows; the batch holds the summary. With evidence those who agreed are active, else 待本人确认. Raises RosterRefused."""
    roster = _read(upload, office, mapping)
    with connection.cursor() as cursor:
        # One import at a time: two of the same file at once must not both find nobody.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.import'))")
    plan, summary = _planned(roster, office, with_evidence=evidence is not None)
    batch = ImportBatch.objects.create(
        office=office, file_name=upload.name[:120], sha256=upload.sha256, by_id=by.pk, evidence=evidence
    )
    write(plan, batch, evidence, by)
    summary.applied = True
    batch.summary = summary.to_store()
    batch.save(update_fields=["summary"])
    record(AuditEvent.Action.IMPORT, target=batch, by=by, rows=summary.rows, new=summary.new)
    return batch


def _read(upload: Upload, office: Office, mapping: Mapping | None) -> Roster:
    return read_roster(upload, mapping or guess(upload), Towns(office), today=timezone.localdate())


def _planned(roster: Roster, office: Office, *, with_evidence: bool) -> tuple[Plan, Summary]:
    errors = list(roster.errors)
    rows = roster.rows
    if with_evidence:
        undated = [row for row in rows if row.consented and row.consented_on is None]
        errors += [
            Finding(row.row, roster.titles.get(Column.CONSENTED_ON, _("同意日期")), _("请填写同意日期"))
            for row in undated
        ]
        rows = [row for row in rows if not (row.consented and row.consented_on is None)]
    plan = compare(rows, office, with_evidence=with_evidence, column=roster.titles[Column.NAME])
    summary = Summary(
        rows=roster.count,
        new=len(plan.new),
        updated=len(plan.changes),
        errors=sorted(errors, key=lambda finding: finding.row),
        skips=sorted([*roster.skips, *plan.skips], key=lambda finding: finding.row),
        left_out=roster.left_out,
        active=sum(row.consented for row in plan.new) if with_evidence else 0,
    )
    return plan, summary

"""Word templates that administrators replace: taken after a trial, kept by version, or given up for the built-in one."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.files.storage import CONTENT_TYPES, new_file
from apps.files.word_uploads import check_docx
from apps.offices.models import Office
from apps.reports.example import assessed, unscored
from apps.reports.models import ReportTemplate
from apps.reports.workbook import Requested
from apps.reports.writing import write_docx


def add_template(*, office: Office, upload: Any, by: User) -> ReportTemplate:
    """Take a new version and use it. Raises UploadRefused for no docx, TemplateRefused where a trial print fails."""
    check_docx(upload)
    with new_file(
        "模板.docx",
        purpose=StoredFile.Purpose.REPORT,
        owner=None,
        lives_for=None,
        office_path=office.path,
        content_type=CONTENT_TYPES["docx"],
    ) as draft:
        draft.path.write_bytes(upload.read())
        with TemporaryDirectory() as folder:
            try_out(draft.path, Path(folder) / "trial.docx", by=by)
    return _enter(office, draft.stored, by)


def try_out(template: Path | None, out: Path, *, by: Actor) -> None:
    """Print invented figures to `out`, without scores and then with them. Raises TemplateRefused."""
    asked = Requested(by=str(by), at=timezone.now(), template=template)
    for figures in (unscored(), assessed()):
        write_docx(figures, out, asked)


@transaction.atomic
def _enter(office: Office, stored: StoredFile, by: User) -> ReportTemplate:
    Office.objects.select_for_update().get(pk=office.pk)
    mine = ReportTemplate.objects.filter(office=office)
    last = mine.aggregate(last=Max("version"))["last"] or 0
    mine.filter(in_use=True).update(in_use=False)
    added = ReportTemplate.objects.create(
        office=office, version=last + 1, stored=stored, in_use=True, uploaded_by=by
    )
    record(AuditEvent.Action.CREATE, target=added, by=by, version=added.version)
    return added


@transaction.atomic
def use_template(template: ReportTemplate, *, by: User) -> None:
    """An earlier version again."""
    Office.objects.select_for_update().get(pk=template.office_id)
    ReportTemplate.objects.filter(office=template.office_id, in_use=True).update(in_use=False)
    ReportTemplate.objects.filter(pk=template.pk).update(in_use=True)
    record(AuditEvent.Action.CHANGE, target=template, by=by, fields=["in_use"], version=template.version)


@transaction.atomic
def use_builtin(*, office: Office, by: User) -> None:
    """None of the office's own: what stands above it counts, or the built-in one."""
    for template in ReportTemplate.objects.filter(office=office, in_use=True).select_for_update():
        ReportTemplate.objects.filter(pk=template.pk).update(in_use=False)
        record(AuditEvent.Action.CHANGE, target=template, by=by, fields=["in_use"], version=0)

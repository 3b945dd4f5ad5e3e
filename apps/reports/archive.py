"""The archive: files of final reports, made once, kept with their sha256, handed out and written down each time."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.files.storage import store_upload
from apps.files.uploads import PDF, check_pdf
from apps.reports.models import ArchivedFile, Report


class ArchiveDamaged(Refusal):
    """The bytes on disk are not those that were archived."""

    code = "archive_damaged"


def archived(report: Report, kind: str) -> ArchivedFile | None:
    return report.archived.filter(kind=kind).select_related("stored").first()


@transaction.atomic
def keep(report: Report, kind: str, stored: StoredFile, *, by: Actor) -> ArchivedFile:
    """Enter a stored file in the archive, for good."""
    entry = ArchivedFile.objects.create(
        report=report, kind=kind, stored=stored, sha256=stored.sha256, archived_by_id=by.pk
    )
    record(AuditEvent.Action.CREATE, target=report, by=by, archived=kind, file=stored.pk)
    return entry


@transaction.atomic
def keep_stamped(report: Report, upload: Any, *, by: Actor) -> ArchivedFile:
    """The edited and stamped PDF beside what was made. Raises Refusal for a draft, UploadRefused for what is no PDF."""
    if not report.is_final:
        raise Refusal(_("送审稿不归档；审定后再上传盖章件"), field="file")
    check_pdf(upload)
    upload.name = f"{report.title}（盖章件）.pdf"
    stored = store_upload(
        upload, PDF, purpose=StoredFile.Purpose.REPORT, owner=by, office_path=report.office_path
    )
    return keep(report, ArchivedFile.Kind.STAMPED, stored, by=by)


def check_whole(entry: ArchivedFile) -> None:
    """Raises ArchiveDamaged where the file is gone or its bytes are other ones than on the day it was archived."""
    path = entry.stored.path
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != entry.sha256:
        raise ArchiveDamaged(_("档案文件缺失或与登记的校验码不符，请联系系统管理员从备份恢复"))


def fetches(files: Sequence[ArchivedFile]) -> QuerySet[AuditEvent]:
    """Who fetched which of the archived files when (`file_name`), newest first."""
    names = {str(entry.stored_id): entry.stored.name for entry in files}
    events = AuditEvent.objects.filter(
        action=AuditEvent.Action.DOWNLOAD, target_label=StoredFile._meta.label_lower, target_id__in=names
    )
    named = Case(*(When(target_id=pk, then=Value(name)) for pk, name in names.items()), default=Value(""))
    return events.annotate(file_name=named).select_related("actor").order_by("-pk")

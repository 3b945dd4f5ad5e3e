"""The audit trail on its way out: the rows an auditor found as a workbook, and the kit with which outsiders check all of it."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import sealing
from apps.audit.exporting import write_kit
from apps.audit.forms import EventFilter
from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.core.access import Permission
from apps.files.bulk import Table, write_table
from apps.files.models import StoredFile
from apps.files.sheets import Column
from apps.files.storage import new_file, record_export
from apps.jobs.running import Work

FOUND, KIT = "files.audit_found", "files.audit_kit"
_ROWS_AT_ONCE = 2_000


def export_found(work: Work) -> dict[str, Any]:
    """The events an auditor's filter finds, with what they were looked for by."""
    auditor = User.objects.get(pk=work.job.owner_id)
    form = EventFilter(work.params["filter"])
    events = form.apply(AuditEvent.objects.visible_to(auditor, Permission.AUDIT_VIEW))
    name = f"{_('审计记录')}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    with new_file(name, purpose=StoredFile.Purpose.EXPORT, owner=auditor) as draft:
        mark = f"{auditor.name} {timezone.localtime():%Y-%m-%d %H:%M}"
        table = Table(_("审计记录"), _columns(), _rows(events), mark)
        rows = write_table(draft.path, table, lambda count: _about(form, auditor, count))
    record_export(draft.stored, by=auditor, what="audit", rows=rows)
    return _links(draft.stored)


def _columns() -> list[Column]:
    titles = [
        _("编号"),
        _("时间"),
        _("操作人"),
        _("操作"),
        _("对象类型"),
        _("对象编号"),
        _("说明"),
        _("请求编号"),
    ]
    return [Column(title, width=22) for title in titles]


def _rows(events: AuditEventQuerySet) -> Iterator[Sequence[str]]:
    found = events.select_related("actor").order_by("pk").iterator(_ROWS_AT_ONCE)
    for event in found:
        yield [
            str(event.pk),
            f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
            f"{event.actor.name} {event.actor.username}" if event.actor else _("系统"),
            event.get_action_display(),
            event.target_label,
            event.target_id,
            "; ".join(f"{name}={value}" for name, value in event.detail.items()),
            event.request_id,
        ]


def _about(form: EventFilter, auditor: User, count: int) -> list[tuple[str, str]]:
    asked = [(str(form.fields[name].label), str(value)) for name, value in form.cleaned_data.items() if value]
    return [*asked, (_("导出人"), auditor.name), (_("条数"), str(count))]


@transaction.atomic
def export_kit(work: Work) -> dict[str, Any]:
    """Everything there is, of one moment, with seals and verifier. Only for auditors of the whole tree."""
    auditor = User.objects.get(pk=work.job.owner_id)
    sealing.seal()
    name = f"audit-{timezone.localtime():%Y%m%d-%H%M}.zip"
    with (
        tempfile.TemporaryDirectory() as folder,
        new_file(
            name, purpose=StoredFile.Purpose.EXPORT, owner=auditor, content_type="application/zip"
        ) as draft,
    ):
        write_kit(Path(folder))
        with ZipFile(draft.path, "w", ZIP_DEFLATED) as kit:
            for part in sorted(Path(folder).iterdir()):
                kit.write(part, part.name)
    record_export(draft.stored, by=auditor, what="audit_kit")
    return _links(draft.stored)


def _links(stored: StoredFile) -> dict[str, Any]:
    return {"links": [{"label": stored.name, "url": reverse("files:download", args=[stored.public_id])}]}

"""Making a report and its files. A job does it; the command does it at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.files.storage import new_file
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.reports.building import build
from apps.reports.figures import checksum, from_snapshot, to_snapshot
from apps.reports.models import Report
from apps.reports.subjects import Subject, subject_named
from apps.reports.workbook import Requested
from apps.reports.writing import WRITERS

EXPORT = "reports.export"
FORMATS = tuple(WRITERS)


@transaction.atomic
def make_report(*, subject: Subject, by: Actor) -> Report:
    """Keep one set of figures as of the last rollup. Raises Refusal where `by` may not or nothing was counted."""
    built = build(subject, by)
    snapshot = to_snapshot(built.figures)
    return Report.objects.create(
        office=subject.office,
        year=subject.year,
        scheme=subject.scheme,
        snapshot=snapshot,
        sha256=checksum(snapshot),
        is_final=built.figures.is_final,
        holds_small_figures=built.holds_small_figures,
        made_by_id=by.pk,
    )


def write_report(report: Report, format_: str, out: Path, *, by: Actor) -> None:
    """Write one format of the report to `out`, from its own figures, and write the export down."""
    figures = from_snapshot(report.snapshot)
    WRITERS[format_](figures, out, Requested(by=str(by) if by.pk else _("系统"), at=timezone.now()))
    record(AuditEvent.Action.EXPORT, target=report, by=by, format=format_)


def file_name(report: Report, format_: str) -> str:
    return f"{report.title}.{format_}"


def ask_for_report(*, subject: Subject, formats: Sequence[str], by: User) -> Job:
    """Put the making of a new report and its files in the queue."""
    return enqueue(EXPORT, params={"subject": subject.key, "formats": list(formats)}, by=by)


def ask_for_files(*, report: Report, formats: Sequence[str], by: User) -> Job:
    """Put the writing of files in the queue, once more from the figures that the report keeps."""
    return enqueue(EXPORT, params={"report": str(report.public_id), "formats": list(formats)}, by=by)


def export(params: dict[str, Any], *, by: User, progress: Callable[[float, float], None]) -> dict[str, Any]:
    """What the job does: the report (a new one, or the one named) and a file for each format, kept for a day."""
    formats = [format_ for format_ in FORMATS if format_ in params["formats"]]
    report = _report(params, by)
    progress(1, len(formats) + 1)
    links = []
    for done, format_ in enumerate(formats, start=2):
        name = file_name(report, format_)
        with new_file(
            name, purpose=StoredFile.Purpose.REPORT, owner=by, office_path=report.office_path
        ) as draft:
            write_report(report, format_, draft.path, by=by)
        links.append({"label": name, "url": reverse("files:download", args=[draft.stored.public_id])})
        progress(done, len(formats) + 1)
    return {
        "links": links,
        "report": str(report.public_id),
        "sha256": report.sha256,
        "note": _("文件保留 24 小时，每次下载都会记录。"),
    }


def _report(params: dict[str, Any], by: User) -> Report:
    """The right to export is asked again here: a grant may have ended while the job waited."""
    if "report" in params:
        mine = Report.objects.visible_to(by, Permission.REPORT_EXPORT)
        report = mine.select_related("scheme", "office").filter(public_id=params["report"]).first()
    else:
        subject = subject_named(params["subject"])
        report = make_report(subject=subject, by=by) if subject else None
    if report is None:
        raise Refusal(_("没有这份报告，或您的授权已经变化"))
    return report

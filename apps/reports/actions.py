"""Making a report and its files. A job does it; the command does it at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Publication
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.core.collecting import without_collecting
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.files.storage import EXPORT_LIFE, new_file
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.reports.archive import archived, keep
from apps.reports.building import Built, build
from apps.reports.figures import checksum, to_snapshot
from apps.reports.models import Report, ReportTemplate
from apps.reports.subjects import Subject, subject_named
from apps.reports.workbook import Requested
from apps.reports.writing import WRITERS

EXPORT = "reports.export"
FORMATS = tuple(WRITERS)


@without_collecting()
@transaction.atomic
def make_report(*, subject: Subject, by: Actor) -> Report:
    """Keep one set of figures as of the last rollup. Raises Refusal where `by` may not or nothing was counted.

    What was decided is reported once: asked for again, it is the same report with the same files.
    """
    built = build(subject, by)
    snapshot = to_snapshot(built.figures)
    sha256 = checksum(snapshot)
    publication = subject.scheme.publications.last() if subject.scheme else None
    if built.figures.is_final and (earlier := _earlier(subject, built, publication, sha256)):
        return earlier
    report = Report.objects.create(
        office=subject.office,
        year=subject.year,
        scheme=subject.scheme,
        snapshot=snapshot,
        sha256=sha256,
        is_final=built.figures.is_final,
        publication=publication,
        holds_small_figures=built.holds_small_figures,
        made_by_id=by.pk,
    )
    # Equal to what the snapshot would give: whoever writes the files now need not read it back.
    report.figures = built.figures
    return report


def _earlier(subject: Subject, built: Built, publication: Publication | None, sha256: str) -> Report | None:
    same = Report.objects.filter(
        office=subject.office,
        year=subject.year,
        scheme=subject.scheme,
        is_final=True,
        holds_small_figures=built.holds_small_figures,
    )
    same = same.filter(publication=publication) if publication else same.filter(sha256=sha256)
    return same.order_by("pk").first()


@without_collecting()
def write_report(report: Report, format_: str, out: Path, *, by: Actor) -> None:
    """Write one format of the report to `out`, from its own figures, and write the export down."""
    template = ReportTemplate.objects.standing_over(report.office.path) if format_ == "docx" else None
    asked = Requested(
        by=str(by) if by.pk else _("系统"),
        at=timezone.now(),
        template=template.stored.path if template else None,
        checksum=report.sha256,
    )
    WRITERS[format_](report.figures, out, asked)
    record(
        AuditEvent.Action.EXPORT,
        target=report,
        by=by,
        format=format_,
        template=template.pk if template else None,
    )


def file_name(report: Report, format_: str) -> str:
    return f"{report.title}.{format_}"


def ask_for_report(*, subject: Subject, formats: Sequence[str], by: User) -> Job:
    """Put the making of a new report and its files in the queue."""
    return enqueue(EXPORT, params={"subject": subject.key, "formats": list(formats)}, by=by)


def ask_for_files(*, report: Report, formats: Sequence[str], by: User) -> Job:
    """Put the writing of files in the queue, once more from the figures that the report keeps."""
    return enqueue(EXPORT, params={"report": str(report.public_id), "formats": list(formats)}, by=by)


def export(params: dict[str, Any], *, by: User, progress: Callable[[float, float], None]) -> dict[str, Any]:
    """What the job does: the report (a new one, or the one named) and a file for each format."""
    formats = [format_ for format_ in FORMATS if format_ in params["formats"]]
    report = _report(params, by)
    progress(1, len(formats) + 1)
    files = []
    for done, format_ in enumerate(formats, start=2):
        files.append(_file(report, format_, by=by))
        progress(done, len(formats) + 1)
    return {
        "links": [{"label": stored.name, "url": _door(report, stored)} for stored in files],
        "files": [str(stored.public_id) for stored in files],
        "report": str(report.public_id),
        "sha256": report.sha256,
        "note": _("定稿已归档，每次下载都会记录。")
        if report.is_final
        else _("文件保留 24 小时，每次下载都会记录。"),
    }


def _file(report: Report, format_: str, *, by: User) -> StoredFile:
    """A file of a draft is made anew and lives for a day; one of a final report is made once and kept."""
    kept = archived(report, format_) if report.is_final else None
    if kept:
        return kept.stored
    with new_file(
        file_name(report, format_),
        purpose=StoredFile.Purpose.REPORT,
        owner=by,
        lives_for=None if report.is_final else EXPORT_LIFE,
        office_path=report.office_path,
    ) as draft:
        write_report(report, format_, draft.path, by=by)
    if report.is_final:
        keep(report, format_, draft.stored, by=by)
    return draft.stored


def _door(report: Report, stored: StoredFile) -> str:
    if report.is_final:
        return reverse("reports:fetch", args=[report.public_id, stored.public_id])
    return reverse("files:download", args=[stored.public_id])


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

"""G9: the annual report of a city with 6 counties and 109 towns in three formats, against typesetting alone."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typst
from django.utils import timezone
from docxtpl import DocxTemplate

from apps.assessment.models import Scheme
from apps.assessment.rollup import roll_up
from apps.core.access import SYSTEM
from apps.files.pdf import families, font_folders
from apps.files.sheets import write_workbook
from apps.reports import workbook
from apps.reports.actions import FORMATS, make_report, write_report
from apps.reports.document import compose
from apps.reports.figures import AnnualFigures, from_snapshot
from apps.reports.subjects import Subject
from apps.reports.workbook import Requested
from apps.reports.writing import BUILTIN, LAYOUTS, fields
from bench.browser import Unexpected
from bench.measuring import Figure, Kind, Settings, times


def measure(settings: Settings) -> list[Figure]:
    """Ours: facts and results read, figures kept, three files written and written down."""
    today = timezone.localdate()
    roll_up(today.year, today=today)
    scheme = Scheme.objects.filter(year=today.year, assessed="county").select_related("office").first()
    if scheme is None:
        raise Unexpected("The demo has no scheme that assesses counties.")
    subject = Subject(scheme.office, today.year, scheme)
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = times(
            lambda: _whole(subject, Path(folder)),
            _typesetting(subject, Path(folder)),
            settings.rounds,
            repeat=3,
        )
    said = f"{ours * 1000:.0f} ms", f"{bare * 1000:.0f} ms, typesetting alone"
    work = "annual report of the city, docx + pdf + xlsx"
    return [Figure("G9", work, Kind.AT_MOST, round(ours / bare, 2), 1.5, 1.2, *said, unit="×")]


def _whole(subject: Subject, folder: Path) -> None:
    report = make_report(subject=subject, by=SYSTEM)
    for format_ in FORMATS:
        write_report(report, format_, folder / f"ours.{format_}", by=SYSTEM)


def _typesetting(subject: Subject, folder: Path) -> Callable[[], None]:
    """The same three files from what is already in memory, by the libraries themselves."""
    report = make_report(subject=subject, by=SYSTEM)
    figures: AnnualFigures = from_snapshot(report.snapshot)
    document = compose(figures, report.sha256)
    context = fields(figures, document)
    data = json.dumps({**document.as_data(), "fonts": families()}, ensure_ascii=False)
    sheets = [replace(sheet, rows=list(sheet.rows)) for sheet in workbook.sheets(figures)]
    about = workbook.about(figures, Requested("bench", timezone.now()), report.sha256[:16])

    def typeset() -> None:
        word = DocxTemplate(str(BUILTIN))
        word.render(context, autoescape=True)
        word.save(str(folder / "bare.docx"))
        typst.compile(
            str(LAYOUTS / "annual.typ"),
            output=str(folder / "bare.pdf"),
            format="pdf",
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
        )
        write_workbook(folder / "bare.xlsx", sheets, about)

    return typeset

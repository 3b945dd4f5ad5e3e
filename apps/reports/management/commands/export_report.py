"""A report without a browser, for scripts and for whoever administers the box.

`export_report --scheme CODE [--office CODE] --format docx|pdf|xlsx --out FILE`; an office that no scheme assesses:
`export_report --office CODE [--year 2026] --format … --out FILE`.
"""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.assessment.models import Scheme
from apps.core import scope
from apps.core.access import SYSTEM
from apps.core.refusals import Refusal
from apps.offices.models import Office
from apps.reports.actions import FORMATS, make_report, write_report
from apps.reports.subjects import Subject, years


class Command(BaseCommand):
    help = "Export the annual report of an office, under a scheme or without one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scheme", default="", help="code of the scheme, e.g. TZ-2026")
        parser.add_argument(
            "--office", default="", help="code of the office; the one that assesses by default"
        )
        parser.add_argument(
            "--year", type=int, default=0, help="without a scheme; the last one counted by default"
        )
        parser.add_argument("--format", required=True, choices=FORMATS, dest="format_")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    @scope.everything("nobody signs in on the command line")
    def handle(self, *args: Any, **options: Any) -> None:
        subject = self._subject(options["scheme"], options["office"], options["year"])
        try:
            report = make_report(subject=subject, by=SYSTEM)
            self._write(report, options["format_"], options["out"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(f"无法写入 {options['out']}：{error.strerror}") from None
        self.stdout.write(f"{options['out']}  {report.sha256}")

    def _subject(self, scheme_code: str, office_code: str, year: int) -> Subject:
        if not scheme_code and not office_code:
            raise CommandError("请用 --scheme 指定考核方案，或用 --office 指定机构")
        scheme = Scheme.objects.select_related("office").filter(code=scheme_code).first()
        if scheme_code and scheme is None:
            raise CommandError(f"没有代码为 {scheme_code} 的考核方案")
        office = (
            Office.objects.filter(code=office_code).first()
            if office_code or scheme is None
            else scheme.office
        )
        if office is None:
            raise CommandError(f"没有代码为 {office_code} 的机构")
        return Subject(office, scheme.year if scheme else year or max(years(), default=0), scheme)

    def _write(self, report: Any, format_: str, out: Path) -> None:
        """Whole or not at all."""
        half = out.with_name(f".{out.name}.part")
        try:
            write_report(report, format_, half, by=SYSTEM)
            os.replace(half, out)
        finally:
            half.unlink(missing_ok=True)

"""`export_report --scheme CODE [--office CODE] --format docx|pdf|xlsx --out FILE`: a report without a browser."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.assessment.models import Scheme
from apps.core.access import SYSTEM
from apps.core.refusals import Refusal
from apps.offices.models import Office
from apps.reports.actions import FORMATS, make_report, write_report


class Command(BaseCommand):
    help = "Export the annual report of an office under a scheme."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scheme", required=True, help="code of the scheme, e.g. TZ-2026")
        parser.add_argument(
            "--office", default="", help="code of the office; the one that assesses by default"
        )
        parser.add_argument("--format", required=True, choices=FORMATS, dest="format_")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = Scheme.objects.select_related("office").filter(code=options["scheme"]).first()
        if scheme is None:
            raise CommandError(f"没有代码为 {options['scheme']} 的考核方案")
        office = Office.objects.filter(code=options["office"] or scheme.office.code).first()
        if office is None:
            raise CommandError(f"没有代码为 {options['office']} 的机构")
        try:
            report = make_report(scheme=scheme, office=office, by=SYSTEM)
            self._write(report, options["format_"], options["out"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(f"无法写入 {options['out']}：{error.strerror}") from None
        self.stdout.write(f"{options['out']}  {report.sha256}")

    def _write(self, report: Any, format_: str, out: Path) -> None:
        """Whole or not at all."""
        half = out.with_name(f".{out.name}.part")
        try:
            write_report(report, format_, half, by=SYSTEM)
            os.replace(half, out)
        finally:
            half.unlink(missing_ok=True)

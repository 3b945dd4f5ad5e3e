"""`manage.py import_members FILE --office CODE [--evidence SCAN] [--dry-run] [--json]` (design §4)."""

import io
import json
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.core import scope
from apps.core.access import SYSTEM
from apps.core.refusals import Refusal
from apps.members.evidence import store_evidence
from apps.members.importing.findings import Summary
from apps.members.importing.running import import_roster, try_roster
from apps.members.importing.sheet import Upload
from apps.offices.models import Office


class Command(BaseCommand):
    help = "读取花名册：逐行检查，好的行在一个事务里写入，其余逐条列出原因。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="花名册（xlsx）")
        parser.add_argument("--office", required=True, metavar="CODE", help="导入机构的代码")
        parser.add_argument(
            "--evidence", type=Path, metavar="SCAN", help="签字同意表的扫描件（pdf、jpg、png）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")

    @scope.everything("nobody signs in on the command line")
    def handle(self, *args: Any, **options: Any) -> None:
        office = _office(options["office"])
        try:
            upload = Upload.read(options["file"].name, _file(options["file"]))
            summary = self._run(upload, office, options["evidence"], dry_run=options["dry_run"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_json(), ensure_ascii=False))
        self._tell(summary, to_screen=not options["json"])

    def _run(self, upload: Upload, office: Office, scan: Path | None, *, dry_run: bool) -> Summary:
        if dry_run:
            return try_roster(upload=upload, office=office, with_evidence=scan is not None)
        with transaction.atomic():
            evidence = store_evidence(_file(scan), office, SYSTEM) if scan else None
            batch = import_roster(upload=upload, office=office, evidence=evidence, by=SYSTEM)
        return Summary.from_store(batch.summary, applied=True)

    def _tell(self, summary: Summary, *, to_screen: bool) -> None:
        """The figures and reasons in words; beside JSON on stdout only what JSON does not hold, on stderr."""
        out = self.stdout if to_screen else self.stderr
        if to_screen:
            out.write(
                f"共 {summary.rows} 行：新增 {summary.new}，更新 {summary.updated}，"
                f"跳过 {summary.skipped}，错误 {len(summary.errors)}"
            )
            for finding in summary.errors:
                out.write(f"  错误 第 {finding.row} 行 {finding.column}：{finding.message}")
        for finding in summary.skips:
            out.write(f"  跳过 第 {finding.row} 行 {finding.column}：{finding.message}")
        if summary.left_out:
            out.write(f"以下列不在登记范围，未读入：{'、'.join(summary.left_out)}")
        if not summary.applied:
            out.write("试运行，未写入任何内容")


def _office(code: str) -> Office:
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise CommandError(f"没有代码为 {code} 的机构")
    return office


def _file(path: Path) -> File:
    try:
        return File(io.BytesIO(path.read_bytes()), name=path.name)
    except OSError:
        raise CommandError(f"无法读取文件 {path.name}") from None

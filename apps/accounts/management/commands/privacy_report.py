"""`manage.py privacy_report [--format markdown|csv] [--out FILE]`: the record of processing, from the columns themselves."""

import csv
import io
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from apps.accounts.processing import Column, Undeclared, processing_record, tables_of_libraries


class Command(BaseCommand):
    help = "个人信息处理记录：哪张表哪一列、什么级别、为什么、保存多久、谁看得到。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["markdown", "csv"], default="markdown")
        parser.add_argument("--out", type=Path, metavar="FILE", help="写入文件，不写则输出到屏幕")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            text = self._text(options["format"])
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8-sig" if options["format"] == "csv" else "utf-8")
        else:
            self.stdout.write(text)

    def _text(self, wanted: str) -> str:
        try:
            lines = processing_record()
        except Undeclared as silent:
            raise CommandError(f"这些列或表没有声明，处理记录不完整：{silent}") from None
        return _as_csv(lines) if wanted == "csv" else _as_markdown(lines)


def _as_csv(lines: list[Column]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(Column.HEADINGS)
    writer.writerows(line.cells for line in lines)
    return out.getvalue()


def _as_markdown(lines: list[Column]) -> str:
    """A chapter for each table: purpose and readers once, then its columns."""
    parts = [
        f"# 个人信息处理记录\n\n生成于 {timezone.localdate():%Y-%m-%d}，共 {len(lines)} 列。"
        "由数据表各列自己的声明生成；可见角色只限其授权的机构范围，上级机构只见编号和数字。"
    ]
    for _table, group in groupby(lines, key=lambda line: line.table):
        parts.append(_chapter(list(group)))
    parts.append(
        "## 组件自带的表\n\n登录会话、第二因素、登录失败和系统登记，列不带声明：\n\n"
        + "、".join(f"`{name}`" for name in tables_of_libraries())
    )
    return "\n\n".join(parts) + "\n"


def _chapter(columns: list[Column]) -> str:
    first = columns[0]
    rows = "\n".join(f"| `{c.column}` | {c.name} | {c.sensitivity} | {c.end} |" for c in columns)
    return (
        f"## {first.table_name}（`{first.table}`）\n\n处理目的：{first.why}。可见角色：{first.seen_by}。\n\n"
        f"| 列 | 内容 | 级别 | 保存多久 |\n|---|---|---|---|\n{rows}"
    )

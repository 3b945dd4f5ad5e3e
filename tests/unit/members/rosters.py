"""Rosters made for a test, as offices keep them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from apps.members.importing.sheet import Upload

PEOPLE = [
    ["王芳", "女", "1956.01", "13812345671", "东镇"],
    ["李明", "男", "1970.02", "13812345672", "西镇"],
    ["赵建国", "男", "1981.12", "13812345673", "东镇"],
    ["钱小红", "女", "1990.05", "13812345674", "西镇"],
]
HEAD = ["姓名", "性别", "出生年月", "联系电话", "所在乡镇"]


def xlsx(
    *sheets: tuple[str, Sequence[Sequence[Any]]],
    merged: Iterable[str] = (),
    hidden: Iterable[str] = (),
    **options: Any,
) -> bytes:
    """A workbook; `merged` are ranges of the first sheet ("A1:E1") whose first cell is already among the rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
        first = book.worksheets()[0]
        for area in merged:
            top, left = area.split(":")[0][1:], ord(area[0]) - 65
            rows = sheets[0][1]
            first.merge_range(area, rows[int(top) - 1][left])
    return content.getvalue()


def csv_of(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def upload(content: bytes, name: str = "roster.xlsx") -> Upload:
    return Upload.read(name, io.BytesIO(content))


def roster(head: Sequence[Any], *people: Sequence[Any]) -> Upload:
    """One sheet with this heading over these rows."""
    return upload(xlsx(("花名册", [head, *people])))

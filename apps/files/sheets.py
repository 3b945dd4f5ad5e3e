"""The only writer of Excel files: typed columns, identifiers as text, no cell that a spreadsheet would run.

Every workbook ends with a sheet 筛选条件 that says what was exported, for whom and when (guide: experience).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from apps.files.cells import fit, sheet_name, would_run


@dataclass(frozen=True)
class Formula:
    """What a reader can check in the sheet itself, with its value kept beside, so that it shows without reckoning.

    In the text `{row}` is the row of the cell, `{column}` its column, `{first}` the first row below the head and
    `{above}` the row before: `=SUM({column}{first}:{column}{above})`.
    """

    text: str
    value: int | float | Decimal | str

    def at(self, *, row: int, column: int, first: int) -> str:
        return self.text.format(row=row, column=xl_col_to_name(column), first=first, above=row - 1)


@dataclass(frozen=True)
class ToFill:
    """A cell to be filled in, as text: 4/50 stays what was typed."""

    text: str = ""


@dataclass(frozen=True)
class Closed:
    """A cell that is not for its reader to fill in: grey, and locked."""

    text: str = ""


Value = ToFill | Closed | str | int | float | Decimal | dt.date | Formula | None


class Kind(StrEnum):
    """What a column holds. `TEXT` is for identifiers too: 18 digits stay 18 digits."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"
    RATE = "rate"
    DAY = "day"


_FORMATS = {Kind.COUNT: "#,##0", Kind.POINTS: "0.00", Kind.RATE: "0.0%", Kind.DAY: "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """`width` in characters of 11 points, about half of a Chinese one."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """`lines` stand above the head of the table, the first one as its title. A text in a number column is kept as text."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    lines: Sequence[str] = field(default_factory=tuple)
    # Whether only cells ToFill take what is typed.
    locked: bool = False


def write_workbook(
    out: Path,
    sheets: Iterable[Sheet],
    about: Iterable[tuple[str, str]],
    *,
    watermark: str = "",
    made_at: dt.datetime | None = None,
) -> None:
    """Write the sheets and the sheet 筛选条件 made of `about` (label, value). Rows are streamed, not held in memory.

    `watermark` is printed large and grey at the head of each page.
    """
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book:
        if made_at:
            book.set_properties({"created": made_at.replace(tzinfo=None)})
        writer = _Writer(book, watermark)
        for sheet in sheets:
            writer.add(sheet)
        writer.add(
            Sheet(
                _("筛选条件"),
                [Column(_("项目"), width=18), Column(_("内容"), width=60)],
                [list(pair) for pair in about],
            )
        )


class _Writer:
    def __init__(self, book: Any, watermark: str) -> None:
        self.book = book
        self.watermark = watermark
        self.names: set[str] = set()
        base = {"font_size": 11, "valign": "vcenter", "border": 1, "border_color": "#C9D1DB"}
        # Names of offices and indicators stand in them: as text, so that nothing runs once it is edited.
        self.title = book.add_format({"font_size": 14, "bold": True, "num_format": "@"})
        self.line = book.add_format({"font_size": 11, "font_color": "#4A5568", "num_format": "@"})
        self.head = book.add_format(
            {
                **base,
                "bold": True,
                "bg_color": "#E8EDF4",
                "align": "center",
                "text_wrap": True,
                "num_format": "@",
            }
        )
        self.text = book.add_format({**base, "text_wrap": True})
        # 未评, 不适用 among numbers.
        self.word = book.add_format({**base, "align": "right"})
        self.quoted = book.add_format({**base, "text_wrap": True, "quote_prefix": True})
        self.to_fill = book.add_format({**base, "text_wrap": True, "num_format": "@", "locked": False})
        self.closed = book.add_format(
            {
                **base,
                "text_wrap": True,
                "bg_color": "#E2E5EA",
                "font_color": "#4A5568",
                "num_format": "@",
            }
        )
        self.formats = {
            kind: book.add_format({**base, "num_format": code}) for kind, code in _FORMATS.items()
        }

    def add(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet_name(sheet.name, self.names))
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width)
        for number, line in enumerate(sheet.lines):
            page.write_string(number, 0, fit(line), self.line if number else self.title)
        top = len(sheet.lines)
        for index, column in enumerate(sheet.columns):
            page.write_string(top, index, fit(column.title), self.head)
        last = top
        for last, row in enumerate(sheet.rows, start=top + 1):
            for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                if isinstance(value, Formula):
                    self._formula(page, (top, last, index), column.kind, value)
                else:
                    self._cell(page, last, index, column.kind, value)
        self._finish(page, top, last, len(sheet.columns))
        if sheet.locked:
            page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})

    def _finish(self, page: Any, top: int, last: int, columns: int) -> None:
        page.freeze_panes(top + 1, 1)
        if last > top:
            page.autofilter(top, 0, last, columns - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)
        page.set_footer("&C— &P —")
        if self.watermark:
            # Inches: room for the word above the table.
            page.set_margins(top=1.3)
            page.set_header(f'&C&"SimHei,Bold"&48&KDDDDDD{self.watermark}', {"margin": 0.3})

    def _formula(self, page: Any, place: tuple[int, int, int], kind: Kind, formula: Formula) -> None:
        top, row, column = place
        text = formula.at(row=row + 1, column=column, first=top + 2)
        value = formula.value if isinstance(formula.value, str) else float(formula.value)
        page.write_formula(row, column, text, self.formats.get(kind, self.text), value)

    def _cell(self, page: Any, row: int, column: int, kind: Kind, value: Value) -> None:
        if value is None:
            page.write_blank(row, column, None, self.text)
        elif isinstance(value, ToFill):
            page.write_string(row, column, fit(value.text), self.to_fill)
        elif isinstance(value, Closed):
            page.write_string(row, column, fit(value.text), self.closed)
        elif kind is Kind.DAY and isinstance(value, dt.date):
            page.write_datetime(row, column, value, self.formats[kind])
        elif kind in self.formats and isinstance(value, int | float | Decimal):
            page.write_number(row, column, float(value), self.formats[kind])
        else:
            text = fit(str(value))
            plain = self.word if kind in self.formats else self.text
            page.write_string(row, column, text, self.quoted if would_run(text) else plain)

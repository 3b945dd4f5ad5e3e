"""A sheet given back to whoever sent it: its cells as they came, a column of remarks beside them, faults in red."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from apps.files.cells import fit, sheet_name, would_run

_WIDTH, _REMARK_WIDTH = 14, 48
_TOLD_EVERY = 200


@dataclass(frozen=True)
class MarkedRow:
    """One row: its cells, what is to be said of it, and the positions of the cells at fault (from 0)."""

    cells: Sequence[Any]
    remark: str = ""
    faults: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class MarkedSheet:
    """A sheet: remarks stand in the column `remark_at`, the heading in the rows `head`."""

    name: str
    rows: Iterable[MarkedRow]
    remark_at: int
    head: range


def write_marked(out: Path, sheets: Iterable[MarkedSheet], *, progress: Callable[[int], None]) -> None:
    """Write the sheets to `out`. `progress`: rows so far.

    Text stays text, so that nothing runs and 18 digits stay 18 digits; numbers stay numbers.
    """
    written, names = 0, set[str]()
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book:
        for sheet in sheets:
            writer = _Writer(book, _page(book, sheet, sheet_name(sheet.name, names)), sheet.remark_at)
            for number, row in enumerate(sheet.rows):
                writer.write(number, row, is_head=number in sheet.head)
                written += 1
                if written % _TOLD_EVERY == 0:
                    progress(written)


def _page(book: Any, sheet: MarkedSheet, name: str) -> Any:
    page = book.add_worksheet(name)
    page.set_column(0, max(sheet.remark_at - 1, 0), _WIDTH)
    page.set_column(sheet.remark_at, sheet.remark_at, _REMARK_WIDTH)
    page.freeze_panes(sheet.head.stop, 0)
    return page


class _Writer:
    def __init__(self, book: Any, page: Any, remark_at: int) -> None:
        self.page, self.remark_at = page, remark_at
        base = {"font_size": 11, "valign": "vcenter"}
        red = {"bg_color": "#F8D7D4", "font_color": "#A8201A"}
        self.head = book.add_format({**base, "bold": True, "bg_color": "#E8EDF4", "quote_prefix": True})
        self.plain = book.add_format(base)
        self.quoted = book.add_format({**base, "quote_prefix": True})
        self.fault = book.add_format({**base, **red, "quote_prefix": True})
        self.remark = book.add_format({**base, "font_color": "#A8201A"})

    def write(self, number: int, row: MarkedRow, *, is_head: bool) -> None:
        for at, value in enumerate(row.cells):
            self._cell(number, at, value, self._format(at, value, row, is_head=is_head))
        if row.remark:
            self.page.write_string(
                number, self.remark_at, fit(row.remark), self.head if is_head else self.remark
            )

    def _format(self, at: int, value: Any, row: MarkedRow, *, is_head: bool) -> Any:
        if at in row.faults:
            return self.fault
        if is_head:
            return self.head
        return self.quoted if isinstance(value, str) and would_run(value) else self.plain

    def _cell(self, number: int, at: int, value: Any, style: Any) -> None:
        if value is None or value == "":
            if style is self.fault:
                self.page.write_blank(number, at, None, style)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.page.write_number(number, at, value, style)
        else:
            self.page.write_string(number, at, fit(str(value)), style)

"""A workbook to be filled in and sent back: notes, a sheet with drop-downs and samples, a paper to print and sign."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import xlsxwriter

from apps.files.cells import fit

_ROWS = 2000
_OPTIONS = "选项"


@dataclass(frozen=True)
class Blank:
    """A column to be filled in. `options` become a drop-down; `hint` is shown when a cell is chosen."""

    title: str
    width: int = 14
    options: Sequence[str] = field(default_factory=tuple)
    hint: str = ""


@dataclass(frozen=True)
class FillIn:
    """The whole workbook. `notes` are (label, text), `samples` rows in grey, `paper` the lines to print and sign, if any."""

    name: str
    columns: Sequence[Blank]
    samples: Sequence[Sequence[str]]
    notes_name: str
    notes: Sequence[tuple[str, str]]
    paper_name: str = ""
    paper: Sequence[str] = ()


def write_fill_in(out: IO[bytes], book: FillIn) -> None:
    """Write the workbook; the sheet to fill in is the one that opens."""
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        writer = _Writer(workbook)
        writer.notes(book)
        writer.blanks(book)
        writer.paper(book)
        writer.options(book)


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"font_size": 11, "valign": "vcenter", "border": 1, "border_color": "#C9D1DB"}
        # All of it is text, so that numbers of eleven digits stay as they are typed and no name of an office runs.
        base |= {"num_format": "@"}
        self.head = book.add_format({**base, "bold": True, "bg_color": "#E8EDF4", "align": "center"})
        self.note = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.label = book.add_format({**base, "bold": True, "valign": "top"})
        self.text = book.add_format({"font_size": 11, "num_format": "@"})
        self.sample = book.add_format({**base, "font_color": "#8A94A2", "italic": True})
        self.title = book.add_format(
            {"font_size": 16, "bold": True, "align": "center", "text_wrap": True, "num_format": "@"}
        )
        self.line = book.add_format({"font_size": 12, "text_wrap": True, "valign": "top", "num_format": "@"})

    def notes(self, book: FillIn) -> None:
        page = self.book.add_worksheet(book.notes_name)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 90)
        for row, (label, text) in enumerate(book.notes):
            page.write_string(row, 0, fit(label), self.label)
            page.write_string(row, 1, fit(text), self.note)

    def blanks(self, book: FillIn) -> None:
        page = self.book.add_worksheet(book.name)
        page.activate()
        page.set_first_sheet()
        for at, column in enumerate(book.columns):
            page.set_column(at, at, column.width, self.text)
            page.write_string(0, at, fit(column.title), self.head)
            if rule := _rule(column, at):
                page.data_validation(1, at, _ROWS, at, rule)
        for number, sample in enumerate(book.samples, start=1):
            for at, text in enumerate(sample):
                page.write_string(number, at, fit(text), self.sample)
        page.freeze_panes(1, 2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def paper(self, book: FillIn) -> None:
        """One page upright, ready to print."""
        page = self.book.add_worksheet(book.paper_name)
        page.set_column(0, 0, 86)
        page.set_paper(9)
        page.set_portrait()
        page.set_margins(left=0.9, right=0.9, top=1.0, bottom=0.9)
        page.fit_to_pages(1, 1)
        page.print_area(0, 0, len(book.paper) - 1, 0)
        page.center_horizontally()
        for row, line in enumerate(book.paper):
            page.set_row(row, 18 * (1 + 2 * len(line) // 86) + 8)
            page.write_string(row, 0, fit(line), self.line if row else self.title)

    def options(self, book: FillIn) -> None:
        """The words of the drop-downs: a rule itself holds only 255 characters."""
        page = self.book.add_worksheet(_OPTIONS)
        page.hide()
        for at, column in enumerate(book.columns):
            for row, option in enumerate(column.options):
                page.write_string(row, at, fit(option), self.text)


def _rule(column: Blank, at: int) -> dict[str, Any] | None:
    """The drop-down of a column. It warns and does not forbid: an alias is read as well."""
    hint = {"input_title": column.title[:32], "input_message": column.hint[:255]} if column.hint else {}
    if not column.options:
        return {"validate": "any", **hint} if hint else None
    letter = chr(ord("A") + at)
    source = f"='{_OPTIONS}'!${letter}$1:${letter}${len(column.options)}"
    return {"validate": "list", "source": source, "error_type": "warning", **hint}

"""Large tables: a streaming writer of xlsx, six times as fast as XlsxWriter and in constant memory, and of csv.

Only text cells: identifiers stay as they are and nothing can run. A sheet 筛选条件 follows, as in `apps.files.sheets`,
which is the writer for typed columns and everything small. No library: the fast ones on PyPI hold all rows in memory
and know neither quotePrefix nor page headers (docs/decisions/0008).
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from apps.files.cells import LONGEST_TEXT, UNFIT, fit, neutral, sheet_name, would_run
from apps.files.sheets import Column

MOST_ROWS = 1_048_576
# Enough that the work per piece does not show, little enough to stay small.
_ROWS_AT_ONCE = 500
_FASTEST = 1
# Stands between the cells of a piece while all of them are escaped at once; no cell may hold it.
_BETWEEN = "\x1f"
# Stands for the number of a row in its pattern.
_NUMBER = "\x1e"
_UNFIT_BUT_MARK = re.compile(UNFIT.pattern.replace("\x1f", "\x1e"))
# To \s the mark is a space too: without (?!…) every empty cell would be suspect.
_SUSPECT = re.compile(f"{_BETWEEN}(?:[;,|'\"=+\\-@＝＋－＠]|(?!{_BETWEEN})\\s)")
# Excel reads _x000D_ in a text as the character; a text that looks so must say that it means itself.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# A page header takes 255 characters, codes included.
_LONGEST_WATERMARK = 110

Row = Sequence[str]
About = Callable[[int], Iterable[tuple[str, str]]]


class TooManyRows(ValueError):
    """More rows than a sheet can hold."""


@dataclass(frozen=True)
class Table:
    """One large table. `lines` stand above its head; `watermark` also on each printed page, at the top."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    watermark: str
    lines: Sequence[str] = field(default_factory=tuple)


def write_table(out: Path, table: Table, about: About) -> int:
    """Write the table as xlsx; `about` gets the number of rows and gives what the second sheet says. Gives that number.

    Raises TooManyRows.
    """
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_FASTEST) as book:
        with _part(book, "xl/worksheets/sheet1.xml") as part:
            written = _write_sheet(part, table)
        conditions = Table(
            _("筛选条件"),
            [Column(_("项目"), width=18), Column(_("内容"), width=60)],
            [list(pair) for pair in about(written)],
            table.watermark,
        )
        with _part(book, "xl/worksheets/sheet2.xml") as part:
            _write_sheet(part, conditions)
        for name, content in _frame(table, conditions).items():
            book.writestr(name, _DECLARATION + content)
    return written


def write_csv(out: Path, table: Table, about: About) -> int:
    """Write the table as csv: UTF-8 with BOM, which Excel needs; what the second sheet would say stands in one closing row."""
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([fit(column.title) for column in table.columns])
        written = 0
        for row in table.rows:
            writer.writerow([neutral(fit(text)) for text in row])
            written += 1
        said = "；".join(f"{label}：{value}" for label, value in about(written))
        writer.writerow([neutral(fit(f"{table.watermark}；{said}"))])
    return written


@contextmanager
def _part(book: ZipFile, name: str) -> Iterator[IO[bytes]]:
    with book.open(name, "w") as part:
        yield part


def _write_sheet(part: IO[bytes], table: Table) -> int:
    part.write((_DECLARATION + _opening(table)).encode())
    top = 0
    for top, line in enumerate([*table.lines, table.watermark], start=1):
        part.write(f'<row r="{top}">{_cell("A", top, line, _LINE)}</row>'.encode())
    top += 1
    heads = (_cell(_letter(n), top, column.title, _HEAD) for n, column in enumerate(table.columns))
    part.write(f'<row r="{top}">{"".join(heads)}</row>'.encode())
    written = _write_rows(part, table, top + 1)
    part.write(_closing(table, top, top + written).encode())
    return written


def _write_rows(part: IO[bytes], table: Table, first: int) -> int:
    width = len(table.columns)
    row_of = _plain_row(width)
    rows, number = iter(table.rows), first
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        if number + len(piece) > MOST_ROWS:
            raise TooManyRows
        joined = _joined(piece, width)
        cells = _rows_of(_escaped(joined), width)
        if _SUSPECT.search(joined):
            plain = _rows_of(joined, width)
            lines = [_careful_row(n, *both) for n, both in enumerate(zip(plain, cells, strict=True), number)]
        else:
            lines = [(row_of % row).replace(_NUMBER, str(n)) for n, row in enumerate(cells, number)]
        part.write("".join(lines).encode())
        number += len(piece)
    return number - first


def _rows_of(joined: str, width: int) -> list[tuple[str, ...]]:
    cells = joined.split(_BETWEEN)
    return [tuple(cells[start : start + width]) for start in range(1, len(cells), width)]


def _joined(piece: Sequence[Row], width: int) -> str:
    """All cells of the piece, each with the mark in front, fit for XML."""
    flat = list(chain.from_iterable(piece))
    joined = _BETWEEN + _BETWEEN.join(flat)
    if len(flat) != width * len(piece):
        raise ValueError("A row does not have as many cells as the table has columns.")
    # Looked at as a whole, since nearly no cell ever needs it.
    if _UNFIT_BUT_MARK.search(joined) or joined.count(_BETWEEN) != len(flat) or _any_long(flat):
        joined = _BETWEEN + _BETWEEN.join(fit(text) for text in flat)
    return joined


def _any_long(flat: Sequence[str]) -> bool:
    return len(max(flat, key=len, default="")) > LONGEST_TEXT


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    # XML would read a bare carriage return as a new line.
    return text.replace("\r", "_x000D_")


# -- the parts of the format, ECMA-376 ------------------------------------------------------------

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Places in cellXfs of `_STYLES`.
_TEXT, _QUOTED, _HEAD, _LINE = 1, 2, 3, 4

_STYLES = f"""<styleSheet xmlns="{_MAIN}"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font><font><sz val="11"/><color rgb="FF4A5568"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF4"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>\
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>\
<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def _letter(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(letter: str, row: int, text: str, style: int) -> str:
    return _cell_of_escaped(letter, row, _escaped(fit(text)), style)


def _cell_of_escaped(letter: str, row: int | str, escaped: str, style: int) -> str:
    return (
        f'<c r="{letter}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'
    )


def _plain_row(width: int) -> str:
    """A row of text cells, to be filled with its number and its escaped cells."""
    cells = (_cell_of_escaped(_letter(n), _NUMBER, "%s", _TEXT) for n in range(width))
    return f'<row r="{_NUMBER}">{"".join(cells)}</row>'


def _careful_row(number: int, plain: Sequence[str], escaped: Sequence[str]) -> str:
    """As `_plain_row`; what would run carries the mark that Excel shows as a leading apostrophe."""
    cells = (
        _cell_of_escaped(_letter(n), number, safe, _QUOTED if would_run(text) else _TEXT)
        for n, (text, safe) in enumerate(zip(plain, escaped, strict=True))
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _opening(table: Table) -> str:
    top = len(table.lines) + 2
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>'
        for n, column in enumerate(table.columns, start=1)
    )
    pane = (
        f'<pane xSplit="1" ySplit="{top}" topLeftCell="B{top + 1}" activePane="bottomRight" state="frozen"/>'
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
    )


def _closing(table: Table, top: int, last: int) -> str:
    # In a header & begins a code, so that one that is meant stands twice.
    said = _escaped(fit(table.watermark)[:_LONGEST_WATERMARK].replace("&", "&&"))
    area = f"A{top}:{_letter(len(table.columns) - 1)}{last}"
    return (
        f'</sheetData><autoFilter ref="{area}"/>'
        '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>&amp;R{said}</oddHeader><oddFooter>&amp;L{said}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
        "</worksheet>"
    )


def _frame(*tables: Table) -> dict[str, str]:
    """The small parts that hold the sheets together."""
    sheets, links, types, titles = "", "", "", ""
    for n, table in enumerate(tables, start=1):
        name = _quoted(sheet_name(table.name, set()))
        sheets += f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        links += f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        types += f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEETML}.worksheet+xml"/>'
        head = len(table.lines) + 2
        titles += f'<definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">\'{name}\'!$1:${head}</definedName>'
    styles = len(tables) + 1
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_SHEETML}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETML}.styles+xml"/>{types}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView activeTab="0"/></bookViews>'
            f"<sheets>{sheets}</sheets><definedNames>{titles}</definedNames></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
            f'<Relationship Id="rId{styles}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _STYLES,
    }


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")

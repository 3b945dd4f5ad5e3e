"""The three files of a report as they are read back: tables of Word, text of PDF, sheets of Excel."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf

from apps.reports import phrases

Rows = list[tuple[str, ...]]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def word_tables(folder: Path) -> dict[tuple[str, ...], Rows]:
    """Head → rows, of every table; tables with one head follow each other."""
    found: dict[tuple[str, ...], Rows] = {}
    for table in docx.Document(str(folder / "report.docx")).tables:
        head, *rows = [tuple(cell.text for cell in row.cells) for row in table.rows]
        found.setdefault(head, []).extend(rows)
    return found


def pdf_text(folder: Path) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages))


def sheet(folder: Path, name: str) -> Rows:
    """The rows below the head, each cell as the document spells it."""
    book = openpyxl.load_workbook(folder / "report.xlsx", data_only=True)
    if name not in book.sheetnames:
        return []
    return [tuple(spelled(cell) for cell in row) for row in book[name].iter_rows(min_row=4)]


def spelled(cell: Any) -> str:
    if isinstance(cell.value, str) or cell.value is None:
        return cell.value or ""
    value = Decimal(repr(cell.value))
    if cell.number_format == "0.0%":
        return phrases.percent(value)
    return phrases.score(value) if cell.number_format == "0.00" else phrases.count(value)

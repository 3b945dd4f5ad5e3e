"""Uploaded tables of any kind, told by their content and never by their name."""

from typing import IO

from apps.files.tables import Book
from apps.files.workbooks import read_workbook


def read_book(source: IO[bytes]) -> Book:
    """Raises WorkbookRefused with a sentence that says what to do."""
    return read_workbook(source)

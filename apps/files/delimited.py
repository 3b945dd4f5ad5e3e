"""Text tables (csv and the like): UTF-8 with or without BOM, GB18030, UTF-16 with BOM; comma, tab or semicolon."""

import codecs
import csv
import io
import re
from collections import Counter
from typing import IO

from django.utils.translation import gettext_lazy as _

from apps.files.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    NO_DATA,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Book,
    Rows,
    Table,
    WorkbookRefused,
    has_data,
)

_NOT_A_TABLE = _("这不是 Excel 工作簿或 CSV 表格；改扩展名不能改变文件格式，请另存为 .xlsx 后再导入")
_WEB_PAGE = _("这是网页格式的表格，不是真正的 Excel 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx")
_UNKNOWN_LETTERS = _("无法识别文字编码，请用 Excel 或 WPS 另存为 .xlsx 后再导入")
_BAD_QUOTES = _("CSV 的引号没有配对，请用 Excel 或 WPS 另存为 .xlsx 后再导入")

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# First bytes of files that are no text: PDF, PNG, JPEG, GIF, gzip, 7z, RAR, ELF, MZ, RTF, SQLite, bzip2, xz.
_OTHER_FILES = re.compile(
    rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8|\x1f\x8b|7z\xbc\xaf|Rar!|\x7fELF|MZ|\{\\rtf|SQLite format|BZh|\xfd7zXZ|PK"
)
_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<\?xml|<table|<svg|<head|<meta|<script|<style)", re.IGNORECASE)
# A text has line ends and tabs; of other control characters a stray one at most.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_CONTROLS = 0.001
_DELIMITERS = ",\t;"
_SNIFFED = 30  # lines
# What spreadsheets and our own exports put around a number so that it stays text.
_AS_TEXT = re.compile(r'="([^"]*)"')
_GUARDED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])")


def read_delimited(source: IO[bytes]) -> Book:
    """Raises WorkbookRefused."""
    source.seek(0)
    text = _decoded(source.read())
    try:
        rows = _rows(text, _delimiter(text))
    except csv.Error as error:
        raise WorkbookRefused(_BAD_QUOTES) from error
    if not has_data(rows):
        raise WorkbookRefused(NO_DATA)
    return Book([Table("CSV", rows)])


def _decoded(content: bytes) -> str:
    if _OTHER_FILES.match(content):
        raise WorkbookRefused(_NOT_A_TABLE)
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return _checked(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise WorkbookRefused(_UNKNOWN_LETTERS)


def _checked(text: str) -> str:
    if _MARKUP.match(text):
        raise WorkbookRefused(_WEB_PAGE)
    strange = len(_CONTROLS.findall(text)) + max(0, text.count("\0") - 20)
    if strange > 5 + len(text) * _MOST_CONTROLS:
        raise WorkbookRefused(_NOT_A_TABLE)
    return text


def _delimiter(text: str) -> str:
    """The one that gives most rows the same number of columns, more than one."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in _first_rows(text, delimiter) if len(row) > 1)
        return max(((number, width) for width, number in widths.items()), default=(0, 0))

    return max(_DELIMITERS, key=evenness)


def _first_rows(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=delimiter)
    try:
        return [row for row, _number in zip(reader, range(_SNIFFED), strict=False)]
    except csv.Error:
        return []


def _rows(text: str, delimiter: str) -> Rows:
    rows: Rows = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        while row and not row[-1].strip():
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise WorkbookRefused(TOO_MANY_COLUMNS)
        rows.append([_cell(cell) for cell in row])
        if len(rows) > MOST_ROWS:
            raise WorkbookRefused(TOO_MANY_ROWS)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _cell(cell: str) -> str:
    if whole := _AS_TEXT.fullmatch(cell.strip()):
        return whole[1]
    return _GUARDED.sub("", cell, count=1) if cell.startswith("'") else cell

"""Uploaded workbooks: everything that could hurt is counted before the reader sees a byte (guide: security, B7).

An xlsx is a zip: its size, the number and size of its entries and what they unpack to are measured by unpacking
under a cap, since the sizes a zip states about itself may lie. Cell addresses are scanned, since a reader makes room
for the rectangle they span.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from apps.files.tables import (
    BROKEN,
    HAS_PASSWORD,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    NO_DATA,
    TOO_MANY_CELLS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Book,
    Table,
    WorkbookRefused,
    has_data,
)

MOST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2_000
MOST_RATIO = 100
# Small files of empty cells pack well and are harmless.
RATIO_COUNTS_FROM = 5 * 1024 * 1024  # bytes unpacked
_CHUNK = 1 << 16
# Start tags of cells, with any prefix; and those that say where they stand, as nearly every program writes them.
_CELL = re.compile(rb"<(?:[^\s<>:/]+:)?c(?:\s[^<>]*)?>")
_PLACED = re.compile(
    rb"""<(?:[^\s<>:/]+:)?c\s(?:[^<>]*?\s)?r=["']([A-Za-z]{1,4})([0-9]{1,9})["'][^<>]*?(/?)>"""
)
# The form without a prefix; and tags that only begin like one (cols, cfRule).
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
# Of these, the ones that may stand anywhere: up to column AZ, above row 10,000.
_NEAR = re.compile(rb'<c r="A?[A-Z][0-9]{1,4}"')
_NO_CELL = re.compile(rb"<c[A-Za-z]")
# No start tag of a real cell is longer.
_LONGEST_TAG = 1 << 16

ZIP, OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_1904 = re.compile(rb"""<(?:[^\s<>:/]+:)?workbookPr\s[^<>]*?\bdate1904=["'](?:1|true)["']""")


def read_workbook(source: IO[bytes]) -> Book:
    """An xlsx. Raises WorkbookRefused."""
    check_workbook(source)
    return read_checked(source, is_1904=_counts_from_1904(source))


def read_checked(source: IO[bytes], *, is_1904: bool) -> Book:
    """What the reader makes of a workbook that was checked. Raises WorkbookRefused."""
    try:
        workbook = CalamineWorkbook.from_object(_rewound(source))
        visible, hidden = _sheets(workbook)
        tables = list(_tables(workbook, visible))
    except WorkbookRefused:
        raise
    except PasswordError as error:
        raise WorkbookRefused(HAS_PASSWORD) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise WorkbookRefused(BROKEN) from error
    except BaseException as error:
        # A panic inside the reader is no Exception, so that nobody catches it by accident.
        if type(error).__name__ != "PanicException":
            raise
        raise WorkbookRefused(BROKEN) from error
    if not tables:
        raise WorkbookRefused(NO_DATA)
    return Book(tables, tuple(hidden), is_1904)


def _tables(workbook: CalamineWorkbook, names: list[str]) -> Iterator[Table]:
    room = MOST_CELLS
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        room -= sheet.total_height * sheet.total_width
        if room < 0:
            raise WorkbookRefused(TOO_MANY_CELLS)
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
        if has_data(rows):
            merged = tuple((r1, r2, c1, c2) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or [])
            yield Table(name, rows, merged)


def _counts_from_1904(source: IO[bytes]) -> bool:
    with zipfile.ZipFile(_rewound(source)) as archive:
        return bool(_1904.search(archive.read("xl/workbook.xml")))


def check_workbook(source: IO[bytes]) -> None:
    """Raises WorkbookRefused for what is no xlsx, or one that is too large in any way."""
    _check(_rewound(source))
    source.seek(0)


def _rewound(source: IO[bytes]) -> IO[bytes]:
    source.seek(0)
    return source


def _check(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_archive(archive, size)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise WorkbookRefused(BROKEN) from error


def _check_archive(archive: zipfile.ZipFile, packed: int) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise WorkbookRefused(_("工作簿内含的部件过多，请另存为新的 .xlsx 后再导入"))
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise WorkbookRefused(_("这不是 Excel 工作簿（.xlsx）；改扩展名不能改变文件格式，请另存为 .xlsx"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise WorkbookRefused(HAS_PASSWORD)
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise WorkbookRefused(_("工作簿结构不正常，请另存为新的 .xlsx 后再导入"))
    _check_sizes(archive, entries, packed)


def _check_sizes(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = 0
    for entry in entries:
        # Not only xl/worksheets: the list of sheets may point anywhere.
        may_hold_cells = entry.filename.endswith(".xml")
        rest = b""
        for chunk in _chunks(archive, entry):
            unpacked += len(chunk)
            if unpacked > MOST_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > packed * MOST_RATIO):
                raise WorkbookRefused(_("工作簿解压后过大，请删去多余内容后再导入"))
            if may_hold_cells:
                rest = _check_cells(rest + chunk)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as content:
        while chunk := content.read(_CHUNK):
            yield chunk


def _check_cells(xml: bytes) -> bytes:
    """Raises WorkbookRefused for a cell beyond what is taken, or without an address; gives the unfinished rest.

    Empty cells that only carry a format (`<c r="A1048576" s="1"/>`) make no room and are let through.
    """
    cut = xml.rfind(b"<") if xml.rfind(b"<") > xml.rfind(b">") else len(xml)
    whole, rest = xml[:cut], xml[cut:]
    if _is_plain(whole):
        return rest
    placed = _PLACED.findall(whole)
    if len(placed) != len(_CELL.findall(whole)) or len(rest) > _LONGEST_TAG:
        raise WorkbookRefused(_("工作簿由不常见的程序生成，请用 Excel 或 WPS 打开并另存后再导入"))
    filled = [(letters, row) for letters, row, empty in placed if not empty]
    if any(_column(letters) > MOST_COLUMNS for letters in {letters for letters, _row in filled}):
        raise WorkbookRefused(TOO_MANY_COLUMNS)
    if any(int(row) > MOST_ROWS for _letters, row in filled):
        raise WorkbookRefused(TOO_MANY_ROWS)
    return rest


def _is_plain(xml: bytes) -> bool:
    """Whether all that could be a cell is written as nearly every program does, and stands where it is taken.

    What is not plain is looked at closely; for 100,000 cells that takes as long as reading them.
    """
    if b":c" not in xml and len(_NEAR.findall(xml)) == xml.count(b"<c"):
        return True
    cells = _PLAIN.findall(xml)
    others = xml.count(b"<c") - len(cells)
    if b":c" in xml or (others and others != len(_NO_CELL.findall(xml))):
        return False
    columns, rows = map(set, zip(*cells, strict=True)) if cells else ((), ())
    return all(_column(letters) <= MOST_COLUMNS for letters in columns) and all(
        int(row) <= MOST_ROWS for row in rows
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheets(workbook: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """Worksheets that people see, and hidden ones: these hold lists for drop-downs, or what nobody meant to send."""
    worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(worksheets) > MOST_SHEETS:
        raise WorkbookRefused(TOO_MANY_CELLS)
    seen = [sheet.name for sheet in worksheets if sheet.visible == SheetVisibleEnum.Visible]
    return seen, [sheet.name for sheet in worksheets if sheet.name not in seen]

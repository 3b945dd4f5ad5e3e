"""The cells of a roster. A workbook comes from outside: it is measured before anything unpacks it in memory."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from apps.members.importing.columns import find_head
from apps.members.importing.findings import RosterRefused

MB = 1024 * 1024
LARGEST_FILE = 10 * MB
LARGEST_UNPACKED = 80 * MB
# Real workbooks pack 5 to 20 times; what packs 100 times holds nothing but repetition.
HIGHEST_RATIO = 100
MOST_ENTRIES = 1000
MOST_ROWS = 30_000
MOST_COLUMNS = 200
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A cell that holds something; styled empty cells (<c … />) are no content.
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_CHUNK = 256 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    # An entry with a password, an unknown packing, a cut-off file, names that are no text.
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


@dataclass(frozen=True)
class Lines:
    """The rows of a sheet; `first_row` is the number that the spreadsheet shows beside the first of them."""

    rows: list[list[Any]]
    first_row: int


def read_sheet(content: bytes) -> Lines:
    """The first visible sheet that has a roster's header, else the first one. Raises RosterRefused."""
    _refuse_what_is_no_workbook(content)
    _measure(content)
    found = list(_sheets(content))
    if not found:
        raise RosterRefused(_("工作簿里没有内容"))
    return next((lines for lines in found if find_head(lines.rows)), found[0])


def _sheets(content: bytes) -> Iterator[Lines]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            cells = book.get_sheet_by_name(sheet.name)
            if cells.start is not None:
                yield Lines(cells.to_python(skip_empty_area=True), cells.start[0] + 1)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:
        # The reader is Rust: on some broken files it panics, which is no Exception.
        raise _broken() from None


def _broken() -> RosterRefused:
    return RosterRefused(_("文件已损坏，无法打开。请在 Excel 或 WPS 中打开后另存为 xlsx 再上传"))


def _refuse_what_is_no_workbook(content: bytes) -> None:
    if not content:
        raise RosterRefused(_("文件是空的，请检查后重新上传"))
    if len(content) > LARGEST_FILE:
        raise RosterRefused(
            _("文件超过 %(limit)d MB，请去掉图片或分成几个文件") % {"limit": LARGEST_FILE // MB}
        )
    if content.startswith(_OLE2):
        if _ENCRYPTED in content:
            raise RosterRefused(_("文件设有密码，请取消密码后重新上传"))
        raise RosterRefused(_("这是旧格式（xls）文件，请另存为 xlsx 后重新上传"))
    if not content.startswith(b"PK"):
        raise RosterRefused(_("这不是 Excel 工作簿。请上传 xlsx 文件"))


def _measure(content: bytes) -> None:
    """Unpack piece by piece and count, so that a bomb goes off here and not in the reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure_entries(archive.infolist(), len(content))
            for entry in archive.infolist():
                _measure_part(archive, entry)
    except _BROKEN:
        raise _broken() from None


def _measure_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise RosterRefused(_("这不是 Excel 工作簿。请上传 xlsx 文件"))
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or unpacked > HIGHEST_RATIO * packed:
        raise RosterRefused(_("文件内容异常庞大，为安全起见未打开。请另存为新的 xlsx 后再试"))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise RosterRefused(_("文件含有宏，请另存为不含宏的 xlsx 后重新上传"))


def _measure_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Reads to the end: a part longer than it says fails its checksum there."""
    is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    with archive.open(entry) as part:
        if is_sheet:
            _measure_sheet(part.read())
        else:
            while part.read(_CHUNK):
                pass


def _measure_sheet(xml: bytes) -> None:
    for letters, number in _CELL.findall(xml):
        if int(number) > MOST_ROWS:
            raise RosterRefused(_("一次最多导入 %(limit)d 行，请分成几个文件") % {"limit": MOST_ROWS})
        if len(letters) == 3 or _column(letters) > MOST_COLUMNS:
            raise RosterRefused(_("表格超过 %(limit)d 列，请检查后重新上传") % {"limit": MOST_COLUMNS})


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

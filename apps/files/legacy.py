"""Old Excel files (.xls, BIFF in an OLE2 container): walked over before the reader makes room for anything.

A sheet of a few bytes may claim a cell at the far corner; the reader would make room for 65,536 × 256 cells. So the
records are counted here: rows, columns, the rectangles of all sheets, a password. Source: [MS-CFB] and [MS-XLS].
"""

import struct
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from apps.files.tables import (
    BROKEN,
    HAS_PASSWORD,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    TOO_MANY_CELLS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Book,
    WorkbookRefused,
)
from apps.files.workbooks import read_checked

_OTHER_OFFICE = _("这不是 Excel 工作簿，可能是 Word 或其他文件；请另存为 .xlsx 后再导入")
_TOO_OLD = _("这是很早的 Excel 格式，请用 Excel 或 WPS 另存为 .xlsx 后再导入")

_END, _LARGEST_CHAIN = 0xFFFFFFFA, 1 << 20
_STREAM, _ROOT = 2, 5
# Records of BIFF8.
_BOF, _EOF, _FILEPASS, _DATEMODE = 0x0809, 0x000A, 0x002F, 0x0022
_MULTIPLE = 0x00BD
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E, _MULTIPLE})
_BIFF8 = 0x0600


def read_xls(source: IO[bytes]) -> Book:
    """Raises WorkbookRefused."""
    source.seek(0)
    content = source.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        # An xlsx with a password comes in the container of old Office.
        raise WorkbookRefused(HAS_PASSWORD)
    try:
        streams = _streams(content)
        if "Workbook" not in streams:
            raise WorkbookRefused(_TOO_OLD if "Book" in streams else _OTHER_OFFICE)
        if (stream := streams["Workbook"]) is None:
            raise WorkbookRefused(BROKEN)
        is_1904 = _check_records(stream)
    except (struct.error, IndexError, ValueError, KeyError) as error:
        raise WorkbookRefused(BROKEN) from error
    return read_checked(source, is_1904=is_1904)


def _check_records(stream: bytes) -> bool:
    """Whether serial numbers count from 1904. Raises WorkbookRefused for what is too much, or locked."""
    is_1904, cells = False, 0
    rows = columns = 0
    for kind, body in _records(stream):
        if kind == _FILEPASS:
            raise WorkbookRefused(HAS_PASSWORD)
        if kind == _BOF and struct.unpack_from("<H", body)[0] != _BIFF8:
            raise WorkbookRefused(_TOO_OLD)
        if kind == _DATEMODE:
            is_1904 = struct.unpack_from("<H", body)[0] == 1
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULTIPLE else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
        if kind == _EOF:
            cells += _checked_size(rows, columns)
            rows = columns = 0
    if cells + _checked_size(rows, columns) > MOST_CELLS:
        raise WorkbookRefused(TOO_MANY_CELLS)
    return is_1904


def _checked_size(rows: int, columns: int) -> int:
    if columns > MOST_COLUMNS:
        raise WorkbookRefused(TOO_MANY_COLUMNS)
    if rows > MOST_ROWS:
        raise WorkbookRefused(TOO_MANY_ROWS)
    return rows * columns


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _streams(content: bytes) -> dict[str, bytes | None]:
    """The streams of the container by name; those in the small area come as None: programs pad a workbook beyond it."""
    power, small_limit = struct.unpack_from("<H", content, 30)[0], struct.unpack_from("<I", content, 56)[0]
    if power not in (9, 12):
        raise ValueError("size of sectors")
    container = _Container(content, 1 << power)
    directory = container.chain(struct.unpack_from("<I", content, 48)[0])
    found: dict[str, bytes | None] = {}
    for at in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind != _STREAM:
            continue
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        # The reader takes the first of a name too.
        found.setdefault(name, container.chain(start)[:size] if size >= small_limit else None)
    return found


class _Container:
    """Sectors of an OLE2 file, strung together by its allocation table."""

    def __init__(self, content: bytes, sector: int) -> None:
        self.content, self.sector = content, sector
        per_sector = sector // 4
        tables = list(struct.unpack_from("<109I", content, 76))
        following = struct.unpack_from("<I", content, 68)[0]
        for _round in range(_LARGEST_CHAIN):
            if following >= _END:
                break
            entries = struct.unpack(f"<{per_sector}I", self._sector(following))
            tables.extend(entries[:-1])
            following = entries[-1]
            if len(tables) > len(content) // sector + per_sector + 109:
                raise ValueError("a chain without end")
        self.next: list[int] = []
        for table in tables:
            if table < _END:
                self.next.extend(struct.unpack(f"<{per_sector}I", self._sector(table)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        found = self.content[start : start + self.sector]
        # The last sector of a file may be cut short.
        return found if len(found) == self.sector else found.ljust(self.sector, b"\0")

    def chain(self, start: int) -> bytes:
        found: list[bytes] = []
        at, most = start, len(self.content) // self.sector + 1
        while at < _END:
            if len(found) > most:
                raise ValueError("a chain without end")
            found.append(self._sector(at))
            at = self.next[at]
        return b"".join(found)

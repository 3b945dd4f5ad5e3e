"""Bad workbooks: a clear sentence before the reader sees a byte, never an exception of a library."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from apps.files import workbooks
from apps.files.reading import read_book
from apps.files.tables import WorkbookRefused
from apps.files.uploads import LARGEST_UPLOAD
from apps.files.workbooks import OLE2

CELL = b'<c r="%s"><v>1</v></c>'


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes], **extra: bytes) -> bytes:
    """The same zip with its entries passed through `change`, and more entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in extra.items():
            new.writestr(name, data)
    return out.getvalue()


def same(_name: str, data: bytes) -> bytes:
    return data


def with_cell(cell: bytes) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        return (
            data.replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")
            if "sheet1" in name
            else data
        )

    return changed(workbook(["姓名"]), change)


GOOD = workbook(["姓名"], ["张三"])


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    return {table.name: table.rows for table in read_book(io.BytesIO(content)).tables}


def refused(content: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refusal:
        read_book(io.BytesIO(content))
    return refusal.value.message


def test_workbook_good_one_is_read() -> None:
    assert sheets(GOOD) == {"Sheet": [["姓名"], ["张三"]]}


def test_workbook_rows_keep_their_place() -> None:
    book = openpyxl.Workbook()
    book.active["B3"] = "姓名"
    out = io.BytesIO()
    book.save(out)
    assert sheets(out.getvalue())["Sheet"][2] == ["", "姓名"]


def test_workbook_hidden_sheets_are_left_out() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.create_sheet("字典")["A1"] = "乡镇"
    book["字典"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert list(sheets(out.getvalue())) == ["Sheet"]


def test_workbook_empty_format_cell_far_away_is_harmless() -> None:
    assert sheets(with_cell(b'<c r="XFD1048576" s="1"/>'))["Sheet"] == [["姓名"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"%PDF-1.7", "不是 Excel"),
        (OLE2 + b"\0" * 600, "损坏"),
        (OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (GOOD[: len(GOOD) // 2], "损坏"),
        (GOOD[:40] + b"\xff" * 200 + GOOD[240:], "损坏"),
        (GOOD + b"0" * LARGEST_UPLOAD, "10 MB"),
        (workbook(), "没有数据"),
        (changed(GOOD, same, **{"../../etc/cron.d/x": b""}), "结构"),
        (with_cell(CELL % b"XFD1"), "100 列"),
        (with_cell(CELL % b"xfd1"), "100 列"),
        (with_cell(CELL % b"A1048576"), "30000 行"),
        (with_cell(b"<c><v>1</v></c>"), "不常见"),
        (with_cell(b"<c r='CW1'><v>1</v></c>"), "100 列"),
        (with_cell(b"<x:c t='n' r='A30001'><x:v>1</x:v></x:c>"), "30000 行"),
    ],
)
def test_workbook_refused_with_a_sentence(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_workbook_renamed_word_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    assert "不是 Excel" in refused(out.getvalue())


def test_workbook_zip_bomb_is_stopped_early(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(GOOD, same, **{"xl/media/a.bin": b"\0" * (workbooks.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000
    assert "过大" in refused(bomb)


def test_workbook_bomb_that_lies_about_its_size() -> None:
    bomb = changed(GOOD, same, **{"xl/media/a.bin": b"\0" * 30_000_000})
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = next(e.file_size for e in archive.infolist() if e.filename.endswith("a.bin"))
    lying = bomb.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert refused(lying)


def test_workbook_with_too_many_parts() -> None:
    extra = {f"xl/media/{n}": b"" for n in range(workbooks.MOST_ENTRIES)}
    assert "部件过多" in refused(changed(GOOD, same, **extra))


def test_workbook_encrypted_entry() -> None:
    flagged = bytearray(GOOD)
    start = 0
    while (start := flagged.find(b"PK\x01\x02", start)) >= 0:
        flagged[start + 8] |= 1
        start += 4
    assert "密码" in refused(bytes(flagged))

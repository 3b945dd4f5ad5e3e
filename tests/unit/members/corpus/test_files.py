"""Roster files: 78 inputs of the corpus of bad input (docs/security.md).

Each is read to the very same people, or refused with a sentence, within the caps; never another exception.
"""

import contextlib
import io
import re
import struct
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from apps.core.refusals import Refusal
from apps.files.tables import MOST_ROWS
from apps.files.uploads import LARGEST_UPLOAD
from apps.members.importing.columns import Column
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from tests.unit.members.rosters import HEAD, PEOPLE, csv_of, upload, xlsx

FIXTURES = Path(__file__).parents[3] / "fixtures"
XLS = (FIXTURES / "roster.xls").read_bytes()
ROWS: list[list[Any]] = [HEAD, *PEOPLE]
GOOD = xlsx(("花名册", ROWS))
SHEET = "xl/worksheets/sheet1.xml"
OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def changed(part: str = "", change: Callable[[bytes], bytes] = bytes) -> bytes:
    """The workbook with one part changed."""
    return _rewritten(part, change, {})


def extended(name: str, body: bytes) -> bytes:
    """The workbook with one more part."""
    return _rewritten("", bytes, {name: body})


def _rewritten(part: str, change: Callable[[bytes], bytes], more: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            body = old.read(entry)
            new.writestr(entry, change(body) if entry == part else body)
        for name, body in more.items():
            new.writestr(name, body)
    return out.getvalue()


def with_entity(content: bytes) -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return content.replace(b"?>", b"?>" + entities, 1).replace("王芳".encode(), b"&b;")


def with_file_entity(content: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return content.replace(b"?>", b"?>" + entity, 1).replace("王芳".encode(), b"&a;")


def empty_zip(count: int) -> bytes:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/x{number}", b"")
    return out.getvalue()


def symlink() -> bytes:
    out = io.BytesIO(GOOD)
    entry = zipfile.ZipInfo("xl/link")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def encrypted_entries() -> bytes:
    flagged, at = bytearray(GOOD), 0
    while (at := flagged.find(b"PK\x01\x02", at)) >= 0:
        flagged[at + 8] |= 1
        at += 4
    return bytes(flagged)


def record(kind: int, as_kind: int, content: bytes = XLS) -> bytes:
    """The xls with the first record of a kind made one of another."""
    return re.sub(struct.pack("<H", kind) + b"(?=\x02\x00)", struct.pack("<H", as_kind), content, count=1)


def far_cell() -> bytes:
    """The xls with the string cell of row 2, column B moved to the far corner."""
    return re.sub(b"\xfd\x00\x0a\x00\x02\x00\x01\x00", b"\xfd\x00\x0a\x00\xff\xff\xff\x00", XLS, count=1)


TALL = [["姓名", "电话"], *[[f"王{n}", "1"] for n in range(MOST_ROWS)]]
LETTERS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def text_file(encoding: str, delimiter: str = ",") -> bytes:
    return MARKS.get(encoding, b"") + csv_of(ROWS, encoding, delimiter)


def workbook_name(content: bytes) -> bytes:
    return content.replace("花名册".encode(), b"../../etc/passwd")


# The four people of PEOPLE, whatever they come in.
READ: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: GOOD,
    **{f"csv {name}": partial(text_file, name) for name in LETTERS},
    **{f"tab {name}": partial(text_file, name, "\t") for name in LETTERS},
    "semicolon": lambda: text_file("utf-8", ";"),
    "semicolon gb18030": lambda: text_file("gb18030", ";"),
    "line ends of unix": lambda: text_file("utf-8").replace(b"\r\n", b"\n"),
    "line ends of old macs": lambda: text_file("utf-8").replace(b"\r\n", b"\r"),
    "no line end at the end": lambda: text_file("utf-8").rstrip(),
    "empty lines": lambda: text_file("utf-8").replace(b"\r\n", b"\r\n\r\n"),
    "commas without cells": lambda: text_file("utf-8") + b",,,,\r\n" * 20,
    "everything quoted": lambda: "\n".join(",".join(f'"{c}"' for c in row) for row in ROWS).encode(),
    "line end in a heading": lambda: text_file("utf-8").replace("联系电话".encode(), '"联系\n电话"'.encode()),
    "quotes in a cell": lambda: text_file("utf-8").replace("姓名".encode(), '"""姓名"""'.encode()),
    "numbers kept as text": lambda: re.sub(rb"(138\d{8})", rb'="\1"', text_file("utf-8")),
    "guarded formulas": lambda: text_file("utf-8").replace("东镇".encode(), "'＝东镇".encode()),
    "title rows": lambda: xlsx(("表", [["东镇统战成员花名册"], ["填报单位：东镇"], *ROWS]), merged=["A1:E1"]),
    "many title rows": lambda: xlsx(("表", [*[[f"第{n}条要求"] for n in range(15)], *ROWS])),
    "empty rows above": lambda: xlsx(("表", [[], [], *ROWS])),
    "empty columns before": lambda: xlsx(("表", [["", "", *row] for row in ROWS])),
    "total below": lambda: xlsx(("表", [*ROWS, ["合计", "4人"]])),
    "signatures below": lambda: xlsx(
        ("表", [*ROWS, [], ["填表人：张三", "", "", "13812345678"], ["审核人：李四"]])
    ),
    "note below": lambda: xlsx(("表", [*ROWS, ["说明：请于本周五前报送，电话 13812345678。"]])),
    "heading again": lambda: xlsx(("表", [*ROWS[:3], HEAD, *ROWS[3:]])),
    "sections": lambda: xlsx(
        ("表", [HEAD, ["一、东镇（2人）"], *PEOPLE[:2], ["二、西镇（2人）"], *PEOPLE[2:]])
    ),
    "sample row": lambda: xlsx(
        ("表", [HEAD, ["示例：张三", "男", "1980.01", "13800000000", "东镇"], *PEOPLE])
    ),
    "second sheet": lambda: xlsx(("说明", [["请填写"]]), ("表", ROWS)),
    "hidden sheet": lambda: xlsx(("表", ROWS), ("字典", [HEAD, *PEOPLE, *PEOPLE]), hidden=["字典"]),
    "unknown parts": lambda: extended("xl/extra.bin", b"x" * 1000),
    "macros": lambda: extended("xl/vbaProject.bin", OLE2 + b"Sub Auto_Open()" * 50),
    "external links": lambda: extended("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    "many entries under the cap": lambda: empty_zip(1_900),
    "symlink entry": symlink,
    "name of a sheet like a path": lambda: changed("xl/workbook.xml", workbook_name),
    "format far away": lambda: changed(
        SHEET,
        lambda old: old.replace(b"</sheetData>", b'<row r="9"><c r="XFD1048576" s="0"/></row></sheetData>'),
    ),
    "dimension that lies": lambda: changed(
        SHEET, lambda old: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', old)
    ),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空"),
    "only a mark": (lambda: b"\xef\xbb\xbf", "没有数据"),
    "only spaces": (lambda: b" \n\n ", "没有数据"),
    "too large": (lambda: GOOD + b"0" * LARGEST_UPLOAD, "10 MB"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "不是 Excel"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "不是 Excel"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "不是 Excel"),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"\0" * 100, "不是 Excel"),
    "rar": (lambda: b"Rar!\x1a\x07" + b"\0" * 100, "不是 Excel"),
    "program": (lambda: b"MZ" + b"\0" * 100, "不是 Excel"),
    "zeros": (lambda: b"\0" * 5_000, "不是 Excel"),
    "rubbish": (lambda: bytes(range(256)) * 20, ""),
    "utf-16 without a mark": (lambda: csv_of(ROWS, "utf-16-le"), ""),
    "html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "xml table": (lambda: b'<?xml version="1.0"?><Workbook/>', "网页"),
    "svg": (lambda: b"<svg onload=alert(1)>", "网页"),
    "wide csv": (lambda: csv_of([["姓名", *range(200)], ["王芳", *range(200)]]), "100 列"),
    "tall csv": (lambda: csv_of(TALL), "30000 行"),
    "quote without an end": (lambda: ('姓名,电话\n"' + "王" * 200_000).encode(), "引号"),
    "tall": (lambda: xlsx(("表", TALL)), "30000 行"),
    "wide": (lambda: xlsx(("表", [["姓名", *range(120)]])), "100 列"),
    "last cell": (lambda: changed(SHEET, lambda old: old.replace(b'r="A2"', b'r="XFD1048576"', 1)), "100 列"),
    "last row": (lambda: changed(SHEET, lambda old: old.replace(b'r="A2"', b'r="A1048576"', 1)), "30000 行"),
    "bomb": (lambda: extended("xl/media/a.bin", b"\0" * 120_000_000), "过大"),
    "bomb of shared strings": (lambda: changed("xl/sharedStrings.xml", lambda old: old + b" " * 110_000_000), "过大"),
    "zip in a zip": (lambda: extended("xl/media/a.zip", b"\0" * 120_000_000), "过大"),
    "entries": (lambda: empty_zip(2_001), "部件过多"),
    "path that climbs": (lambda: extended("../../etc/cron.d/x", b""), "结构"),
    "absolute path": (lambda: extended("/etc/passwd", b""), "结构"),
    "locked entries": (encrypted_entries, "密码"),
    "locked workbook": (lambda: OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "cut off": (lambda: GOOD[:-200], "损坏"),
    "cut in half": (lambda: GOOD[: len(GOOD) // 2], "损坏"),
    "overwritten": (lambda: GOOD[:40] + b"\xff" * 200 + GOOD[240:], "损坏"),
    "zip of something": (lambda: changed().replace(b"xl/workbook.xml", b"xl/workbxxk.xml"), ""),
    "sheet that is no xml": (lambda: changed(SHEET, lambda _old: b"\x00\xff" * 50), ""),
    "no sheets": (lambda: changed("xl/workbook.xml", lambda _old: b"<workbook/>"), ""),
    "cells without places": (lambda: changed(SHEET, lambda old: re.sub(rb' r="[A-Z]+\d+"', b"", old)), "不常见"),
    "only hidden sheets": (lambda: changed("xl/workbook.xml", lambda old: old.replace(b"<sheet ", b'<sheet state="hidden" ')), "没有数据"),
    "empty workbook": (lambda: xlsx(("表", [])), "没有数据"),
    "old container": (lambda: OLE2 + b"\0" * 600, "损坏"),
    "xls cut off": (lambda: XLS[:2_000], ""),
    "xls with a password": (lambda: record(0x0042, 0x002F), "密码"),
    "xls with a far cell": (far_cell, "100 列"),
    "xls of Excel 5": (lambda: XLS.replace("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le") + b"\0" * 8), ""),
    "no roster": (lambda: xlsx(("表", [["项目", "金额"], ["纸", 3], ["笔", 4]])), "表头"),
    "letter": (lambda: "各位同事：请于本周五前报送花名册。".encode(), "表头"),
}  # fmt: skip


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(READ) + len(REFUSED) + 3 >= 78


@pytest.mark.parametrize("kind", READ)
def test_file_is_read(kind: str) -> None:
    found = upload(READ[kind](), "whatever.doc")
    assert names(found) >= {person[0] for person in PEOPLE}
    assert guess(found).columns.keys() >= {Column.NAME, Column.PHONE, Column.TOWN}


@pytest.mark.parametrize("kind", REFUSED)
def test_file_is_refused_with_a_sentence(kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises(Refusal) as refusal:
        guess(upload(make()))
    assert words in refusal.value.message
    assert any("一" <= char <= "鿿" for char in refusal.value.message)


def names(found: Upload) -> set[str]:
    mapping = guess(found)
    rows = found.sheet(mapping.sheet).rows[mapping.head_to + 1 :]
    at = mapping.columns[Column.NAME]
    return {str(row[at]) for row in rows if at < len(row)}


@pytest.mark.parametrize("name", ["roster.xls", "roster_1904.xls"])
def test_old_workbook_is_read(name: str) -> None:
    found = upload((FIXTURES / name).read_bytes(), "roster.xlsx")
    assert names(found) >= {"王芳", "李明", "赵强"}
    assert found.is_1904 is ("1904" in name)
    assert found.hidden == ("字典",)
    assert found.sheets[0].blanked[0].title == "身份证号"


@pytest.mark.parametrize("change", [with_entity, with_file_entity])
def test_entities_are_never_resolved(change: Callable[[bytes], bytes]) -> None:
    content = changed("xl/sharedStrings.xml", change)
    try:
        found = str(upload(content))
    except Refusal:
        return
    assert "root:" not in found
    assert "a" * 100 not in found


def test_nul_in_a_cell_is_an_error_of_its_row() -> None:
    found = upload(text_file("utf-8").replace("王芳".encode(), "王\0芳".encode()))
    assert "王\0芳" in names(found)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_xls_is_read_or_refused(seed: int) -> None:
    """A byte changed here and there: never another exception, never a reader that runs away."""
    content = bytearray(XLS)
    for n in range(8):
        content[(seed * 7919 + n * 104_729) % len(content)] ^= 1 << (seed + n) % 8
    with contextlib.suppress(Refusal):
        upload(bytes(content))

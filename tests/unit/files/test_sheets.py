from pathlib import Path

import openpyxl
import pytest

from apps.files.marked import MarkedRow, MarkedSheet, write_marked
from apps.files.sheets import Column, Kind, Sheet, write_workbook


def written(tmp_path: Path, *sheets: Sheet) -> openpyxl.Workbook:
    write_workbook(tmp_path / "a.xlsx", sheets, [("导出人", "施管")])
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", ";=1", " =1", '=HYPERLINK("http://x")', "'=1"],
)
def test_sheets_never_hold_a_formula(tmp_path: Path, text: str) -> None:
    cell = written(tmp_path, Sheet("表", [Column("内容")], [[text]]))["表"]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_sheets_keep_identifiers_as_text(tmp_path: Path) -> None:
    cell = written(tmp_path, Sheet("表", [Column("编号")], [["510000000000000017"]]))["表"]["A2"]
    assert (cell.data_type, cell.value) == ("s", "510000000000000017")


def test_sheets_keep_a_word_in_a_number_column(tmp_path: Path) -> None:
    page = written(tmp_path, Sheet("表", [Column("得分", Kind.POINTS)], [[1.5], ["未评"]]))["表"]
    assert [page["A2"].value, page["A3"].value] == [1.5, "未评"]


def test_sheets_take_names_that_excel_refuses(tmp_path: Path) -> None:
    long = "很" * 40
    book = written(
        tmp_path, *(Sheet(name, [Column("甲")], []) for name in ("a/b[c]", long, long, "", "A/B[C]"))
    )
    assert len(set(book.sheetnames)) == 6
    assert max(map(len, book.sheetnames)) <= 31


def test_sheets_survive_control_and_broken_characters(tmp_path: Path) -> None:
    book = written(tmp_path, Sheet("表", [Column("内容")], [["a\x00\x0b\ud83d"], ["很" * 40_000]]))
    assert len(str(book["表"]["A3"].value)) == 32_767


def test_sheet_given_back_keeps_no_name_that_excel_refuses(tmp_path: Path) -> None:
    sheets = [
        MarkedSheet(name, [MarkedRow(["=1+1"])], 1, range(1))
        for name in ("a/b", "A?B", "'", "很" * 40, "很" * 40)
    ]
    write_marked(tmp_path / "a.xlsx", sheets, progress=lambda done: None)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(set(book.sheetnames)) == 5
    assert book.worksheets[0]["A1"].quotePrefix

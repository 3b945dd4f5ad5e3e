import csv
import tracemalloc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from apps.files import bulk
from apps.files.bulk import Table, TooManyRows, write_csv, write_table
from apps.files.sheets import Column
from tests.fixtures.formulas import PAYLOADS

WATERMARK = "贾管 2026-11-22 10:00 导出编号 E0000001"
# Above the rows: the watermark and the head.
TOP = 2

Rows = Iterable[Sequence[str]]


def table(rows: Rows, *titles: str) -> Table:
    return Table("成员", [Column(title) for title in titles or ("姓名", "单位")], rows, WATERMARK)


def about(count: int) -> list[tuple[str, str]]:
    return [("人数", str(count))]


def written(folder: Path, rows: Rows, *titles: str) -> Path:
    out = folder / "a.xlsx"
    write_table(out, table(rows, *titles), about)
    return out


def read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[TOP:]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("place", [0, 1])
def test_xlsx_never_holds_a_formula(tmp_path: Path, payload: str, place: int) -> None:
    row = ["正常", "正常"]
    row[place] = payload
    page = openpyxl.load_workbook(written(tmp_path, [["前", "前"], row, ["后", "后"]]))["成员"]
    cell = page.cell(TOP + 2, place + 1)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert not page.cell(TOP + 2, 2 - place).quotePrefix
    assert page.cell(TOP + 3, 1).value == "后"


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("place", [0, 1])
def test_csv_never_holds_a_formula(tmp_path: Path, payload: str, place: int) -> None:
    row = ["正常", "正常"]
    row[place] = payload
    write_csv(tmp_path / "a.csv", table([row]), about)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[1][place] == f"'{payload}"
    assert lines[1][1 - place] == "正常"


def test_csv_begins_with_the_mark_that_excel_needs(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", table([["王小明", "甲"]]), about)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[-1] == f"{WATERMARK}；人数：1"


def test_xlsx_keeps_identifiers_as_text(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(written(tmp_path, [["510000000000000017", "13812345678"]]))["成员"]
    cells = [page.cell(TOP + 1, n) for n in (1, 2)]
    assert [cell.value for cell in cells] == ["510000000000000017", "13812345678"]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_xlsx_says_who_when_and_which_on_screen_and_on_paper(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, [["王小明", "甲"]]))
    assert book.sheetnames == ["成员", "筛选条件"]
    for page in book:
        assert page["A1"].value == WATERMARK
        assert page.oddHeader.right.text == WATERMARK
        assert WATERMARK in page.oddFooter.left.text
        assert page.print_title_rows == "$1:$2"
    assert [cell.value for cell in book["筛选条件"][3]] == ["人数", "1"]


def test_xlsx_header_says_an_ampersand_and_not_a_code(tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    write_table(out, Table("成员", [Column("姓名")], [], "甲&D乙"), about)
    assert openpyxl.load_workbook(out)["成员"].oddHeader.right.text == "甲&&D乙"


def test_xlsx_without_rows_is_a_head(tmp_path: Path) -> None:
    assert read(written(tmp_path, [])) == []


def test_xlsx_of_several_pieces_keeps_every_row_in_order(tmp_path: Path) -> None:
    rows = [[f"C{n:07d}", str(n)] for n in range(1_234)]
    assert read(written(tmp_path, rows)) == rows


def test_xlsx_with_more_rows_than_a_sheet_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", 10)
    with pytest.raises(TooManyRows):
        written(tmp_path, [["a", "b"]] * 9)


def test_xlsx_with_uneven_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as many cells"):
        written(tmp_path, [["a", "b"], ["a"]])


def test_xlsx_survives_control_and_broken_characters(tmp_path: Path) -> None:
    rows = [["a\x00\x0b\x1e\x1f\ud83d", "很" * 40_000], ["<b>&amp;", "]]>"]]
    first, second = read(written(tmp_path, rows))
    assert first[0] == "a" + "\ufffd" * 5
    assert len(first[1]) == 32_767
    assert second == ["<b>&amp;", "]]>"]


# What survives a spreadsheet: everything but control characters and halves of pairs. A bare carriage return and
# _x000D_ are kept by Excel's own escapes, which calamine does not undo.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n=+-@'\"<&>;·𠮷㛃"), max_size=12
)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=20))
def test_xlsx_read_back_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    page = openpyxl.load_workbook(written(tmp_path_factory.mktemp("bulk"), rows))["成员"]
    found = [tuple(cell.value or "" for cell in line) for line in page.iter_rows(min_row=TOP + 1, max_col=2)]
    assert found == rows


def test_xlsx_needs_no_more_memory_for_more_rows(tmp_path: Path) -> None:
    tracemalloc.start()
    written(tmp_path, ([f"C{n:07d}", "某某科技有限公司"] for n in range(30_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024

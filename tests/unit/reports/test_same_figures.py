"""Word, PDF and Excel, figure by figure: what stands in one stands in the others, and formulas come to their values."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from apps.files.sheets import Formula
from apps.reports import workbook
from apps.reports.writing import WRITERS
from tests.unit.reports import sample
from tests.unit.reports.printed import pdf_text, sheet, squeezed, word_tables
from tests.unit.reports.test_writing import ASKED

pytestmark = pytest.mark.xdist_group("same figures")
KINDS = ("city", "county", "town", "final", "small")


@pytest.fixture(scope="module", params=KINDS)
def folder(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp(request.param)
    for extension, write in WRITERS.items():
        write(getattr(sample, request.param)(), out / f"report.{extension}", ASKED)
    return out


def test_main_figures_are_the_same_in_all_three(folder: Path) -> None:
    word = word_tables(folder)[("指标", "完成数", "应完成数", "完成率")]
    excel = [(name, done, due, rate) for _office, name, _unit, done, due, rate in sheet(folder, "主要数据")]
    assert word == excel
    text = pdf_text(folder)
    assert [row for row in word if squeezed("".join(row)) not in text] == []


def test_scores_are_the_same_in_all_three(folder: Path) -> None:
    head = ("单位", "基础得分", "加分", "扣分", "总得分", "可计分", "等次")
    word = word_tables(folder).get(head, [])
    excel = [(row[2], *row[3:7], row[9]) for row in sheet(folder, "考核得分汇总")]
    assert [(*row[:5], row[6]) for row in word] == excel
    text = pdf_text(folder)
    assert [row for row in word if squeezed("".join(row)) not in text] == []


def test_months_are_the_same_in_all_three(folder: Path) -> None:
    word = word_tables(folder)[("月份", "数量", "月份", "数量")]
    by_month = [row[:2] for row in word] + [row[2:] for row in word]
    assert by_month == sheet(folder, "月度数据")[:12]
    text = pdf_text(folder)
    assert [row for row in word if squeezed("".join(row)) not in text] == []


def test_offices_below_are_the_same_in_all_three(folder: Path) -> None:
    tables = [
        (head, rows) for head, rows in word_tables(folder).items() if head[0] == "单位" and "等次" not in head
    ]
    below = sheet(folder, "下级单位数据")
    assert bool(tables) == bool(below)
    text = pdf_text(folder)
    for _head, rows in tables:
        for row, cells in zip(rows, below, strict=False):
            assert row[0] == cells[1]
            # Each cell of the document is a count or a rate of the sheet's row.
            assert [cell for cell in row if cell not in cells] == []
            assert squeezed("".join(row)) in text


def test_items_are_the_same_in_word_and_excel(folder: Path) -> None:
    for head, rows in word_tables(folder).items():
        if head[:2] != ("指标", "分值") or "计分规则" in head or "数据" in head or "平均得分" in head:
            continue
        for name, _worth, *scores in rows[:-1]:
            excel = {row[1]: row[5] for row in sheet(folder, name)}
            assert scores == [excel[office] for office in head[2:]], name


def test_formulas_come_to_the_values_that_are_shown(folder: Path) -> None:
    formulas = openpyxl.load_workbook(folder / "report.xlsx")
    values = openpyxl.load_workbook(folder / "report.xlsx", data_only=True)
    checked = 0
    for page in formulas:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    shown = values[page.title]
                    assert reckoned(str(cell.value), shown) == pytest.approx(shown[cell.coordinate].value)
                    checked += 1
    assert checked


def reckoned(formula: str, page: Any) -> Any:
    """What the three shapes of formulas come to: sums of a column, base + bonus - deduction, a rate."""
    if found := re.fullmatch(r"=SUM\((\w+:\w+)\)", formula):
        return sum(cell.value for (cell,) in page[found[1]] if not isinstance(cell.value, str))
    if found := re.fullmatch(r"=(\w+)\+(\w+)-(\w+)", formula):
        base, bonus, deduction = (page[name].value for name in found.groups())
        return base + bonus - deduction
    found = re.fullmatch(r'=IF\((\w+)=0,"(.*)",(\w+)/\1\)', formula)
    assert found, formula
    return page[found[3]].value / page[found[1]].value if page[found[1]].value else found[2]


def test_nothing_small_is_anywhere(tmp_path: Path) -> None:
    figures = sample.small()
    for extension, write in WRITERS.items():
        write(figures, tmp_path / f"report.{extension}", ASKED)
    hidden = word_tables(tmp_path)[("指标", "完成数", "应完成数", "完成率")][0]
    assert hidden == ("结对覆盖率", "<5", "<5", "<5")
    assert not any(isinstance(cell, Formula) for cell in next(iter(workbook._main_figures(figures).rows)))


def test_same_figures_give_the_same_bytes(
    folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.params["folder"]
    for extension, write in WRITERS.items():
        again = tmp_path / f"again.{extension}"
        write(getattr(sample, kind)(), again, ASKED)
        assert again.read_bytes() == (folder / f"report.{extension}").read_bytes(), extension

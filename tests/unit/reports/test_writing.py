"""The three formats say the same, because they are made of one set of figures."""

import datetime as dt
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from apps.reports import phrases
from apps.reports.blocks import Chart, Heading, Table
from apps.reports.document import compose
from apps.reports.figures import AnnualFigures, checksum, to_snapshot
from apps.reports.workbook import Requested
from apps.reports.writing import WRITERS
from tests.unit.reports import sample
from tests.unit.reports.printed import pdf_text, squeezed

pytestmark = pytest.mark.xdist_group("written")
ASKED = Requested("施管", dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC))


@pytest.fixture(scope="module", params=["city", "county"])
def written(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[AnnualFigures, Path]:
    folder = tmp_path_factory.mktemp("reports")
    figures = getattr(sample, request.param)()
    for extension, write in WRITERS.items():
        write(figures, folder / f"report.{extension}", ASKED)
    return figures, folder


def docx_tables(folder: Path) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in docx.Document(str(folder / "report.docx")).tables
    ]


def test_word_has_every_paragraph_and_table(written: tuple[AnnualFigures, Path]) -> None:
    figures, folder = written
    wanted = compose(figures, checksum(to_snapshot(figures)))
    text = squeezed("".join(p.text for p in docx.Document(str(folder / "report.docx")).paragraphs))
    tables = docx_tables(folder)
    for block in (*wanted.body, *wanted.annex):
        if isinstance(block, Table):
            assert [list(block.head), *map(list, block.rows)] in tables
        elif not isinstance(block, Chart):
            assert squeezed(block.text) in text


def test_pdf_has_every_paragraph_and_cell(written: tuple[AnnualFigures, Path]) -> None:
    figures, folder = written
    wanted = compose(figures, checksum(to_snapshot(figures)))
    text = pdf_text(folder)
    assert "".join(wanted.title) in text
    for block in (*wanted.body, *wanted.annex):
        if isinstance(block, Table):
            assert squeezed("".join(block.rows[0])) in text
        elif isinstance(block, Heading):
            assert squeezed(block.text) in text


def test_workbook_has_the_same_totals(written: tuple[AnnualFigures, Path]) -> None:
    figures, folder = written
    book = openpyxl.load_workbook(folder / "report.xlsx", data_only=True)
    rows = {row[2]: row for row in book["考核得分汇总"].iter_rows(min_row=4, values_only=True)}
    text = pdf_text(folder)
    for standing in figures.standings:
        assert rows[standing.name][6] == pytest.approx(float(standing.total))
        assert phrases.score(standing.total) in text


def test_workbook_has_a_sheet_for_each_indicator_and_says_who_asked(
    written: tuple[AnnualFigures, Path],
) -> None:
    figures, folder = written
    book = openpyxl.load_workbook(folder / "report.xlsx")
    for indicator in figures.indicators:
        sheet = book[f"{indicator.number} {indicator.name}"]
        found = {row[1]: row[5] for row in sheet.iter_rows(min_row=5, values_only=True)}
        for outcome in indicator.outcomes:
            wanted = (
                phrases.state_of(outcome) if outcome.score is None else pytest.approx(float(outcome.score))
            )
            assert found[outcome.name] == wanted
    about = dict(book["筛选条件"].iter_rows(min_row=2, values_only=True))
    assert about["导出人"] == "施管"
    assert about["导出时间"] == "2026年11月22日10:00"


def test_workbook_lists_records_by_number(written: tuple[AnnualFigures, Path]) -> None:
    figures, folder = written
    sheet = openpyxl.load_workbook(folder / "report.xlsx")["支撑记录"]
    numbers = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert numbers == [record.number for record in figures.records]
    assert all(cell.data_type == "s" for cell in sheet["B"][3:])


def test_all_three_carry_the_same_checksum_or_time(written: tuple[AnnualFigures, Path]) -> None:
    figures, folder = written
    mark = checksum(to_snapshot(figures))[:16]
    word = "".join(p.text for p in docx.Document(str(folder / "report.docx")).paragraphs)
    assert mark in word
    assert mark in pdf_text(folder)
    assert mark in str(list(openpyxl.load_workbook(folder / "report.xlsx")["筛选条件"].values))


def test_word_keeps_the_page_of_the_standard(written: tuple[AnnualFigures, Path]) -> None:
    section = docx.Document(str(written[1] / "report.docx")).sections[0]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    wanted = {"type": "linesAndChars", "linePitch": "580", "charSpace": "-848"}
    assert {name: grid.get(qn(f"w:{name}")) for name in wanted} == wanted


def test_pdf_embeds_only_its_own_fonts(written: tuple[AnnualFigures, Path]) -> None:
    fonts = set()
    for page in pypdf.PdfReader(written[1] / "report.pdf").pages:
        resources: Any = page["/Resources"]
        fonts |= {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()}
    assert fonts
    assert all("NotoSerifSC" in font for font in fonts)

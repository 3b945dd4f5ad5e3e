"""Workbooks opened in LibreOffice: what people see there is what was meant."""

from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.members.importing.template import VERSION, write_template
from apps.members.models import Appointment, Category, Member, Organization
from tests.cast import Tree
from tests.fixtures.office_suite import converted, opened, with_office_suite
from tests.integration.members.exports import export
from tests.integration.members.importing import HEAD, person, tried

pytestmark = [pytest.mark.django_db, with_office_suite]


def copied(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_template_keeps_its_drop_downs(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    with path.open("wb") as out:
        write_template(out, tree.county)
    book = opened(path, tmp_path)
    assert book.sheetnames == ["说明", "花名册", "同意书", "选项"]
    assert book.active.title == "花名册"
    assert book["选项"].sheet_state == "hidden"
    rules = [rule for rule in book["花名册"].data_validations.dataValidation if rule.type == "list"]
    offered = [_options(book, rule.formula1) for rule in rules]
    assert [str(label) for label in Category.labels] in offered
    assert ["东镇", "西镇"] in offered
    assert VERSION in [cell.value for row in book["说明"].iter_rows() for cell in row]


def _options(book: Any, source: str) -> list[str]:
    """The words of a drop-down: 选项!$A$1:$A$2."""
    sheet, _bang, cells = source.rpartition("!")
    return [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]


@pytest.fixture
def listed(tree: Tree, make_member: Any) -> Member:
    """Somebody whose post a spreadsheet would run."""
    member: Member = make_member("王芳", phone="13812345678")
    place = Organization.objects.create(office=tree.town, name="甲厂", kind="enterprise")
    Appointment.objects.create(member=member, organization=place, title='=HYPERLINK("http://x")')
    return member


def test_export_shows_text_and_watermark(county_admin: User, listed: Member, tmp_path: Path) -> None:
    stored = export(county_admin, columns=("name", "number", "post"))
    path = copied(stored.path.read_bytes(), tmp_path, "名单.xlsx")
    sheet = opened(path, tmp_path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any("HYPERLINK" in cell.value for cell in cells)
    assert listed.record_number in [cell.value for cell in cells]
    assert county_admin.username in sheet["A1"].value
    assert (
        county_admin.username
        in f"{sheet.oddHeader.center.text}{sheet.oddHeader.left.text}{sheet.oddHeader.right.text}"
    )


def test_export_prints_its_watermark(county_admin: User, listed: Member, tmp_path: Path) -> None:
    path = copied(export(county_admin).path.read_bytes(), tmp_path, "名单.xlsx")
    assert converted(path, "pdf", tmp_path).read_bytes().startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_workbook_back_shows_faults_in_red(tree: Tree, county_admin: User, tmp_path: Path) -> None:
    batch = tried([HEAD, person(1), person(2, 联系电话="1")], tree.county, county_admin)
    assert batch.workbook is not None
    path = copied(batch.workbook.path.read_bytes(), tmp_path, "原表.xlsx")
    sheet = opened(path, tmp_path).worksheets[0]
    red = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFF8D7D4"
    }
    assert red == {"D3"}
    assert "手机号码" in sheet.cell(3, len(HEAD) + 1).value

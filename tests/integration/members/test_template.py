"""The template as it comes out, and as it is read back."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.members.importing import outcomes
from apps.members.importing.batches import ask_to_try, open_batch
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.importing.template import VERSION, write_template
from apps.members.models import Category
from tests.cast import Tree
from tests.integration.members.importing import worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tree: Tree) -> Workbook:
    out = io.BytesIO()
    write_template(out, tree.county)
    return load_workbook(io.BytesIO(out.getvalue()))


def read_back(book: Workbook) -> Upload:
    out = io.BytesIO()
    book.save(out)
    return Upload.read("模板.xlsx", ContentFile(out.getvalue()))


def test_template_offers_the_closed_lists(book: Workbook) -> None:
    assert book.sheetnames == ["说明", "花名册", "同意书", "选项"]
    assert book.active.title == "花名册"
    assert book["选项"].sheet_state == "hidden"
    offered = [[cell.value for cell in column if cell.value] for column in book["选项"].iter_cols()]
    assert ["东镇", "西镇"] in offered
    assert [str(label) for label in Category.labels] in offered
    assert len(book["花名册"].data_validations.dataValidation) >= 4
    assert book["同意书"]["A1"].value == "统一战线成员登记告知与同意书"


def test_template_is_read_back_without_its_samples(tree: Tree, county_admin: User, book: Workbook) -> None:
    filled: list[Any] = ["1", "王芳", "女", "1978.05", "13812345678", "", "甲厂", "厂长"]
    filled += ["非公有制经济人士", "东镇", "", "是", "2026-03-01"]
    for at, value in enumerate(filled, start=1):
        book["花名册"].cell(4, at, value)
    upload = read_back(book)
    mapping = guess(upload)
    assert upload.template == VERSION
    assert len(mapping.columns) == 13
    assert mapping.left_out == ()
    batch = open_batch(upload=upload, mapping=mapping, office=tree.county, evidence=None, by=county_admin)
    ask_to_try(batch, county_admin)
    found = outcomes.kept(worked(batch).outcomes)
    assert [(outcome.kind, outcome.name) for outcome in found] == [("new", "王芳")]


def test_an_old_version_is_named_kindly(
    client: Client, settings: Settings, tree: Tree, county_admin: User, book: Workbook
) -> None:
    settings.DEMO = True
    client.force_login(county_admin)
    book["说明"]["B2"] = "2025-1"
    book["花名册"].cell(4, 2, "王芳")
    book["花名册"].cell(4, 10, "东镇")
    upload = read_back(book)
    batch = open_batch(
        upload=upload, mapping=guess(upload), office=tree.county, evidence=None, by=county_admin
    )
    ask_to_try(batch, county_admin)
    assert "2025-1" in client.get(f"/members/import/{worked(batch).pk}/").text


def test_template_is_downloaded(client: Client, settings: Settings, county_admin: User) -> None:
    settings.DEMO = True
    client.force_login(county_admin)
    answer = client.get("/members/import/template/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames[1] == "花名册"

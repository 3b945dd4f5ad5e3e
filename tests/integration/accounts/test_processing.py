"""The record of processing says of every personal column what it is, why, how long and who reads it."""

import csv
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from apps.accounts import processing
from apps.accounts.processing import Undeclared, processing_record
from apps.core.privacy import our_models, parse, speaking_fields
from apps.members.models import Member
from apps.pairing.models import Visit


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def test_record_holds_every_personal_column() -> None:
    said = {(line.table, line.column) for line in processing_record()}
    personal = {
        (model._meta.db_table, field.column)
        for model in our_models()
        for field in speaking_fields(model)
        if (says := parse(field.db_comment)) and says.sensitivity != "none"
    }
    assert said == personal
    assert {("members_member", "phone"), ("pairing_visitevent", "text")} <= said


def test_line_says_class_end_and_readers() -> None:
    (text,) = [line for line in processing_record([Visit]) if line.column == "text"]
    assert (text.name, text.sensitivity, text.end) == ("内容", "敏感", "事毕后 2 年")
    assert "统战干部" in text.seen_by
    assert "审计员" not in text.seen_by


def test_column_without_declaration_stops_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Member._meta.get_field("phone"), "db_comment", "")
    with pytest.raises(CommandError, match=r"members\.Member\.phone"):
        call_command("privacy_report", stdout=StringIO())


def test_app_without_purpose_stops_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(processing.PURPOSES, "members")
    with pytest.raises(Undeclared, match=r"members\.Member"):
        processing_record([Member])


def test_report_is_a_chapter_a_table_or_a_sheet() -> None:
    out = StringIO()
    call_command("privacy_report", stdout=out)
    assert "## 统战成员（`members_member`）" in out.getvalue()
    sheet = StringIO()
    call_command("privacy_report", format="csv", stdout=sheet)
    rows = list(csv.reader(StringIO(sheet.getvalue())))
    assert len(rows) == 1 + len(processing_record())

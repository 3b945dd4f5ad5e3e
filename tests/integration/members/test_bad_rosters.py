"""Rosters that hurt: a clear Chinese sentence, never a 500, nothing half-written (guide: security, §6)."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.files.models import StoredFile
from apps.members.importing.findings import Summary
from apps.members.models import ImportBatch, Member
from tests.cast import Tree
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import work_off

IMPORT = "/members/import/"
HEAD = ["姓名", "性别", "出生年月", "联系电话", "所在乡镇"]
GOOD = ["王芳", "女", "1956.1", "13812345678", "东镇"]


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


def tried(admin: Client, typed: dict[str, Any]) -> Summary:
    """What the dry run finds of an upload."""
    answer = admin.post(IMPORT, typed)
    assert answer.status_code == 302
    work_off()
    return Summary.from_store(ImportBatch.objects.latest("pk").summary, applied=False)


def confirm(admin: Client) -> None:
    """Enter what was tried last."""
    admin.post(f"{IMPORT}{ImportBatch.objects.latest('pk').pk}/apply/")
    work_off()


def workbook(*rows: list[Any]) -> bytes:
    return sheet_of([HEAD, *rows])


def sheet_of(rows: list[list[Any]]) -> bytes:
    return roster_file(rows).read() or b""


def with_part(content: bytes, name: str, body: bytes) -> bytes:
    """The workbook with one more part, packed."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


def replaced(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            body = old.read(entry)
            new.writestr(entry, change(body) if entry == part else body)
    return out.getvalue()


def many_entries() -> bytes:
    out = io.BytesIO(workbook(GOOD))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"xl/x{number}", b"")
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text without a table": lambda: "各位同事：请于本周五前报送花名册。".encode(),
    "pdf renamed": lambda: b"%PDF-1.4 roster",
    "html renamed": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "old xls": lambda: OLE2 + b"\0" * 600,
    "encrypted": lambda: OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "truncated": lambda: workbook(GOOD)[:-200],
    "cut in the middle": lambda: workbook(GOOD)[:900],
    "zip of something": lambda: with_part(b"", "hello.txt", b"hello"),
    "no sheets": lambda: replaced(workbook(GOOD), "xl/workbook.xml", lambda _old: b"<workbook/>"),
    "sheet that is no xml": lambda: replaced(workbook(GOOD), SHEET, lambda _old: b"\x00\xff" * 50),
    "bomb": lambda: with_part(workbook(GOOD), "xl/media/a.bin", b"0" * 120_000_000),
    "cell at the edge": lambda: replaced(
        workbook(GOOD), SHEET, lambda old: re.sub(rb'r="A2"', b'r="XFD1048576"', old, count=1)
    ),
    "many entries": many_entries,
    "no header": lambda: sheet_of([["甲", "乙"], ["王芳", "女"]]),
    "only a title": lambda: sheet_of([["花名册"]]),
    "blank sheet": lambda: sheet_of([]),
    "too large": lambda: b"PK\x03\x04" + b"0" * (10 * 1024 * 1024),
}


@pytest.mark.parametrize("kind", FILES)
def test_bad_file_is_said_plainly(admin: Client, tree: Tree, kind: str) -> None:
    upload = SimpleUploadedFile("roster.xlsx", FILES[kind]())
    answer = admin.post(IMPORT, {"office": tree.county.pk, "roster": upload})
    assert answer.status_code == 422
    assert answer.context["form"].errors["roster"]
    assert not Member.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("rows", [[], [["合计", "", "", "", ""]]], ids=["no rows", "only a total"])
def test_roster_without_people_is_said_plainly(admin: Client, tree: Tree, rows: list[list[str]]) -> None:
    upload = SimpleUploadedFile("roster.xlsx", workbook(*rows))
    answer = admin.post(IMPORT, {"office": tree.county.pk, "roster": upload})
    work_off()
    assert "表头下面没有人员" in admin.get(answer["Location"]).text


CELLS = {
    "no name": (0, ""),
    "digits in the name": (0, "王芳2"),
    "two people": (0, "王芳芳 李明明"),
    "right to left": (0, "王\u202e芳"),
    "zero width": (0, "王\u200b芳"),
    "private character": (0, "王\ue000"),
    "long name": (0, "王" * 10_000),
    "remark as a name": (0, "此人信仰宗教表现落后"),
    "third gender word": (1, "先生"),
    "month 13": (2, "1983.13"),
    "29 February": (2, "2025-02-29"),
    "lunar": (2, "二〇二五年闰六月初一"),
    "year only": (2, "1956"),
    "future": (2, "2099-01"),
    "too old": (2, "1901-01"),
    "infinity": (2, "1e400"),
    "short phone": (3, "1380000"),
    "two phones": (3, "13812345678/13912345678"),
    "scientific": (3, "1.38E+10"),
    "letters in phone": (3, "1381234567X"),
    "long phone": (3, "1" * 10_000),
    "unknown town": (4, "不存在镇"),
    "town next door": (4, "南镇"),
    "no town": (4, ""),
    "long town": (4, "镇" * 10_000),
}


@pytest.mark.parametrize("kind", CELLS)
def test_bad_cell_is_reported_and_left_out(admin: Client, tree: Tree, kind: str) -> None:
    position, value = CELLS[kind]
    bad = [*GOOD[:position], value, *GOOD[position + 1 :]]
    other = ["李明", "男", "1970.2", "13912345678", "西镇"]
    summary = tried(admin, {"office": tree.county.pk, "roster": roster_file([HEAD, bad, other])})
    assert (summary.rows, summary.new) == (2, 1)
    (error,) = summary.errors
    assert (error.row, error.column) == (2, HEAD[position])
    assert error.message
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("工作单位", "佛教协会", "宗教"),
        ("工作单位", "厂" * 10_000, "过长"),
        ("工作单位", "东风\u202e纺织厂", "控制字符"),
        ("职务", "思想落后的经理", ""),
        ("成员类别", "少数民族人士", "民族"),
        ("成员类别", "重点人员", "不认识"),
        ("本人是否同意登记", "也许", "是"),
        ("电子邮箱", "not an address", "邮箱"),
    ],
)
def test_bad_value_in_another_column(admin: Client, tree: Tree, title: str, value: str, said: str) -> None:
    upload = roster_file([[*HEAD, title], [*GOOD, value]])
    (error,) = tried(admin, {"office": tree.county.pk, "roster": upload}).errors
    assert (error.row, error.column) == (2, title)
    assert said in error.message


def test_columns_not_to_be_kept_are_named_and_never_stored(admin: Client, tree: Tree) -> None:
    titles = ["身份证号", "民族", "宗教信仰", "家庭住址", "备注", "政治面貌"]
    secrets = ["320102195601011234", "某某族", "某某教", "某路一号", "某评语", "某面貌"]
    upload = roster_file([[*HEAD, *titles], [*GOOD, *secrets]])
    summary = tried(admin, {"office": tree.county.pk, "roster": upload})
    assert summary.left_out == tuple(titles)
    kept = [stored.path.read_bytes() for stored in StoredFile.objects.all()]
    assert len(kept) == 4
    assert not any(secret.encode() in content for secret in secrets for content in kept)
    confirm(admin)
    assert Member.objects.get().name == "王芳"


def test_another_users_upload_cannot_be_confirmed(
    admin: Client, client: Client, city_admin: User, tree: Tree
) -> None:
    admin.post(IMPORT, {"office": tree.county.pk, "roster": roster_file([HEAD, GOOD])})
    work_off()
    client.force_login(city_admin)
    batch = ImportBatch.objects.get()
    assert client.post(f"{IMPORT}{batch.pk}/apply/").status_code == 404
    assert "王芳" not in client.get(f"{IMPORT}{batch.pk}/").text
    assert not Member.objects.exists()


def test_office_of_another_county_is_refused(admin: Client, tree: Tree) -> None:
    upload = roster_file([HEAD, GOOD])
    assert admin.post(IMPORT, {"office": tree.other_county.pk, "roster": upload}).status_code == 422


def test_script_as_scan_is_refused(admin: Client, tree: Tree) -> None:
    scan = SimpleUploadedFile("scan.pdf", b"<svg onload=alert(1)>")
    typed = {"office": tree.county.pk, "roster": roster_file([HEAD, GOOD]), "scan": scan}
    answer = admin.post(IMPORT, typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["scan"]
    assert not StoredFile.objects.exists()


def test_member_of_another_county_is_left_alone(
    admin: Client, tree: Tree, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", phone="13812345678", office=tree.far_town)
    summary = tried(admin, {"office": tree.county.pk, "roster": roster_file([HEAD, GOOD])})
    assert summary.skips[0].message == "已有登记，请联系上级"


def test_changed_cells_update_and_empty_ones_do_not(
    admin: Client, tree: Tree, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", phone="13812345678", gender="female")
    rows = [HEAD, ["王芳", "", "1956.1", "138-1234-5678", "西镇"]]
    tried(admin, {"office": tree.county.pk, "roster": roster_file(rows)})
    confirm(admin)
    member = Member.objects.get()
    assert (member.office, member.gender, member.version) == (tree.other_town, "female", 2)
    assert member.birth_month is not None
    assert member.phone == "13812345678"


def test_colleague_of_the_same_office_confirms_what_they_read(
    admin: Client, client: Client, make_user: Callable[..., User], tree: Tree
) -> None:
    admin.post(IMPORT, {"office": tree.county.pk, "roster": roster_file([HEAD, GOOD])})
    work_off()
    colleague = make_user("colleague", RoleName.OFFICE_ADMIN, tree.county)
    client.force_login(colleague)
    batch = ImportBatch.objects.get()
    assert "王芳" in client.get(f"{IMPORT}{batch.pk}/").text
    read = AuditEvent.objects.get(target_label=ImportBatch._meta.label_lower, action=AuditEvent.Action.READ)
    assert (read.actor, read.detail) == (colleague, {"rows": 1})
    client.post(f"{IMPORT}{batch.pk}/apply/")
    work_off()
    assert Member.objects.get().name == "王芳"
    created = AuditEvent.objects.get(target_label=Member._meta.label_lower)
    assert created.actor == colleague


def test_workbook_back_is_for_who_uploaded_it(
    admin: Client, client: Client, make_user: Callable[..., User], tree: Tree
) -> None:
    admin.post(IMPORT, {"office": tree.county.pk, "roster": roster_file([HEAD, GOOD])})
    work_off()
    stored = ImportBatch.objects.get().workbook
    assert stored is not None
    client.force_login(make_user("colleague", RoleName.OFFICE_ADMIN, tree.county))
    assert client.get(reverse("files:download", args=[stored.public_id])).status_code == 404

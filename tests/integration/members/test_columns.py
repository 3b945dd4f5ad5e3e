"""The page between upload and dry run: what each column is taken for, and what a person says instead."""

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.members.importing.columns import Column
from apps.members.importing.mapping import Mapping
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch, Member, RosterMemory
from tests.cast import Tree
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import work_off
from tests.unit.members.rosters import PEOPLE, xlsx

IMPORT = "/members/import/"
HEAD = ["姓名", "性别", "出生年月", "常用号", "所在乡镇"]


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


@pytest.fixture
def sent(admin: Client, tree: Tree) -> Callable[..., str]:
    """Upload rows; gives where that leads."""

    def send(rows: Sequence[Sequence[Any]], name: str = "roster.xlsx") -> str:
        answer = admin.post(IMPORT, {"office": tree.county.pk, "roster": roster_file(rows, name)})
        assert answer.status_code == 302, answer.context["form"].errors
        return str(answer["Location"])

    return send


def latest() -> ImportBatch:
    return ImportBatch.objects.latest("pk")


def mapping() -> Mapping[Column]:
    return Mapping.from_store(latest().mapping)


def test_certain_columns_go_straight_to_the_dry_run(sent: Callable[..., str]) -> None:
    assert (
        sent([["姓名", "性别", "所在乡镇"], *[[p[0], p[1], p[4]] for p in PEOPLE]])
        == f"{IMPORT}{latest().pk}/"
    )
    work_off()
    assert latest().state == ImportBatch.State.TRIED


def test_columns_known_by_values_are_shown_first(admin: Client, sent: Callable[..., str]) -> None:
    page = admin.get(sent([HEAD, *PEOPLE]))
    assert page.status_code == 200
    assert "常用号" in page.text
    assert "按内容识别" in page.text
    assert "138****5671" in page.text
    assert PEOPLE[0][3] not in page.text
    assert not Job.objects.filter(kind="members.try_import").exists()


def test_correction_is_tried_and_remembered(admin: Client, sent: Callable[..., str], tree: Tree) -> None:
    head = ["姓名", "性别", "出生年月", "手机", "所在乡镇", "单位及电话"]
    where = sent([head, *[[*p, f"0523-8688123{n}"] for n, p in enumerate(PEOPLE)]])
    work_off()
    said = {
        f"column_{at}": column for at, column in enumerate(["name", "gender", "birth", "", "town", "phone"])
    }
    answer = admin.post(f"{where.removesuffix('columns/')}columns/", {"sheet": "0", "head_to": "0", **said})
    assert answer["Location"] == f"{IMPORT}{latest().pk}/"
    work_off()
    assert mapping().columns[Column.PHONE] == 5
    assert latest().summary["new"] == 4
    assert latest().summary["left_out"] == ["手机"]
    kept = {memory.heading: memory.column for memory in RosterMemory.objects.filter(office=tree.county)}
    assert kept == {"手机": "", "单位及电话": "phone"}
    sent([head, *[[*p, f"0523-8688124{n}"] for n, p in enumerate(PEOPLE)]])
    assert mapping().columns[Column.PHONE] == 5


def test_another_office_remembers_nothing(sent: Callable[..., str], tree: Tree) -> None:
    RosterMemory.objects.create(office=tree.other_county, heading="常用号", column="")
    sent([HEAD, *PEOPLE])
    assert Column.PHONE in mapping().columns


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"column_1": "gender"}, "姓名"),
        ({"column_0": "name", "column_3": "phone", "column_1": "phone"}, "只能选一列"),
        ({"column_0": "name", "column_3": "score"}, ""),
        ({"column_0": "name", "head_to": "99"}, ""),
    ],
)
def test_bad_correction_is_shown_and_not_stored(
    admin: Client, sent: Callable[..., str], said: dict[str, str], words: str
) -> None:
    where = sent([HEAD, *PEOPLE])
    before = latest().mapping
    answer = admin.post(where, {"sheet": "0", "head_to": "0", **said})
    assert answer.status_code == 422
    assert words in answer.text
    assert latest().mapping == before
    assert not RosterMemory.objects.exists()


def test_another_sheet_can_be_chosen(admin: Client, tree: Tree) -> None:
    head = ["姓名", "性别", "出生年月", "手机", "所在乡镇"]
    file = roster_file([])
    file = type(file)("two.xlsx", xlsx(("甲", [head, *PEOPLE]), ("乙", [head, *PEOPLE[:2]])))
    where = admin.post(IMPORT, {"office": tree.county.pk, "roster": file})["Location"]
    page = admin.get(f"{where}?sheet=1")
    assert "工作表“乙”" in page.text
    said = {f"column_{at}": column for at, column in enumerate(["name", "gender", "birth", "phone", "town"])}
    admin.post(where, {"sheet": "1", "head_to": "0", **said})
    work_off()
    assert (mapping().sheet, latest().summary["new"]) == ("乙", 2)


def test_heading_can_be_moved(admin: Client, sent: Callable[..., str]) -> None:
    where = sent([HEAD, ["", "", "（年月）", "", ""], *PEOPLE])
    said = {f"column_{at}": column for at, column in enumerate(["name", "gender", "birth", "phone", "town"])}
    admin.post(where, {"sheet": "0", "head_to": "1", **said})
    work_off()
    assert (latest().summary["rows"], latest().summary["errors"]) == (4, [])


def test_only_the_uploader_sees_the_columns(
    admin: Client, client: Client, city_admin: User, sent: Callable[..., str]
) -> None:
    where = sent([HEAD, *PEOPLE])
    client.force_login(city_admin)
    assert client.get(where).status_code == 404


@pytest.mark.parametrize("state", ["applied", "undone", "ended"])
def test_columns_of_what_is_over_cannot_be_changed(
    admin: Client, sent: Callable[..., str], state: str
) -> None:
    where = sent([HEAD, *PEOPLE])
    ImportBatch.objects.update(state=state)
    assert admin.get(where).status_code == 404


# -- what is not kept ---------------------------------------------------------------------------------------

SECRETS = {
    "身份证号": "320102195601011234",
    "民族": "回族CANARY",
    "宗教信仰": "信仰CANARY",
    "政治面貌": "面貌CANARY",
    "家庭住址": "住址CANARY路1号",
    "籍贯": "籍贯CANARY",
    "健康状况": "健康CANARY",
    "备注": "备注CANARY",
    "说明": "说明CANARY",
    "remarks": "remarksCANARY",
    "配偶姓名": "配偶CANARY",
    "特长": "特长CANARY",
    # Under headings that say nothing, or something else.
    "备用1": "320102195601011242",
    "职务": "32010219560101125X",
    "备用2": "满族",
    "备用3": "基督教",
    "备用4": "中共党员",
    "备用5": "3.20102195601011e17",
}


def test_nothing_that_must_not_be_kept_is_anywhere(
    admin: Client, tree: Tree, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    """The canaries of every such column: not in the kept file, the tables, the pages, the log, the workbook back."""
    secrets = [float(v) if v.endswith("e17") else v for v in SECRETS.values()]
    head = ["姓名", "联系电话", "所在乡镇", *SECRETS]
    rows = [[p[0], p[3], p[4], *secrets] for p in PEOPLE]
    rows[0][1] = "13812345671 320102195601011269"
    note = ["说明：此表中有人信教CANARY，请注意，保密。"]
    upload = roster_file([["CANARY县花名册"], head, *rows, note])
    where = admin.post(IMPORT, {"office": tree.county.pk, "roster": upload})["Location"]
    pages = [admin.get(where).text]
    # However the columns are corrected: what was emptied stays so.
    said = {f"column_{at}": "email" if at == 3 else "title" if at == 12 else "" for at in range(3, len(head))}
    admin.post(
        where,
        {"sheet": "0", "head_to": "1", "column_0": "name", "column_1": "phone", "column_2": "town", **said},
    )
    work_off()
    pages.append(admin.get(f"{IMPORT}{latest().pk}/").text)
    admin.post(f"{IMPORT}{latest().pk}/apply/")
    work_off()
    pages.append(admin.get(f"{IMPORT}{latest().pk}/").text)
    assert Member.objects.count() == 3
    kept = [path.read_bytes() for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    assert kept
    tables = [
        *StoredFile.objects.values(),
        *ImportBatch.objects.values(),
        *AuditEvent.objects.values(),
        *Job.objects.values(),
    ]
    found = [*kept, *(str(row).encode() for row in [*tables, *pages, caplog.text])]
    for secret in ["CANARY县", "CANARY，", "320102195601011269", *map(str, SECRETS.values())]:
        assert not any(secret.encode() in one for one in found), secret


def test_emptied_columns_are_named_with_the_reason(admin: Client, sent: Callable[..., str]) -> None:
    titles = ["身份证号", "备注", "特长", "配偶姓名"]
    where = sent([[*HEAD, *titles], *[[*p, "320102195601011234", "x", "y", "z"] for p in PEOPLE]])
    page = admin.get(where).text
    for title in titles:
        assert title in page
    assert "涉及其他人" in page
    assert re.search("改成下列说法之一，重新上传：[^<]*工作单位", page)
    assert latest().upload is not None
    sheet = Upload.kept(latest().upload).sheets[0]  # type: ignore[arg-type]
    assert [left.title for left in sheet.blanked] == titles


# -- several sheets ---------------------------------------------------------------------------------------------


WITHOUT_TOWN = ["姓名", "性别", "出生年月", "手机"]


def workbook(admin: Client, tree: Tree, *sheets: tuple[str, Sequence[Sequence[Any]]]) -> str:
    """Upload a workbook; gives the page of its columns."""
    file = roster_file([])
    file = type(file)("book.xlsx", xlsx(*sheets))
    return str(admin.post(IMPORT, {"office": tree.county.pk, "roster": file})["Location"])


def of_towns() -> list[tuple[str, Sequence[Sequence[Any]]]]:
    """A sheet for each town, which its name says; 周强 stands in both."""
    people = [person[:4] for person in PEOPLE]
    return [("东镇", [WITHOUT_TOWN, *people[:2]]), ("西镇", [["花名册"], WITHOUT_TOWN, *people[1:]])]


def chosen(*read: int, **said: str) -> dict[str, Any]:
    columns = {f"column_{at}": column for at, column in enumerate(["name", "gender", "birth", "phone"])}
    return {"sheet": "0", "head_to": "0", "read": [str(at) for at in read], **columns, **said}


def test_sheets_with_the_same_columns_are_ticked(admin: Client, tree: Tree) -> None:
    other = ("经费", [["姓名", "工作单位", "成员类别"], ["王芳", "甲厂", "其他"], ["李强", "乙厂", "其他"]])
    page = admin.get(workbook(admin, tree, *of_towns(), other))
    form = page.context["form"]
    assert [label for _at, label in form.fields["read"].choices] == [
        "东镇（2 行）",
        "西镇（3 行）",
        "经费（2 行）",
    ]
    assert form.fields["read"].initial == ["0", "1"]


def test_all_sheets_of_towns_are_one_import(admin: Client, tree: Tree) -> None:
    admin.post(workbook(admin, tree, *of_towns()), chosen(0, 1))
    work_off()
    assert (latest().summary["new"], len(latest().summary["skips"])) == (4, 1)
    page = admin.get(f"{IMPORT}{latest().pk}/").text
    assert "与工作表“东镇”第 3 行重复" in page
    assert "西镇 3" in page
    admin.post(f"{IMPORT}{latest().pk}/apply/")
    work_off()
    homes = dict(Member.objects.values_list("name", "office__name"))
    assert homes == {
        PEOPLE[0][0]: "东镇",
        PEOPLE[1][0]: "东镇",
        PEOPLE[2][0]: "西镇",
        PEOPLE[3][0]: "西镇",
    }


def test_workbook_back_has_every_sheet_that_was_read(admin: Client, tree: Tree) -> None:
    admin.post(workbook(admin, tree, *of_towns()), chosen(0, 1))
    work_off()
    stored = latest().workbook
    assert stored is not None
    book = load_workbook(io.BytesIO(stored.path.read_bytes()))
    assert book.sheetnames == ["东镇", "西镇"]
    remarks = [str(row[-1].value) for row in book["西镇"].iter_rows()]
    assert remarks[1] == "错误原因"
    assert "重复" in remarks[2]


def test_one_of_several_sheets_can_be_picked(admin: Client, tree: Tree) -> None:
    admin.post(workbook(admin, tree, *of_towns()), chosen(1, sheet="1", head_to="1"))
    work_off()
    assert [sheet.sheet for sheet in mapping().sheets] == ["西镇"]
    assert latest().summary["new"] == 3


def test_correction_of_one_sheet_is_kept_while_another_is_looked_at(admin: Client, tree: Tree) -> None:
    where = workbook(admin, tree, *of_towns())
    admin.post(where, chosen(0, 1, column_3=""))
    admin.post(where, chosen(0, 1, sheet="1", head_to="1"))
    first, second = mapping().sheets
    assert Column.PHONE not in first.columns
    assert Column.PHONE in second.columns


def test_sheet_without_names_is_told(admin: Client, tree: Tree) -> None:
    nameless = ("单位", [["性别", "手机", "所在乡镇"], *[[p[1], p[3], p[4]] for p in PEOPLE]])
    answer = admin.post(workbook(admin, tree, of_towns()[0], nameless), chosen(0, 1))
    assert answer.status_code == 422
    assert "工作表“单位”没有认出姓名列" in answer.text


def test_hidden_sheets_are_named(admin: Client, tree: Tree) -> None:
    content = load_workbook(io.BytesIO(xlsx(*of_towns(), ("旧表", [WITHOUT_TOWN, PEOPLE[3][:4]]))))
    content["旧表"].sheet_state = "hidden"
    out = io.BytesIO()
    content.save(out)
    file = type(roster_file([]))("book.xlsx", out.getvalue())
    where = admin.post(IMPORT, {"office": tree.county.pk, "roster": file})["Location"]
    assert "隐藏的：旧表" in admin.get(where).text

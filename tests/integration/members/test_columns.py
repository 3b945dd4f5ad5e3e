"""The page between upload and dry run: what each column is taken for, and what a person says instead."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
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


def mapping() -> Mapping:
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
    assert latest().upload is not None
    sheet = Upload.kept(latest().upload).sheets[0]  # type: ignore[arg-type]
    assert [left.title for left in sheet.blanked] == titles

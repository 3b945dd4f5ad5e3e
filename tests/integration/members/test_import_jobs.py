"""An import from the upload to the result: what each row becomes, what is said, and that nothing happens twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.core.access import SYSTEM
from apps.core.refusals import Conflict
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.members.actions import Particulars, register_member, withdraw_member
from apps.members.importing import outcomes
from apps.members.importing.batches import ask_to_apply, ask_to_try
from apps.members.importing.ending import end_imports
from apps.members.importing.outcomes import OutcomeKind
from apps.members.models import Departed, ImportBatch, Member
from tests.cast import YEAR_START, Tree
from tests.integration.members.importing import HEAD, applied, person, tried, work_off, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


def kinds(batch: ImportBatch) -> list[str]:
    return [outcome.kind for outcome in outcomes.kept(batch.outcomes)]


def page(client: Client, batch: ImportBatch, query: str = "") -> str:
    answer = client.get(f"/members/import/{batch.pk}/{query}")
    assert answer.status_code == 200
    return answer.text


def test_dry_run_tells_each_row_and_writes_nothing(
    admin: Client, tree: Tree, county_admin: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", phone="13812345678", gender="female")
    changed = person(1, 姓名="王芳", 联系电话="13812345678", 性别="男")
    batch = tried([HEAD, changed, person(2), person(2), person(3, 联系电话="1")], tree.county, county_admin)
    assert batch.state == ImportBatch.State.TRIED
    assert kinds(batch) == ["updated", "new", "skipped", "error"]
    assert Member.objects.count() == 1
    shown = page(admin, batch, "?kind=updated")
    assert "女" in shown
    assert "王芳" in shown
    assert person(2)[0] not in shown


def test_a_changed_phone_is_shown_masked(
    admin: Client, tree: Tree, county_admin: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", phone="13812345678", birth_month="1978-05-01")
    batch = tried([HEAD, person(1, 姓名="王芳", 联系电话="13987654321")], tree.county, county_admin)
    (row,) = outcomes.kept(batch.outcomes)
    assert ("联系电话", "138****5678", "139****4321") in row.changes
    assert batch.outcomes is not None
    assert b"13812345678" not in batch.outcomes.path.read_bytes()
    assert "13987654321" not in page(admin, batch)


def test_the_same_file_twice_says_no_change(admin: Client, tree: Tree, county_admin: User) -> None:
    rows = [HEAD, person(1, 工作单位="甲厂"), person(2)]
    applied(rows, tree.county, county_admin)
    before = list(Member.objects.order_by("pk").values_list("pk", "version"))
    batch = tried(rows, tree.county, county_admin)
    assert "没有变化" in page(admin, batch)
    ask_to_apply(batch, county_admin)
    worked(batch)
    assert list(Member.objects.order_by("pk").values_list("pk", "version")) == before


def test_the_same_address_twice_changes_nothing(tree: Tree, county_admin: User) -> None:
    rows = [[*HEAD, "电子邮箱"], [*person(1), "a@example.cn"]]
    applied(rows, tree.county, county_admin)
    assert kinds(tried(rows, tree.county, county_admin)) == ["skipped"]
    rows[1][-1] = "b@example.cn"
    applied(rows, tree.county, county_admin)
    assert Member.objects.get().email == "b@example.cn"


def test_a_registry_that_moved_on_is_said_and_nothing_is_written(
    admin: Client, tree: Tree, county_admin: User
) -> None:
    batch = tried([HEAD, person(1), person(2)], tree.county, county_admin)
    name, phone = person(1)[0], person(1)[3]
    register_member(
        particulars=Particulars(name=name, office=tree.town, phone=phone), consent=None, by=SYSTEM
    )
    ask_to_apply(batch, county_admin)
    batch = worked(batch)
    assert (batch.state, batch.is_outdated, Member.objects.count()) == (ImportBatch.State.TRIED, True, 1)
    assert "登记在试读之后有变化" in page(admin, batch)
    ask_to_apply(batch, county_admin)
    batch = worked(batch)
    assert (batch.state, batch.is_outdated, Member.objects.count()) == (ImportBatch.State.APPLIED, False, 2)


def test_confirmed_twice_enters_once(tree: Tree, county_admin: User) -> None:
    batch = tried([HEAD, person(1)], tree.county, county_admin)
    ask_to_apply(batch, county_admin)
    with pytest.raises(Conflict, match="正在处理"):
        ask_to_apply(batch, county_admin)
    work_off()
    with pytest.raises(Conflict, match="已导入"):
        ask_to_apply(batch, county_admin)
    assert Member.objects.count() == 1


def test_workbook_comes_back_with_reasons_and_red_cells(
    admin: Client, tree: Tree, county_admin: User, tmp_path: Path
) -> None:
    rows = [[*HEAD, "身份证号"], [*person(1, 联系电话="1"), "320102195601011234"], [*person(2), ""]]
    batch = tried(rows, tree.county, county_admin)
    assert batch.workbook is not None
    assert batch.workbook.owner == county_admin
    answer = admin.get(f"/files/{batch.workbook.public_id}/")
    (tmp_path / "back.xlsx").write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    sheet = load_workbook(tmp_path / "back.xlsx").active
    head = [cell.value for cell in sheet[1]]
    assert head[-1] == "错误原因"
    assert "手机号码应为 11 位" in str(sheet.cell(2, len(head)).value)
    assert sheet.cell(2, 4).fill.fgColor.rgb == "FFF8D7D4"
    assert sheet.cell(2, 1).fill.fgColor.rgb != "FFF8D7D4"
    assert "320102195601011234" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])


def test_workbook_is_for_its_owner_only(
    client: Client, tree: Tree, county_admin: User, city_admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    batch = tried([HEAD, person(1)], tree.county, county_admin)
    client.force_login(city_admin)
    assert batch.workbook is not None
    assert client.get(f"/files/{batch.workbook.public_id}/").status_code == 404
    assert person(1)[0] not in page(client, batch)


def departed(tree: Tree, make_member: Callable[..., Member]) -> Member:
    left = make_member(person(1)[0], phone=person(1)[3], birth_month="1978-05-01")
    withdraw_member(member=left, on=YEAR_START, by=None)
    return left


@pytest.mark.parametrize("is_erased", [False, True])
def test_nobody_can_tell_from_a_dry_run_who_had_left(
    admin: Client, tree: Tree, county_admin: User, make_member: Callable[..., Member], is_erased: bool
) -> None:
    left = departed(tree, make_member)
    if is_erased:
        left.consents.all().delete()
        left.delete()
    batch = tried([HEAD, person(1), person(2)], tree.county, county_admin)
    first, second = outcomes.kept(batch.outcomes)
    assert (first.kind, first.reasons, first.changes) == (second.kind, second.reasons, second.changes)
    assert first.kind == OutcomeKind.NEW
    assert first.reasons == (("", "须由本人确认后才能登记"),)
    ask_to_apply(batch, county_admin)
    assert worked(batch).summary["new"] == 2
    assert list(Member.objects.filter(batch=batch).values_list("name", flat=True)) == [person(2)[0]]


@pytest.mark.parametrize("same", ["phone", "birth"])
def test_who_left_is_known_by_number_or_by_month_of_birth(
    tree: Tree, county_admin: User, make_member: Callable[..., Member], same: str
) -> None:
    departed(tree, make_member).delete()
    row = person(1, 出生年月="1990.01") if same == "phone" else person(1, 联系电话="13999999999")
    batch = applied([HEAD, row], tree.county, county_admin)
    assert not Member.objects.filter(batch=batch).exists()


def test_signed_sheet_does_not_bring_back_who_left(
    tree: Tree, county_admin: User, make_member: Callable[..., Member]
) -> None:
    departed(tree, make_member)
    scan = StoredFile.objects.create(
        purpose=StoredFile.Purpose.EVIDENCE, name="s.pdf", content_type="application/pdf", size=1, sha256="0"
    )
    head = [*HEAD, "本人是否同意登记", "同意日期"]
    rows = [[*person(1), "是", "2026-03-01"], [*person(2), "", ""]]
    batch = applied([head, *rows], tree.county, county_admin, scan)
    assert len({outcome.reasons for outcome in outcomes.kept(batch.outcomes)}) == 1
    assert not Member.objects.active().exists()


def test_marks_of_who_left_hold_no_name(tree: Tree, make_member: Callable[..., Member]) -> None:
    departed(tree, make_member)
    marks = list(Departed.objects.values_list("mark", flat=True))
    assert [len(mark) for mark in marks] == [64, 64]


def test_somebody_without_the_right_any_more_enters_nothing(tree: Tree, county_admin: User) -> None:
    batch = tried([HEAD, person(1)], tree.county, county_admin)
    ask_to_apply(batch, county_admin)
    county_admin.grants.update(ends_on=YEAR_START)
    work_off()
    batch.refresh_from_db()
    assert batch.job is not None
    assert batch.job.state == Job.State.FAILED
    assert not Member.objects.exists()


def test_unconfirmed_import_is_over_after_thirty_days(tree: Tree, county_admin: User) -> None:
    batch = tried([HEAD, person(1)], tree.county, county_admin)
    assert end_imports() == 0
    ImportBatch.objects.update(at="2026-01-01T00:00:00+08:00")
    assert end_imports() == 1
    with pytest.raises(Conflict, match="已过期"):
        ask_to_try(batch, county_admin)


def test_signed_sheet_can_follow_for_single_rows(admin: Client, tree: Tree, county_admin: User) -> None:
    batch = applied([HEAD, person(1), person(2), person(3)], tree.county, county_admin)
    first = Member.objects.order_by("pk").first()
    assert first is not None
    typed = {
        "members": first.public_id,
        "given_on": "2026-03-02",
        "scan": SimpleUploadedFile("s.pdf", b"%PDF-1.4"),
    }
    address = f"/members/import/{batch.pk}/evidence/"
    assert person(1)[0] in admin.get(address).text
    assert admin.post(address, typed).status_code == 302
    assert list(Member.objects.active()) == [first]
    typed |= {"members": [], "scan": SimpleUploadedFile("s.pdf", b"%PDF-1.4")}
    assert admin.post(address, typed).status_code == 422
    typed |= {"everybody": "on", "scan": SimpleUploadedFile("s.pdf", b"%PDF-1.4")}
    admin.post(address, typed)
    assert Member.objects.active().count() == 3

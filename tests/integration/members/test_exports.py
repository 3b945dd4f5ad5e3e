"""The file of an export: what is in it, for whom, how long."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.audit.models import AuditEvent
from apps.files.models import StoredFile
from apps.files.storage import sweep
from apps.jobs.models import Job
from apps.members.actions import withdraw_member
from apps.members.exports import ExportRefused, NothingToExport
from apps.members.models import Appointment, Delivery, Member, Organization, OrganizationKind, RosterExport
from apps.members.person import looks_at
from apps.members.roster_files import make_file
from apps.notifications.models import Notification
from tests.cast import Tree
from tests.fixtures.formulas import PAYLOADS
from tests.integration.members.exports import TOP, ask, export, rows_of, sheet_of

pytestmark = pytest.mark.django_db
MakeMember = Callable[..., Member]


@pytest.fixture(autouse=True)
def files_dir(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


def test_file_has_the_list_in_its_columns_and_order(county_admin: User, make_member: MakeMember) -> None:
    for name in ("王小明", "安宁", "李四"):
        make_member(name)
    stored = export(county_admin, columns=("name", "office", "status"), descending=True)
    assert [cell.value for cell in sheet_of(stored)[TOP]] == ["姓名", "机构", "状态"]
    assert rows_of(stored) == [[name, "东镇", "在册"] for name in ("王小明", "李四", "安宁")]


def test_file_has_the_filter_of_the_list(county_admin: User, make_member: MakeMember, tree: Tree) -> None:
    make_member("王小明")
    make_member("李四", office=tree.other_town)
    stored = export(county_admin, office=tree.other_town.pk)
    assert [row[0] for row in rows_of(stored)] == ["李四"]


def test_page_and_file_show_the_same(client: Client, county_admin: User, make_member: MakeMember) -> None:
    for name in ("王小明", "安宁"):
        make_member(name, phone="13812345678")
    client.force_login(county_admin)
    page = client.get(reverse("members:list"), {"order": "-pinyin"})
    heads = [str(label) for label, _sort in page.context["heads"]]
    lines = _cells(page.context["rows"])
    client.post(f"{reverse('members:export')}?order=-pinyin", {"purpose": "check", "file_format": "xlsx"})
    stored = make_file(RosterExport.objects.get())
    assert [cell.value for cell in sheet_of(stored)[TOP]] == heads
    # The page says 未联系 and — where the file has nothing.
    blank = {"未联系": "", "—": ""}
    assert rows_of(stored) == [[blank.get(text, text) for text in line] for line in lines]


def _cells(rows: str) -> list[list[str]]:
    """The texts of the rows of a table, without the column of ticks."""
    lines = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows.split("</tr>") if "<t" in row]
    texts = [[re.sub(r"<[^>]*>", "", cell).strip() for cell in line] for line in lines]
    return [line[1:] for line in texts]


def test_second_sheet_says_what_it_is(county_admin: User, member: Member, tree: Tree) -> None:
    stored = export(county_admin, office=tree.town.pk, status="active")
    said = {row[0].value: row[1].value for row in sheet_of(stored, 1).iter_rows(min_row=TOP + 1)}
    number = RosterExport.objects.get().number
    assert said["筛选条件"] == "机构：东镇；状态：在册"
    assert (said["导出编号"], said["人数"], said["导出人"]) == (number, "1", "贾管（county_admin）")
    assert said["导出时间"].startswith(f"{timezone.localdate():%Y-%m-%d}")


def test_watermark_stands_on_the_sheet_and_every_page(county_admin: User, member: Member) -> None:
    page = sheet_of(export(county_admin))
    number = RosterExport.objects.get().number
    for said in (page["A1"].value, page.oddHeader.right.text):
        assert "贾管" in said
        assert number in said
        assert f"{timezone.localdate():%Y-%m-%d}" in said


def test_numbers_are_masked_and_text(county_admin: User, make_member: MakeMember) -> None:
    make_member(phone="13812345678", email="qian@example.cn")
    stored = export(county_admin, columns=("name", "phone", "email"))
    assert rows_of(stored) == [["钱宜", "138****5678", "q***@example.cn"]]
    assert {cell.data_type for cell in sheet_of(stored)[TOP + 1]} == {"s"}


def test_numbers_in_full_for_who_may(county_admin: User, make_member: MakeMember) -> None:
    make_member(phone="13812345678", email="qian@example.cn")
    stored = export(county_admin, columns=("name", "phone", "email"), in_full=True)
    assert rows_of(stored) == [["钱宜", "13812345678", "qian@example.cn"]]


def test_numbers_in_full_are_refused_to_a_cadre(town_cadre: User, member: Member) -> None:
    with pytest.raises(ExportRefused):
        ask(town_cadre, in_full=True)


def test_csv_begins_with_the_mark_and_ends_with_the_watermark(county_admin: User, member: Member) -> None:
    content = export(county_admin, file_format="csv").path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[1][0] == "钱宜"
    assert RosterExport.objects.get().number in lines[-1][0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_typed_text_becomes_a_formula(
    county_admin: User, member: Member, tree: Tree, payload: str
) -> None:
    """Every text of the list that somebody types: unit, title, association, office."""
    for office, kind in ((tree.town, OrganizationKind.ENTERPRISE), (tree.county, OrganizationKind.CHAMBER)):
        organization = Organization.objects.create(office=office, name=payload, kind=kind)
        Appointment.objects.create(member=member, organization=organization, title=payload)
    type(tree.town).objects.filter(pk=tree.town.pk).update(name=payload)
    wanted = {"columns": ("name", "post", "associations", "office")}
    _name, *cells = sheet_of(export(county_admin, **wanted))[TOP + 1]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * 3
    lines = csv.reader(
        io.StringIO(export(county_admin, file_format="csv", **wanted).path.read_text("utf-8-sig"), newline="")
    )
    assert [text[0] for text in list(lines)[1][1:]] == ["'"] * 3


def test_who_left_between_asking_and_making_is_not_in_it(county_admin: User, make_member: MakeMember) -> None:
    leaving = make_member("王小明")
    make_member("李四")
    asked = ask(county_admin)
    withdraw_member(member=leaving, on=timezone.localdate(), by=None)
    assert [row[0] for row in rows_of(make_file(asked))] == ["李四"]


def test_a_file_goes_when_somebody_in_it_leaves(
    county_admin: User, make_member: MakeMember, tree: Tree, django_capture_on_commit_callbacks: Any
) -> None:
    leaving, staying = make_member("王小明"), make_member("李四", office=tree.other_town)
    with_both, without = export(county_admin), export(county_admin, office=tree.other_town.pk)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_member(member=leaving, on=timezone.localdate(), by=None)
    assert not with_both.path.exists()
    assert without.path.exists()
    assert [e.stage for e in RosterExport.objects.order_by("pk")] == ["dropped", "ready"]
    assert Notification.objects.filter(to=county_admin, kind="members.export_dropped").count() == 1
    assert staying.is_active


def test_a_file_goes_when_whose_merged_registration_is_in_it_leaves(
    county_admin: User, make_member: MakeMember, tree: Tree, django_capture_on_commit_callbacks: Any
) -> None:
    """Merged twice over: the file names the registration that went first."""
    first, second, kept = make_member("王小明"), make_member(office=tree.other_town), make_member("王晓明")
    stored = export(county_admin, office=tree.town.pk, q=first.record_number)
    for goes, stays in ((first, second), (second, kept)):
        Member.objects.filter(pk=goes.pk).update(status=Member.Status.MERGED, merged_into=stays)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_member(member=kept, on=timezone.localdate(), by=None)
    assert not stored.path.exists()


def test_everybody_in_it_can_see_it(county_admin: User, make_member: MakeMember, tree: Tree) -> None:
    inside, outside = make_member("王小明"), make_member("李四", office=tree.other_town)
    export(county_admin, office=tree.town.pk)
    looks = [(look.who, look.what, look.why) for look in looks_at(inside)]
    assert looks == [("贾管", "导出", "核对登记信息")]
    assert list(looks_at(outside)) == []
    event = AuditEvent.objects.get(target_id=str(inside.pk), action="export")
    assert (event.office_path, event.detail["export"]) == (tree.town.path, RosterExport.objects.get().number)


def test_nothing_of_another_county(county_admin: User, make_member: MakeMember, tree: Tree) -> None:
    make_member("南人", office=tree.far_town)
    with pytest.raises(NothingToExport):
        ask(county_admin)


def test_who_lost_the_right_gets_no_file(county_admin: User, member: Member) -> None:
    asked = ask(county_admin)
    Grant.objects.filter(user=county_admin).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    fresh = RosterExport.objects.get(pk=asked.pk)
    with pytest.raises(ExportRefused):
        make_file(fresh)
    assert StoredFile.objects.filter(purpose="export").count() == 0


def test_only_its_owner_fetches_it_and_for_a_day(
    client: Client, county_admin: User, city_admin: User, member: Member
) -> None:
    stored = export(county_admin)
    url = reverse("files:download", args=[stored.public_id])
    client.force_login(city_admin)
    assert client.get(url).status_code == 404
    client.force_login(county_admin)
    fetched: Any = client.get(url)
    assert b"".join(fetched.streaming_content).startswith(b"PK")
    StoredFile.objects.filter(pk=stored.pk).update(expires_at=timezone.now())
    assert client.get(url).status_code == 410
    assert "已过期" in client.get(reverse("members:exports")).content.decode()


def test_swept_file_leaves_its_record(county_admin: User, member: Member) -> None:
    stored = export(county_admin)
    StoredFile.objects.filter(pk=stored.pk).update(expires_at=timezone.now())
    sweep()
    assert RosterExport.objects.get().file is None


def test_page_begins_the_export(client: Client, county_admin: User, member: Member) -> None:
    client.force_login(county_admin)
    answer = client.post(reverse("members:export"), {"purpose": "check", "file_format": "xlsx"})
    job = Job.objects.get(kind="members.export")
    assert answer.headers["Location"] == reverse("jobs:detail", args=[job.public_id])
    assert job.params == {"export": RosterExport.objects.get().pk}
    assert Delivery.objects.get().person == member.pk


def test_page_wants_a_purpose(client: Client, county_admin: User, member: Member) -> None:
    client.force_login(county_admin)
    answer = client.post(reverse("members:export"), {"file_format": "xlsx"})
    assert answer.status_code == 422
    assert RosterExport.objects.count() == 0


def test_leader_exports_no_list(client: Client, city_leader: User) -> None:
    client.force_login(city_leader)
    assert client.get(reverse("members:export")).status_code == 403


def test_print_is_masked_marked_counted_and_seen(
    client: Client, county_admin: User, make_member: MakeMember
) -> None:
    member = make_member(phone="13812345678")
    client.force_login(county_admin)
    client.post(reverse("members:list"))
    page = client.post(reverse("members:print"), {"purpose": "event", "file_format": "xlsx"}).content.decode()
    assert "钱宜" in page
    assert "13812345678" not in page
    assert "贾管（county_admin）" in page
    assert (Delivery.objects.get().way, Delivery.objects.get().person) == ("print", member.pk)
    assert [(look.what, look.why) for look in looks_at(member)] == [("打印", "组织活动")]


def test_members_page_leads_to_a_print_of_one(
    client: Client, county_admin: User, make_member: MakeMember
) -> None:
    member, _other = make_member("王小明"), make_member("李四")
    client.force_login(county_admin)
    link = f"{reverse('members:export')}?q={member.record_number}"
    assert link in client.get(reverse("members:detail", args=[member.public_id])).content.decode()
    assert client.get(link).context["outlook"].persons == 1

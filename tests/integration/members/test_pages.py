"""Pages of members through HTTP: who sees what, what is asked first, what two people at once see."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.core.access import Permission
from apps.members.models import Category, Member
from tests.cast import Tree

LIST = "/members/"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """Without the second factor in the way."""
    settings.DEMO = True


@pytest.fixture
def admin(client: Client, county_admin: User) -> Client:
    client.force_login(county_admin)
    return client


def url(name: str, member: Member) -> str:
    return reverse(f"members:{name}", args=[member.public_id])


def edit_data(member: Member, **typed: object) -> dict[str, object]:
    return {
        "version": member.version,
        "name": member.name,
        "office": member.office_id,
        "categories": member.categories,
        **typed,
    }


# -- who sees names -----------------------------------------------------------------------------------------


def test_keeper_above_sees_names(admin: Client, member: Member) -> None:
    assert member.name in admin.get(LIST).content.decode()


def test_leader_above_sees_record_numbers(client: Client, city_leader: User, member: Member) -> None:
    client.force_login(city_leader)
    page = client.get(LIST).content.decode()
    assert member.name not in page
    assert member.record_number in page
    assert str(Category.PRIVATE_ECONOMY.label) not in page.split("<tbody>")[1]


def test_leader_of_the_own_office_sees_names(
    client: Client, make_user: Callable[..., User], tree: Tree, member: Member
) -> None:
    client.force_login(make_user("town_leader", RoleName.LEADER, tree.town))
    assert member.name in client.get(LIST).content.decode()


def found(client: Client, **typed: object) -> str:
    """The list after a search, as the filter bar posts it."""
    return client.post(LIST, typed, follow=True).content.decode()


@pytest.mark.parametrize(
    "typed", [{"q": "钱"}, {"q": "钱宜"}, {"q": "qianyi"}, {"q": "qy"}, {"category": "private_economy"}]
)
def test_a_search_tells_nothing_that_the_list_hides(
    client: Client, city_leader: User, member: Member, typed: dict[str, object]
) -> None:
    client.force_login(city_leader)
    assert member.record_number not in found(client, **typed)


def test_record_number_finds_anybody(client: Client, city_leader: User, member: Member) -> None:
    client.force_login(city_leader)
    assert url("detail", member) in found(client, q=member.record_number)


def test_opening_a_file_above_needs_a_reason(client: Client, city_leader: User, member: Member) -> None:
    client.force_login(city_leader)
    closed = client.get(url("detail", member)).content.decode()
    assert member.name not in closed
    assert client.post(url("open", member), {"purpose": ""}).status_code == 422
    opened = client.post(url("open", member), {"purpose": "verify"}, follow=True).content.decode()
    assert member.name in opened
    assert "核实统计数据" in opened


def test_somebody_next_door_finds_nothing(client: Client, neighbour: User, member: Member) -> None:
    client.force_login(neighbour)
    assert client.get(url("detail", member)).status_code == 404
    assert member.record_number not in client.get(LIST).content.decode()


def test_pending_member_is_hidden_from_the_county(admin: Client, tree: Tree) -> None:
    waiting = Member.objects.create(name="待确", office=tree.town, status_since=dt.date(2026, 3, 1))
    assert admin.get(url("detail", waiting)).status_code == 404


# -- finding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["欧阳修", "欧阳", "阳修", "欧", "歐陽修", "ouyangxiu", "ouyang", "oyx", "ＯＹＸ"]
)
def test_a_name_is_found(admin: Client, make_member: Callable[..., Member], typed: str) -> None:
    make_member("欧阳修")
    make_member("单田芳")
    page = found(admin, q=typed)
    assert "欧阳修" in page
    assert "单田芳" not in page


def test_list_is_sorted_by_pinyin(admin: Client, make_member: Callable[..., Member]) -> None:
    for name in ("张一", "曾二", "安三", "单四"):
        make_member(name)
    page = admin.get(LIST).content.decode()
    places = [page.index(name) for name in ("安三", "单四", "曾二", "张一")]
    assert places == sorted(places)


def test_filter_by_office_and_state(admin: Client, make_member: Callable[..., Member], tree: Tree) -> None:
    make_member("东家")
    make_member("西家", office=tree.other_town)
    page = admin.get(LIST, {"office": tree.other_town.pk, "status": "active"}).content.decode()
    assert "西家" in page
    assert "东家" not in page


def test_empty_list_says_what_to_do(admin: Client) -> None:
    assert "还没有登记成员" in admin.get(LIST).content.decode()
    assert "没有符合条件的成员" in found(admin, q="zzz")


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_list_is_flat(admin: Client, make_member: Callable[..., Member]) -> None:
    make_member("甲一")
    admin.get(LIST)  # the first request of a session writes it down
    few = count_queries(admin, LIST)
    for number in range(20):
        make_member(f"乙{'一二三四五六七八九十'[number % 10]}")
    assert count_queries(admin, LIST) == few


def test_counting_ends(
    admin: Client, make_member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.members.views.lists.COUNT_UP_TO", 2)
    for name in ("甲一", "乙二", "丙三"):
        make_member(name)
    assert "共 2+ 条" in admin.get(LIST).content.decode()


# -- reading and looking up ---------------------------------------------------------------------------------


def test_reading_is_written_down_and_shown(admin: Client, county_admin: User, member: Member) -> None:
    page = admin.get(url("detail", member)).content.decode()
    read = AuditEvent.objects.get(action="read", target_id=str(member.pk))
    assert (read.actor, read.target_label) == (county_admin, "members.member")
    assert "贾管" in page.split("谁看过")[1]


def test_phone_is_masked_until_asked_for(admin: Client, make_member: Callable[..., Member]) -> None:
    member = make_member(phone="13812345678")
    assert "13812345678" not in admin.get(url("detail", member)).content.decode()
    assert "13812345678" not in admin.get(url("edit", member)).content.decode()
    shown = admin.post(url("reveal_phone", member), {"purpose": "visit"}).content.decode()
    assert "13812345678" in shown
    assert AuditEvent.objects.get(action="reveal").detail == {"fields": ["phone"], "purpose": "visit"}


def test_thirty_first_number_within_an_hour_is_refused(
    admin: Client, county_admin: User, make_member: Callable[..., Member]
) -> None:
    member = make_member(phone="13812345678")
    AuditEvent.objects.bulk_create(AuditEvent(actor=county_admin, action="reveal") for _n in range(30))
    refused = admin.post(url("reveal_phone", member), {"purpose": "visit"})
    assert refused.status_code == 429
    assert "13812345678" not in refused.content.decode()


def test_number_without_a_purpose_is_refused(admin: Client, make_member: Callable[..., Member]) -> None:
    member = make_member(phone="13812345678")
    refused = admin.post(url("reveal_phone", member), {"purpose": "curiosity"})
    assert refused.status_code == 422
    assert "13812345678" not in refused.content.decode()


# -- entering and editing -----------------------------------------------------------------------------------


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.pdf", b"%PDF-1.4 signed")


def test_member_with_a_signed_sheet_is_active(admin: Client, tree: Tree) -> None:
    typed = {"name": " 王　芳 ", "office": tree.town.pk, "phone": "138 1234 5678", "birth_month": "1956年1月"}
    admin.post("/members/new/", {**typed, "given_on": "2026.3.1", "scan": scan(), "employer": "东风纺织厂"})
    member = Member.objects.get()
    assert (member.name, member.phone, member.status) == ("王芳", "13812345678", "active")
    assert member.appointments.get().organization.name == "东风纺织厂"


def test_member_without_a_sheet_waits(admin: Client, city_admin: User, tree: Tree) -> None:
    answer = admin.post("/members/new/", {"name": "王芳", "office": tree.town.pk}, follow=True)
    member = Member.objects.get()
    assert member.status == Member.Status.PENDING
    # The office that entered the row sees it, others above do not.
    assert "待本人确认" in answer.content.decode()
    assert not Member.objects.visible_to(city_admin, Permission.MEMBER_VIEW).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "field-invalid"),
        ({"name": "王芳1"}, "数字"),
        ({"phone": "1380000"}, "11 位"),
        ({"birth_month": "1983.13"}, "13 月"),
        ({"birth_month": "2099.01"}, "不合理"),
        ({"employer": "佛教协会"}, "宗教"),
        ({"associations": "清真寺"}, "宗教"),
        ({"title": "思想落后的经理"}, "落后"),
        ({"employer": "厂" * 10_000}, "100"),
        ({"office": "999999"}, "选择"),
        ({"given_on": "2026-03-01"}, "一起填写"),
        ({"email": "不是邮箱"}, "邮"),
        ({"name": "王\u202e芳"}, "控制字符"),
    ],
)
def test_bad_input_is_said_plainly_and_kept(
    admin: Client, tree: Tree, typed: dict[str, str], said: str
) -> None:
    answer = admin.post("/members/new/", {"name": "王芳", "office": tree.town.pk, "title": "经理甲", **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert typed.get("title", "经理甲") in page
    assert not Member.objects.exists()


def test_twin_is_refused(admin: Client, tree: Tree, make_member: Callable[..., Member]) -> None:
    make_member("王芳", phone="13812345678")
    typed = {"name": "王芳", "office": tree.town.pk, "phone": "13812345678"}
    warned = admin.post("/members/new/", typed)
    answer = admin.post("/members/new/", {**typed, "seen": warned.context["found"].mark})
    assert (warned.status_code, answer.status_code, Member.objects.count()) == (409, 422, 1)


def test_edit_changes_and_writes_down_which_fields(admin: Client, make_member: Callable[..., Member]) -> None:
    member = make_member(phone="13812345678")
    assert admin.post(url("edit", member), edit_data(member, name="钱改")).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.phone, member.version) == ("钱改", "13812345678", 2)
    assert AuditEvent.objects.get(action="change").detail == {"fields": ["name"]}


def test_second_of_two_editors_sees_both_versions(admin: Client, make_member: Callable[..., Member]) -> None:
    member = make_member(phone="13812345678")
    first, second = edit_data(member, name="钱先"), edit_data(member, name="钱后", phone="13912345678")
    admin.post(url("edit", member), first)
    answer = admin.post(url("edit", member), second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "钱先" in page
    assert 'value="钱后"' in page
    assert "138****5678" in page
    assert Member.objects.get().name == "钱先"
    assert admin.post(url("edit", member), {**second, "version": 2}).status_code == 302
    assert Member.objects.get().name == "钱后"


def test_ticked_phone_is_forgotten(admin: Client, make_member: Callable[..., Member]) -> None:
    member = make_member(phone="13812345678")
    admin.post(url("edit", member), edit_data(member, forget_phone="on"))
    member.refresh_from_db()
    assert (member.phone, member.phone_index) == ("", "")


def test_office_of_another_county_is_no_choice(admin: Client, tree: Tree, member: Member) -> None:
    answer = admin.post(url("edit", member), edit_data(member, office=tree.far_town.pk))
    assert answer.status_code == 422
    member.refresh_from_db()
    assert member.office == tree.town


# -- consent ------------------------------------------------------------------------------------------------


def test_confirming_makes_active(client: Client, town_cadre: User, tree: Tree) -> None:
    client.force_login(town_cadre)
    waiting = Member.objects.create(name="待确", office=tree.town, status_since=dt.date(2026, 3, 1))
    client.post(url("confirm", waiting), {"how": "signed_sheet", "given_on": "2026-03-05", "scan": scan()})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.status_since) == ("active", dt.date(2026, 3, 5))


def test_no_scan_is_no_evidence(client: Client, town_cadre: User, tree: Tree) -> None:
    client.force_login(town_cadre)
    waiting = Member.objects.create(name="待确", office=tree.town, status_since=dt.date(2026, 3, 1))
    script = SimpleUploadedFile("sheet.pdf", b"<svg onload=alert(1)>")
    answer = client.post(
        url("confirm", waiting), {"how": "signed_sheet", "given_on": "2026-03-05", "scan": script}
    )
    assert answer.status_code == 422
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_withdrawal_hides_at_once(admin: Client, member: Member) -> None:
    assert admin.post(url("withdraw", member), {"on": "2026-05-01"}).status_code == 302
    connection.check_constraints()
    assert member.name not in admin.get(LIST).content.decode()
    assert admin.get(url("detail", member)).status_code == 404
    assert member.consents.get().withdrawn_on == dt.date(2026, 5, 1)


def test_contact_preference_needs_no_reason(admin: Client, member: Member) -> None:
    admin.post(url("contact", member), {"contact_preference": "phone_only"})
    member.refresh_from_db()
    assert member.contact_preference == "phone_only"

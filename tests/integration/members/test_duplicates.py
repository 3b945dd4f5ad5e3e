"""The warning while typing, the scan with its work list, the pages that merge, and the history of a file."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.core.copying import insert_rows
from apps.members.actions import withdraw_member
from apps.members.duplicate_scan import scan
from apps.members.lookalikes import LOOKS_PER_HOUR
from apps.members.models import (
    Appointment,
    DuplicateCandidate,
    Member,
    Merge,
    Organization,
    name_columns,
    phone_index_of,
)
from tests.cast import Tree
from tests.queries import count_queries

CHECK = "/members/duplicates/check/"
PHONE = "13812345678"
ELSEWHERE = "已有登记，请联系上级"


@pytest.fixture
def cadre(client: Client, town_cadre: User) -> Client:
    client.force_login(town_cadre)
    return client


@pytest.fixture
def admin(client: Client, county_admin: User) -> Client:
    client.force_login(county_admin)
    return client


@pytest.fixture
def wang(make_member: Callable[..., Member]) -> Member:
    return make_member("王芳", phone=PHONE, birth_month=dt.date(1980, 5, 1))


# -- while typing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "王芳", "phone": "138 1234 5678"}, "同名、同号"),
        ({"name": "王方", "phone": PHONE}, "姓名同音、同号"),
        ({"name": "王芳", "birth_month": "1980.05"}, "同名、同出生年月"),
        ({"name": "王芳", "employer": "东风厂"}, "同名、同单位或团体"),
    ],
)
def test_somebody_of_my_office_is_shown_with_the_reasons(
    cadre: Client, wang: Member, tree: Tree, typed: dict[str, str], why: str
) -> None:
    factory = Organization.objects.create(office=tree.town, name="东风厂", kind="enterprise")
    Appointment.objects.create(member=wang, organization=factory)
    said = cadre.post(CHECK, typed).content.decode()
    assert why in said
    assert f"/members/{wang.public_id}/" in said
    assert "138****5678" in said
    assert PHONE not in said


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "王芳"},
        {"phone": PHONE},
        {"name": "王", "phone": PHONE},
        {"name": "王芳\u202e", "phone": "138"},
        {"name": "王芳", "birth_month": "1999.01"},
        {},
    ],
)
def test_one_trait_alone_or_half_typed_says_nothing(
    cadre: Client, wang: Member, typed: dict[str, str]
) -> None:
    assert cadre.post(CHECK, typed).content.decode().strip() == ""


def test_across_offices_neither_who_nor_where(
    cadre: Client, wang: Member, make_member: Callable[..., Member], tree: Tree
) -> None:
    far = make_member("李明", office=tree.far_town, phone="13912345678")
    said = cadre.post(CHECK, {"name": "李明", "phone": "13912345678"}).content.decode()
    assert ELSEWHERE in said
    for secret in (str(far.public_id), far.record_number, "南镇", "139****5678", "同名"):
        assert secret not in said


@pytest.mark.parametrize("left", ["withdrawn", "pending"])
def test_who_left_or_has_not_consented_elsewhere_reads_like_nobody(
    cadre: Client, make_member: Callable[..., Member], tree: Tree, left: str
) -> None:
    far = make_member("李明", office=tree.far_town, phone="13912345678")
    if left == "withdrawn":
        withdraw_member(member=far, on=dt.date(2026, 3, 1), by=None)
    else:
        Member.objects.filter(pk=far.pk).update(status="pending")
    nobody = cadre.post(CHECK, {"name": "赵无", "phone": "13712345678"}).content
    assert cadre.post(CHECK, {"name": "李明", "phone": "13912345678"}).content == nobody


def test_withdrawn_of_my_own_office_reads_like_nobody(cadre: Client, wang: Member) -> None:
    withdraw_member(member=wang, on=dt.date(2026, 3, 1), by=None)
    assert cadre.post(CHECK, {"name": "王芳", "phone": PHONE}).content.decode().strip() == ""


def test_every_look_outside_is_written_down_and_the_hinted_at_sees_it(
    cadre: Client, town_cadre: AbstractBaseUser, make_member: Callable[..., Member], tree: Tree
) -> None:
    far = make_member("李明", office=tree.far_town, phone="13912345678")
    for name in ("赵无", "李明"):
        cadre.post(CHECK, {"name": name, "phone": "13912345678"})
    looks = AuditEvent.objects.filter(detail__purpose="duplicate_check").order_by("pk")
    assert [(e.action, e.target_id, e.detail.get("hints")) for e in looks] == [
        ("run", "", 0),
        ("run", "", 1),
        ("read", str(far.pk), None),
    ]


def test_looking_outside_ends_after_so_many(
    cadre: Client, town_cadre: User, wang: Member, make_member: Callable[..., Member], tree: Tree
) -> None:
    make_member("李明", office=tree.far_town, phone="13912345678")
    AuditEvent.objects.bulk_create(
        AuditEvent(actor=town_cadre, action="run", detail={"purpose": "duplicate_check"})
        for _n in range(LOOKS_PER_HOUR)
    )
    said = cadre.post(CHECK, {"name": "李明", "phone": "13912345678"}).content.decode()
    assert ELSEWHERE not in said
    assert "上限" in said
    assert "同名、同号" in cadre.post(CHECK, {"name": "王芳", "phone": PHONE}).content.decode()


def test_without_script_the_second_press_confirms(cadre: Client, wang: Member, tree: Tree) -> None:
    typed = {"name": "王方", "phone": PHONE, "office": tree.town.pk}
    warned = cadre.post("/members/new/", typed)
    assert warned.status_code == 409
    assert "姓名同音、同号" in warned.content.decode()
    assert warned.context["found"].mark
    again = cadre.post("/members/new/", {**typed, "seen": warned.context["found"].mark})
    assert again.status_code == 302
    assert Member.objects.filter(name="王方").exists()


def test_editing_warns_of_others_only(
    admin: Client, wang: Member, make_member: Callable[..., Member]
) -> None:
    other = make_member("王放")
    base = {"office": other.office_id, "version": other.version, "categories": ["other"]}
    assert admin.post(f"/members/{wang.public_id}/edit/", {**base, "name": "王芳"}).status_code == 302
    answer = admin.post(f"/members/{other.public_id}/edit/", {**base, "name": "王放", "phone": PHONE})
    assert answer.status_code == 409
    assert f"/members/{other.public_id}/merge/{wang.public_id}/" in answer.content.decode()


# -- scan and work list -----------------------------------------------------------------------------------------


def test_scan_finds_each_kind_of_pair(make_member: Callable[..., Member], wang: Member, tree: Tree) -> None:
    factory = Organization.objects.create(office=tree.town, name="东风厂", kind="enterprise")
    by_phone = make_member("王方", office=tree.other_town, phone=PHONE)
    by_birth = make_member("王芳", birth_month=dt.date(1980, 5, 1))
    by_post = make_member("李明")
    same_post = make_member("李明", office=tree.far_town)
    make_member("李明", office=tree.far_town)  # a namesake and nothing else
    for who in (by_post, same_post):
        Appointment.objects.create(member=who, organization=factory)
    assert scan() == 3
    found = {(c.first, c.second): set(c.reasons) for c in DuplicateCandidate.objects.all()}
    assert found == {
        (wang, by_phone): {"same_sound", "same_phone"},
        (wang, by_birth): {"same_name", "same_birth_month"},
        (by_post, same_post): {"same_name", "same_organization"},
    }
    assert DuplicateCandidate.objects.get(first=by_post).office == tree.city


def test_not_the_same_does_not_come_back(
    admin: Client, wang: Member, make_member: Callable[..., Member]
) -> None:
    other = make_member("王方", phone=PHONE)
    scan()
    pair = DuplicateCandidate.objects.get()
    admin.post(f"/members/duplicates/{pair.pk}/different/")
    assert scan() == 0
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by.name if pair.decided_by else "") == ("different", "贾管")
    assert "王方" not in admin.get("/members/duplicates/").content.decode()
    assert "王方" in admin.get("/members/duplicates/?state=different").content.decode()
    typed = {"name": "王芳", "phone": PHONE, "edited": wang.public_id}
    assert str(other.public_id) not in admin.post(CHECK, typed).content.decode()


def test_what_no_longer_looks_alike_leaves_the_list(wang: Member, make_member: Callable[..., Member]) -> None:
    other = make_member("王方", phone=PHONE)
    assert scan() == 1
    other.phone = "13912345678"
    other.save()
    assert scan() == 0
    assert not DuplicateCandidate.objects.exists()


def test_a_pair_that_reaches_beyond_my_offices_is_not_mine(
    cadre: Client, wang: Member, make_member: Callable[..., Member], tree: Tree
) -> None:
    make_member("王方", phone=PHONE, office=tree.far_town)
    scan()
    assert "王芳" not in cadre.get("/members/duplicates/").content.decode()
    pair = DuplicateCandidate.objects.get()
    assert cadre.post(f"/members/duplicates/{pair.pk}/different/").status_code == 404


def test_work_list_is_flat(admin: Client, make_member: Callable[..., Member]) -> None:
    def twins(number: int) -> None:
        for name in ("王芳", "王方"):
            make_member(name, phone=f"138{number:08d}")

    twins(1)
    scan()
    admin.get("/members/duplicates/")
    few = count_queries(admin, "/members/duplicates/")
    for number in range(2, 8):
        twins(number)
    scan()
    assert count_queries(admin, "/members/duplicates/") == few


def test_many_people_of_one_name_make_few_comparisons(tree: Tree) -> None:
    """One phone on a hundred people is an office's, and a hundred namesakes are no pairs."""
    rows = [
        {
            "office_id": tree.town.pk,
            "name": "王芳",
            **name_columns("王芳"),
            "phone_index": phone_index_of(PHONE),
            "status": "pending",
            "status_since": dt.date(2026, 1, 1),
            "public_id": f"00000000-0000-4000-8000-{n:012d}",
            "created_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        }
        for n in range(100)
    ]
    insert_rows(Member, rows)
    assert scan() == 0


# -- pages ------------------------------------------------------------------------------------------------------


def test_merge_by_hand_and_undo(admin: Client, wang: Member, make_member: Callable[..., Member]) -> None:
    other = make_member("王方", email="fang@example.cn")
    scan()
    address = f"/members/{wang.public_id}/merge/{other.public_id}/"
    page = admin.get(address).content.decode()
    assert PHONE not in page
    assert "138****5678" in page
    assert "fang@example.cn" not in page
    done = admin.post(
        address, {"kept_version": wang.version, "duplicate_version": other.version, "take": ["email"]}
    )
    assert done.headers["Location"] == f"/members/{wang.public_id}/"
    wang.refresh_from_db()
    assert (wang.name, wang.email) == ("王芳", "fang@example.cn")
    assert admin.get(f"/members/{other.public_id}/").headers["Location"] == f"/members/{wang.public_id}/"
    assert "撤销合并" in admin.get("/members/merges/").content.decode()
    admin.post(f"/members/merges/{Merge.objects.get().pk}/undo/")
    wang.refresh_from_db()
    other.refresh_from_db()
    assert (wang.email, other.email, other.status) == ("", "fang@example.cn", "active")
    assert "已撤销" in admin.get("/members/merges/").content.decode()


def test_merge_refuses_what_is_not_allowed_and_says_why(
    admin: Client, wang: Member, make_member: Callable[..., Member], tree: Tree
) -> None:
    other = make_member("王方")
    # A pending row is seen by the office that entered it.
    Member.objects.filter(pk=wang.pk).update(status="pending", entered_at=tree.county)
    address = f"/members/{wang.public_id}/merge/{other.public_id}/"
    page = admin.get(address).content.decode()
    assert "请保留已在册的那一份" in page
    said = {"kept_version": wang.version, "duplicate_version": other.version}
    assert admin.post(address, said).status_code == 409
    assert not Merge.objects.exists()


def test_merging_with_somebody_elsewhere_is_404(
    cadre: Client, wang: Member, make_member: Callable[..., Member], tree: Tree
) -> None:
    far = make_member("王方", office=tree.far_town)
    for address in (
        f"/members/{wang.public_id}/merge/{far.public_id}/",
        f"/members/{far.public_id}/merge/{wang.public_id}/",
    ):
        assert cadre.get(address).status_code == 404


def test_merged_is_not_in_list_search_or_api(
    admin: Client, wang: Member, make_member: Callable[..., Member]
) -> None:
    other = make_member("王方")
    address = f"/members/{wang.public_id}/merge/{other.public_id}/"
    admin.post(address, {"kept_version": wang.version, "duplicate_version": other.version})
    assert "王方" not in admin.get("/members/").content.decode()
    assert "王方" not in admin.get("/api/v1/members/").content.decode()
    assert admin.get(f"/api/v1/members/{other.public_id}/").status_code == 404


# -- history ----------------------------------------------------------------------------------------------------


def test_history_says_who_when_old_and_new(admin: Client, wang: Member) -> None:
    base = {"office": wang.office_id, "categories": ["private_economy"], "birth_month": "1980.05"}
    edit = f"/members/{wang.public_id}/edit/"
    admin.post(edit, {**base, "version": 1, "name": "王方", "phone": "13912345678", "employer": "东风厂"})
    page = admin.get(f"/members/{wang.public_id}/history/").content.decode()
    for told in (
        "贾管",
        "<del>王芳</del>",
        "<ins>王方</ins>",
        "138****5678",
        "139****5678",
        "东风厂",
        "非公有制经济人士",
    ):
        assert told in page
    assert PHONE not in page
    assert "13912345678" not in page


def test_a_number_saved_again_is_no_change(admin: Client, wang: Member) -> None:
    base = {
        "office": wang.office_id,
        "categories": ["private_economy"],
        "birth_month": "1980.05",
        "name": "王芳",
    }
    before = admin.get(f"/members/{wang.public_id}/history/").context["page"].total
    admin.post(f"/members/{wang.public_id}/edit/", {**base, "version": 1})
    assert admin.get(f"/members/{wang.public_id}/history/").context["page"].total == before


def test_history_is_for_those_who_may_open_the_file(
    client: Client, city_leader: User, neighbour: User, wang: Member
) -> None:
    address = f"/members/{wang.public_id}/history/"
    client.force_login(city_leader)
    assert client.get(address).status_code == 302
    client.post(f"/members/{wang.public_id}/open/", {"purpose": "verify"})
    assert "王芳" in client.get(address).content.decode()
    client.force_login(neighbour)
    assert client.get(address).status_code == 404


def test_history_is_flat(admin: Client, wang: Member) -> None:
    address = f"/members/{wang.public_id}/history/"
    admin.get(address)
    wang.name = "王零"
    wang.save()
    few = count_queries(admin, address)
    for number in range(10):
        wang.name = f"王{'一二三四五六七八九十'[number]}"
        wang.save()
    assert count_queries(admin, address) == few


def test_role_without_managing_sees_no_work_list(
    client: Client, make_user: Callable[..., User], tree: Tree
) -> None:
    client.force_login(make_user("leader", RoleName.LEADER, tree.town))
    assert client.get("/members/duplicates/").status_code == 403

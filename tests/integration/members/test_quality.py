"""资料质量: every number counted by hand, opened to its list, worked through one by one."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.metrics import all_metrics
from apps.members.models import Appointment, Member, Organization, PublicSeat
from apps.members.quality import BY_CODE, ISSUES, Asked, place_of, rows_of, with_issue
from apps.offices.models import Office
from tests.cast import Tree

MakeMember = Callable[..., Member]
TODAY = dt.date(2026, 11, 22)
LONG_AGO = dt.datetime(2025, 11, 21, 4, tzinfo=dt.UTC)


def work(member: Member, **more: object) -> None:
    firm, _new = Organization.objects.get_or_create(
        office=member.office, name="公司", defaults={"kind": "enterprise"}
    )
    Appointment.objects.create(member=member, organization=firm, title="经理", **more)


@pytest.fixture
def make_complete(make_member: MakeMember) -> MakeMember:
    """A member in whose file nothing is missing."""
    numbers = iter(range(13800000000, 13900000000))

    def make(name: str, office: Office | None = None, **fields: object) -> Member:
        given = {"phone": str(next(numbers)), "birth_month": dt.date(1980, 5, 1), "checked_on": TODAY}
        member = make_member(name, office, **{**given, **fields})
        work(member)
        return member

    return make


@pytest.fixture
def gaps(tree: Tree, make_complete: MakeMember, make_member: MakeMember) -> dict[str, list[Member]]:
    """Members of 东镇, those in whose files something is to be put right by what it is."""
    ok = make_complete("全")
    two_posts = make_complete("双职")
    unit = make_member("无单位", phone="13900000001", birth_month=dt.date(1980, 5, 1), checked_on=TODAY)
    chamber = Organization.objects.create(office=tree.town, name="商会", kind="chamber")
    Appointment.objects.create(member=unit, organization=chamber)
    past = make_complete("届满")
    Appointment.objects.create(member=past, organization=chamber, term_ends_on=TODAY - dt.timedelta(days=1))
    Appointment.objects.create(member=ok, organization=chamber, term_ends_on=TODAY)
    Appointment.objects.create(
        member=two_posts, organization=chamber, term_ends_on=dt.date(2020, 1, 1), ends_on=dt.date(2020, 1, 1)
    )
    seat = make_complete("席满")
    PublicSeat.objects.create(member=seat, kind="deputy", level="city", term_ends_on=dt.date(2026, 1, 31))
    closed = make_complete("单位没了")
    gone = Organization.objects.create(office=tree.town, name="旧厂", kind="enterprise", ended_on=TODAY)
    Appointment.objects.create(member=closed, organization=gone)
    old = make_complete("旧", checked_on=TODAY - dt.timedelta(days=366))
    make_complete("不旧", checked_on=TODAY - dt.timedelta(days=365))
    never = make_complete("从未", checked_on=None)
    Member.objects.filter(pk=never.pk).update(created_at=LONG_AGO)
    twins = [make_complete(name, phone="13700000001") for name in ("同号一", "同号二")]

    def pending(days: int) -> Member:
        since = TODAY - dt.timedelta(days=days)
        return Member.objects.create(
            name=f"待{days}", office=tree.town, status_since=since, entered_at=tree.county
        )

    pending(45)
    return {
        "no_phone": [make_complete("无电话", phone="")],
        "no_birth_month": [make_complete("无年月", birth_month=None)],
        "no_category": [make_complete("无类别", categories=[])],
        "no_unit": [unit],
        "unchecked": [old, never],
        "shared_phone": twins,
        "past_term": [past, seat, closed],
        "pending_soon": [pending(46), pending(59)],
    }


def asked(user: User) -> Asked:
    return Asked.by(user, TODAY)


def test_numbers_by_hand(county_admin: User, tree: Tree, gaps: dict[str, list[Member]]) -> None:
    county, town = rows_of(asked(county_admin), tree.county)[:2]
    by_hand = {code: len(members) for code, members in gaps.items()}
    assert {issue.code: count for issue, count in town.counts} == by_hand
    assert county.counts == town.counts
    assert town.members == 14


@pytest.mark.parametrize("code", BY_CODE)
def test_number_opens_to_its_list(
    county_admin: User, tree: Tree, gaps: dict[str, list[Member]], code: str
) -> None:
    found = with_issue(asked(county_admin), BY_CODE[code], tree.county)
    assert {m.name for m in found} == {m.name for m in gaps[code]}


def test_shared_phone_tells_nothing_of_other_offices(
    town_cadre: User, tree: Tree, make_complete: MakeMember
) -> None:
    make_complete("本镇", phone="13700000009")
    make_complete("外镇", tree.far_town, phone="13700000009")
    assert not with_issue(asked(town_cadre), BY_CODE["shared_phone"], tree.town).exists()


def test_who_left_counts_nowhere(town_cadre: User, tree: Tree, make_complete: MakeMember) -> None:
    member = make_complete("退", phone="")
    Member.objects.filter(pk=member.pk).update(status=Member.Status.WITHDRAWN)
    assert all(row.is_clean for row in rows_of(asked(town_cadre), tree.town))


def test_file_has_neighbours_and_leaves_the_list(
    county_admin: User, tree: Tree, make_complete: MakeMember
) -> None:
    first, second, third = (make_complete(name, phone="") for name in ("一", "二", "三"))
    found = with_issue(asked(county_admin), BY_CODE["no_phone"], tree.county)
    place = place_of(found, second)
    assert (place.number, place.total, place.before, place.after) == (
        2,
        3,
        first.public_id,
        third.public_id,
    )
    Member.objects.filter(pk=second.pk).update(phone_index="x")
    place = place_of(found.all(), second)
    assert (place.total, place.before, place.after) == (2, first.public_id, third.public_id)


def test_checked_goes_on_to_the_next_file(
    client: Client, county_admin: User, tree: Tree, make_complete: MakeMember
) -> None:
    first, second = (make_complete(name, checked_on=dt.date(2020, 1, 1)) for name in ("一", "二"))
    client.force_login(county_admin)
    sent = {"issue": "unchecked", "office": tree.county.code}
    answer = client.post(reverse("members:check", args=[first.public_id]), sent)
    assert answer["Location"].startswith(
        reverse("members:quality_file", args=["unchecked", second.public_id])
    )
    answer = client.post(reverse("members:check", args=[second.public_id]), sent)
    assert answer["Location"].startswith(reverse("members:quality_list", args=["unchecked"]))
    assert set(Member.objects.values_list("checked_on", flat=True)) == {timezone.localdate()}


def test_pages_show_names_to_keepers_and_nothing_to_leaders(
    client: Client, county_admin: User, city_leader: User, tree: Tree, gaps: dict[str, list[Member]]
) -> None:
    member = gaps["no_phone"][0]
    pages = [
        reverse("members:quality"),
        reverse("members:quality_list", args=["no_phone"]),
        reverse("members:quality_file", args=["no_phone", member.public_id]),
    ]
    client.force_login(county_admin)
    assert all(client.get(page).status_code == 200 for page in pages)
    assert "无电话" in client.get(pages[1]).content.decode()
    client.force_login(city_leader)
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]


def test_quality_is_flat(client: Client, county_admin: User, tree: Tree, make_complete: MakeMember) -> None:
    def queries() -> list[int]:
        counts = []
        for page in (reverse("members:quality"), reverse("members:quality_list", args=["no_phone"])):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(page).status_code == 200
            counts.append(len(caught))
        return counts

    client.force_login(county_admin)
    make_complete("一", phone="")
    queries()  # the first request of a session asks more
    few = queries()
    for n in range(6):
        make_complete(f"人{n}", tree.other_town, phone="")
    assert queries() == few


def test_quality_enters_no_metric() -> None:
    codes = {metric.code for metric in all_metrics()}
    assert not {code for code in codes for issue in ISSUES if issue.code in code or "quality" in code}

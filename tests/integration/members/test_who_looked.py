"""Each way to a member's file is a row, by the right user, and the member reads the same rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.models import Member
from apps.members.ownfile.looks import all_looks
from apps.members.watching import REVEALS_A_DAY, tell_about_many_reveals
from apps.notifications.models import Notification
from apps.pairing.models import Pairing

Way = Callable[[Client, Member], Any]

WAYS: dict[str, tuple[str, Way]] = {
    "page": ("read", lambda browser, m: browser.get(f"/members/{m.public_id}/")),
    "history": ("read", lambda browser, m: browser.get(f"/members/{m.public_id}/history/")),
    "phone": (
        "reveal",
        lambda browser, m: browser.post(f"/members/{m.public_id}/phone/", {"purpose": "visit"}),
    ),
    "email": (
        "reveal",
        lambda browser, m: browser.post(f"/members/{m.public_id}/email/", {"purpose": "visit"}),
    ),
    "api": ("read", lambda browser, m: browser.get(f"/api/v1/members/{m.public_id}/")),
    "edit": (
        "change",
        lambda browser, m: browser.post(
            f"/members/{m.public_id}/edit/",
            {"version": m.version, "name": m.name, "office": m.office_id, "categories": ["other"]},
        ),
    ),
    "letter": ("invite", lambda browser, m: browser.post(f"/members/{m.public_id}/own-letter/")),
}


@pytest.fixture
def person(make_member: Callable[..., Member]) -> Member:
    return make_member("钱宜", phone="13812345678", email="qian@example.cn")


@pytest.fixture
def desk(client: Client, settings: Settings, county_admin: User) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


def rows(member: Member) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(target_label="members.member", target_id=str(member.pk)).order_by("pk")
    return [(event.actor.name if event.actor else "", event.action) for event in events]


@pytest.mark.parametrize("way", sorted(WAYS))
def test_each_way_is_a_row(desk: Client, person: Member, county_admin: User, way: str) -> None:
    action, go = WAYS[way]
    assert go(desk, person).status_code < 400
    assert (county_admin.name, action) in rows(person)


def test_everybody_whom_a_search_shows_reads_of_it(
    desk: Client, person: Member, make_member: Callable[..., Member], county_admin: User
) -> None:
    other = make_member("孙新")
    desk.post("/members/", {"q": "钱宜"}, follow=True)
    assert rows(person) == [(county_admin.name, "read")]
    assert [look.what for look in all_looks(person)] == ["在搜索结果中看到"]
    assert rows(other) == []
    assert "钱宜" not in str(AuditEvent.objects.values_list("detail", flat=True))


def test_list_that_nobody_searched_is_no_row(desk: Client, person: Member) -> None:
    desk.get("/members/")
    assert rows(person) == []


@pytest.mark.parametrize(("address", "action"), [("export", "export"), ("print", "print")])
def test_export_and_print_of_a_list_are_rows(
    desk: Client, person: Member, county_admin: User, address: str, action: str
) -> None:
    desk.post(f"/members/{address}/", {"purpose": "check", "file_format": "csv"})
    for job in Job.objects.all():
        run_job(job.pk)
    assert (county_admin.name, action) in rows(person)
    assert len(all_looks(person)) == len(rows(person))


def test_page_of_the_pair_is_a_row(desk: Client, pairing: Pairing, county_admin: User) -> None:
    assert desk.get(f"/pairs/{pairing.public_id}/").status_code in (200, 404)
    assert len(rows(pairing.member)) == len(all_looks(pairing.member))


def test_member_reads_the_same_rows_with_office_and_role(
    desk: Client, person: Member, county_admin: User
) -> None:
    for _action, go in WAYS.values():
        person.refresh_from_db()
        go(desk, person)
    looks = all_looks(person)
    assert len(looks) == len(rows(person)) >= len(WAYS)
    assert {(look.office, look.role, look.who) for look in looks} == {
        ("甲县", "业务管理员", county_admin.name)
    }


@pytest.mark.parametrize("address", ["/members/", "/members/{}/"])
def test_no_page_shows_number_or_address_in_full(desk: Client, person: Member, address: str) -> None:
    page = desk.get(address.format(person.public_id)).content.decode()
    assert "13812345678" not in page
    assert "qian@example.cn" not in page


def test_address_is_shown_for_a_purpose(desk: Client, person: Member) -> None:
    page = desk.post(f"/members/{person.public_id}/email/", {"purpose": "visit"}).content.decode()
    assert "qian@example.cn" in page
    assert "13812345678" not in page


def test_a_hundred_reveals_a_day_are_told_of(
    person: Member, county_admin: User, security_admin: User
) -> None:
    def shown(number: int) -> None:
        AuditEvent.objects.bulk_create(
            AuditEvent(
                actor=county_admin, action="reveal", target_label="members.member", target_id=str(person.pk)
            )
            for _time in range(number)
        )

    shown(REVEALS_A_DAY - 1)
    assert tell_about_many_reveals(timezone.localtime()) == 0
    shown(1)
    assert tell_about_many_reveals(timezone.localtime()) == 1
    assert Notification.objects.filter(to=security_admin, kind="members.many_revealed").count() == 1

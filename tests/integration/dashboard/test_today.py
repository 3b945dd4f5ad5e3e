"""今日工作: what waits for a cadre today."""

import datetime as dt
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.activities.models import Activity
from apps.casework.actions import open_case
from apps.members.models import ContactPreference, Member
from apps.pairing.models import Pairing, Promise, Visit
from tests.cast import Tree


def page_of(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/today/").content.decode()


def last_met(member: Member, days: int) -> None:
    Member.objects.filter(pk=member.pk).update(last_contact_on=timezone.localdate() - dt.timedelta(days=days))


def test_due_counts_from_the_last_real_contact(client: Client, town_cadre: User, pairing: Pairing) -> None:
    link = f"?member={pairing.member.public_id}"
    last_met(pairing.member, 100)
    assert link in page_of(client, town_cadre)
    last_met(pairing.member, 10)
    assert link not in page_of(client, town_cadre)


def test_who_wants_less_contact_is_on_no_list(client: Client, town_cadre: User, pairing: Pairing) -> None:
    last_met(pairing.member, 300)
    Member.objects.filter(pk=pairing.member_id).update(contact_preference=ContactPreference.HALF_YEARLY)
    assert f"?member={pairing.member.public_id}" not in page_of(client, town_cadre)


def test_cases_promises_and_activities_that_wait(
    client: Client, town_cadre: User, neighbour: User, tree: Tree, pairing: Pairing
) -> None:
    today = timezone.localdate()
    case = open_case(kind="request", text="想办证", office=tree.town, by=town_cadre, opened_on=today)
    visit = Visit.objects.create(
        office=tree.town, cadre=town_cadre, entered_by=town_cadre, kind="talk", happened_on=today
    )
    promise = Promise.objects.create(visit=visit, office=tree.town, text="送政策汇编", due_on=today)
    planned = {"planned_for": today, "planned_on": today, "kind": "service"}
    Activity.objects.create(office=tree.town, title="便民服务", **planned)
    Activity.objects.create(office=tree.far_town, title="南镇的活动", **planned)
    page = page_of(client, town_cadre)
    assert all(said in page for said in (case.number, "送政策汇编", "便民服务"))
    assert "南镇的活动" not in page
    client.post(f"/promises/{promise.public_id}/kept/")
    assert "送政策汇编" not in page_of(client, town_cadre)
    assert case.number not in page_of(client, neighbour)


def test_page_is_flat(
    client: Client, town_cadre: User, pairing: Pairing, make_member: Callable[..., Member]
) -> None:
    page_of(client, town_cadre)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/today/")
        return len(seen)

    few = queries()
    for name in "甲乙丙丁":
        member = make_member(f"孙{name}")
        Pairing.objects.create(
            office=member.office, cadre=town_cadre, member=member, started_on=dt.date(2026, 1, 1)
        )
    assert queries() == few <= 15

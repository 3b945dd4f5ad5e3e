"""Contacts that are due, in the digest and on the calendar; promises go with the member to whoever took them over."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.members.models import ContactPreference, Member
from apps.notifications.calendar import entries_of
from apps.pairing.contacts import waiting
from apps.pairing.handing_over.applying import Plan, Successor, hand_over
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.models import Pairing, Promise, Visit
from apps.pairing.registrations import promises_due
from tests.cast import Tree


def last_met(member: Member, days: int) -> None:
    Member.objects.filter(pk=member.pk).update(last_contact_on=timezone.localdate() - dt.timedelta(days=days))


@pytest.mark.parametrize(("days", "number"), [(89, 0), (90, 1), (120, 1)])
def test_digest_counts_who_is_due(pairing: Pairing, days: int, number: int) -> None:
    last_met(pairing.member, days)
    assert waiting(timezone.localdate()).get(pairing.cadre_id, 0) == number


def test_who_wants_less_contact_is_due_nowhere(pairing: Pairing) -> None:
    last_met(pairing.member, 300)
    Member.objects.filter(pk=pairing.member_id).update(contact_preference=ContactPreference.PHONE_ONLY)
    assert not waiting(timezone.localdate())


def test_calendar_counts_and_names_nobody(
    pairing: Pairing, make_member: Callable[..., Member], pair_with: Callable[[Member], Pairing]
) -> None:
    today = timezone.localdate()
    for member in (pairing.member, pair_with(make_member("孙洱")).member):
        last_met(member, 80)
    found = [
        (entry.day, entry.title)
        for entry in entries_of(pairing.cadre, today, today + dt.timedelta(days=31))
        if entry.key.startswith("contacts-")
    ]
    assert found == [(today + dt.timedelta(days=10), "应联系 2 人")]


@pytest.fixture
def successor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("successor", RoleName.CADRE, tree.town, "接手")


@pytest.fixture
def promise(pairing: Pairing, make_visit: Callable[..., Visit]) -> Promise:
    visit = make_visit()
    return Promise.objects.create(
        visit=visit, office=visit.office, text="送政策汇编", due_on=timezone.localdate()
    )


def taken_over(pairing: Pairing, successor: User, by: User) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    hand_over(Plan(Terms(Why.LEFT, yesterday), {pairing: Successor(successor)}), by=by)


def test_promise_is_kept_by_the_successor(
    client: Client, promise: Promise, pairing: Pairing, successor: User, county_admin: User
) -> None:
    today = timezone.localdate()
    assert promises_due(today) == {pairing.cadre_id: 1}
    taken_over(pairing, successor, county_admin)
    assert promises_due(today) == {successor.pk: 1}
    client.force_login(successor)
    assert promise.text in client.get("/today/").text
    page = client.get(f"/visits/{promise.visit.public_id}/").text
    assert "已兑现" in page
    client.post(f"/promises/{promise.public_id}/kept/")
    promise.refresh_from_db()
    assert promise.kept_on == today


def test_promise_is_nobody_elses_to_keep(
    client: Client, promise: Promise, successor: User, neighbour: User
) -> None:
    for user in (successor, neighbour):
        client.force_login(user)
        assert client.post(f"/promises/{promise.public_id}/kept/").status_code == 404

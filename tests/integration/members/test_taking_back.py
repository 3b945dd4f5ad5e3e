"""A post or a seat that was entered by mistake: taken back whole, told in the history, and back again by the toast."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.members.actions import withdraw_member
from apps.members.appointing import Post, Seat, appoint, put_back, take_back, take_seat
from apps.members.erasing.erasing import erase_members
from apps.members.history import history_of
from apps.members.models import Appointment, Member, Organization, PublicSeat, TakenBack
from apps.members.organization_lists import lines_of
from apps.members.versions import events_of
from tests.cast import YEAR_START, Tree

TWICE = TakenBack.Reason.TWICE


@pytest.fixture
def member(make_member: Callable[..., Member]) -> Member:
    return make_member("职一")


@pytest.fixture
def post(tree: Tree, member: Member, county_admin: User) -> Appointment:
    chamber = Organization.objects.create(office=tree.county, name="甲县商会", kind="chamber")
    return appoint(member=member, organization=chamber, post=Post(title="副会长"), by=county_admin)


def row(model: type[Appointment] | type[PublicSeat]) -> list[dict[str, Any]]:
    return [dict(values) for values in model._default_manager.values()]


def test_page_takes_back_and_the_toast_undoes(client: Client, town_cadre: User, post: Appointment) -> None:
    client.force_login(town_cadre)
    before, file = row(Appointment), reverse("members:detail", args=[post.member.public_id])
    page = reverse("members:take_back_post", args=[post.member.public_id, post.pk])
    assert page in client.get(file).text
    assert client.post(page, {"reason": ""}).status_code == 422
    shown = client.post(page, {"reason": "twice"}, follow=True).text
    assert row(Appointment) == []
    (undo,) = re.findall(r'action="(/members/[^"]+/undo/)"', shown)
    assert undo not in client.get(file).text
    client.post(undo)
    assert row(Appointment) == before
    assert "已经恢复" in client.post(undo, follow=True).text


def test_history_offers_to_put_it_back_until_it_is(
    client: Client, town_cadre: User, post: Appointment
) -> None:
    client.force_login(town_cadre)
    before, page = row(Appointment), reverse("members:history", args=[post.member.public_id])
    taken = take_back(held=post, reason=TWICE, by=town_cadre)
    undo = reverse("members:put_back", args=[post.member.public_id, taken.pk])
    assert undo in client.get(page).text
    client.post(undo)
    assert row(Appointment) == before
    assert undo not in client.get(page).text


def test_figures_and_finding_do_not_count_it(post: Appointment, county_admin: User) -> None:
    def members() -> int:
        (line,) = lines_of([post.organization], county_admin, YEAR_START)
        return int(line.members)

    assert members() == 1
    taken = take_back(held=post, reason=TWICE, by=county_admin)
    assert members() == 0
    put_back(taken=taken, by=county_admin)
    assert members() == 1


def test_history_says_what_who_and_why(post: Appointment, county_admin: User) -> None:
    put_back(taken=take_back(held=post, reason=TWICE, by=county_admin), by=county_admin)
    told = [
        (line.who, change.label, change.old, change.new)
        for line in history_of(post.member)
        for change in line.changes
    ]
    assert ("贾管", "撤回登记", "甲县商会 副会长", "同一任职登记了两次") in told
    assert ("贾管", "恢复", "", "甲县商会 副会长") in told


def test_a_seat_that_ended_is_taken_back_and_put_back(
    member: Member, post: Appointment, county_admin: User
) -> None:
    take_back(held=post, reason=TWICE, by=county_admin)
    seat = take_seat(member=member, seat=Seat(kind="deputy", level="city"), by=county_admin)
    PublicSeat.objects.filter(pk=seat.pk).update(ends_on=YEAR_START)
    before = row(PublicSeat)
    taken = take_back(held=seat, reason=TWICE, by=county_admin)
    assert row(PublicSeat) == []
    told = {(c.old, c.new) for line in history_of(member) for c in line.changes if c.label == "撤回登记"}
    assert told == {("市人大代表", "同一任职登记了两次"), ("甲县商会 副会长", "同一任职登记了两次")}
    put_back(taken=taken, by=county_admin)
    assert row(PublicSeat) == before


def test_what_came_without_history_comes_back_too(post: Appointment, county_admin: User) -> None:
    """The rows of the demo."""
    events_of(Appointment).all().delete()
    before = row(Appointment)
    put_back(taken=take_back(held=post, reason=TWICE, by=county_admin), by=county_admin)
    assert row(Appointment) == before


def test_entered_again_since_it_does_not_come_back(post: Appointment, county_admin: User) -> None:
    taken = take_back(held=post, reason=TWICE, by=county_admin)
    appoint(member=post.member, organization=post.organization, post=Post(title="副会长"), by=county_admin)
    with pytest.raises(Refusal, match="不能恢复"):
        put_back(taken=taken, by=county_admin)


def test_it_comes_back_in_the_organization_that_stands(
    post: Appointment, county_admin: User, tree: Tree
) -> None:
    stands = Organization.objects.create(office=tree.county, name="甲县总商会", kind="chamber")
    taken = take_back(held=post, reason=TWICE, by=county_admin)
    Organization.objects.filter(pk=post.organization_id).update(merged_into=stands, ended_on=YEAR_START)
    put_back(taken=taken, by=county_admin)
    assert Appointment.objects.get().organization == stands


def test_erasing_leaves_nothing_of_it(post: Appointment, county_admin: User) -> None:
    take_back(held=post, reason=TWICE, by=county_admin)
    withdraw_member(member=post.member, on=YEAR_START, by=None)
    erase_members([post.member_id], why="withdrawn")
    assert not TakenBack.objects.exists()
    assert not events_of(Appointment).exists()

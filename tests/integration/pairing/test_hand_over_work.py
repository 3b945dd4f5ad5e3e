"""What a leaving cadre had in hand: cases, organizations to visit, activities in preparation; after a cover they come back."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.activities.actions import Planned, plan_activity
from apps.activities.models import Activity, ActivityKind
from apps.casework.actions import accept_case, open_case
from apps.casework.models import Case
from apps.members.models import Organization, OrganizationKind
from apps.pairing.handing_over.applying import Plan, Successor, hand_over
from apps.pairing.handing_over.reading import work_of
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.handing_over.work import give_back_over, pass_on, pass_on_due
from apps.pairing.models import Campaign, CoveredWork, Pairing, PlannedPassing, Target
from tests.cast import Tree

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def successor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("successor", RoleName.CADRE, tree.town, "接手")


@pytest.fixture
def in_hand(pairing: Pairing, town_cadre: User, county_admin: User, tree: Tree) -> None:
    """A case, two organizations to visit and an activity."""
    today = timezone.localdate()
    case = open_case(
        member=pairing.member, kind="request", text="想办证", office=tree.town, opened_on=today, by=town_cadre
    )
    accept_case(case=case, by=town_cadre)
    campaign = Campaign.objects.create(
        office=tree.county,
        title="百企大走访",
        starts_on=today,
        ends_on=today + 60 * DAY,
        created_by=county_admin,
    )
    for name in ("甲厂", "乙厂"):
        firm = Organization.objects.create(office=tree.town, name=name, kind=OrganizationKind.ENTERPRISE)
        Target.objects.create(campaign=campaign, organization=firm, office=tree.town, assignee=town_cadre)
    planned = Planned(title="茶叙", kind=ActivityKind.FELLOWSHIP, planned_for=today + 9 * DAY)
    plan_activity(office=tree.town, planned=planned, by=town_cadre)


def holders() -> set[User | None]:
    return {
        Case.objects.get().handler,
        *(target.assignee for target in Target.objects.all()),
        Activity.objects.get().organizer,
    }


def handed(pairing: Pairing, to: User, by: User, terms: Terms) -> None:
    work = work_of([pairing.cadre_id], [pairing], by, whole=True)
    assert [item.kind for item in work] == ["case", "target", "activity"]
    assert all(to.pk in item.takers for item in work)
    hand_over(Plan(terms, {pairing: Successor(to)}, [(item, to) for item in work]), by=by)


@pytest.mark.usefixtures("in_hand")
def test_everything_in_hand_goes_on_for_good(pairing: Pairing, successor: User, county_admin: User) -> None:
    handed(pairing, successor, county_admin, Terms(Why.LEFT, timezone.localdate()))
    assert holders() == {successor}
    assert not CoveredWork.objects.exists()


@pytest.mark.usefixtures("in_hand")
def test_what_is_handed_over_later_changes_hands_on_that_day(
    pairing: Pairing, town_cadre: User, successor: User, county_admin: User
) -> None:
    last_on = timezone.localdate() + 10 * DAY
    handed(pairing, successor, county_admin, Terms(Why.AWAY, last_on, last_on + 30 * DAY))
    assert holders() == {town_cadre}
    held = work_of([town_cadre.pk], [], county_admin, whole=True)
    assert {item.planned and (item.planned.to, item.planned.first_on) for item in held} == {
        (successor, last_on + DAY)
    }
    assert pass_on_due(last_on) == 0
    # Given to somebody else meanwhile: it stays there.
    Activity.objects.update(organizer=county_admin)
    assert pass_on_due(last_on + DAY) == 3
    assert holders() == {successor, county_admin}
    assert pass_on_due(last_on + DAY) == 0
    # The case and two organizations come back after the cover.
    assert give_back_over(last_on + 31 * DAY) == 3
    assert holders() == {town_cadre, county_admin}


@pytest.mark.usefixtures("in_hand")
def test_planned_work_is_called_off_one_by_one(
    client: Client, pairing: Pairing, town_cadre: User, successor: User, county_admin: User
) -> None:
    last_on = timezone.localdate() + 10 * DAY
    handed(pairing, successor, county_admin, Terms(Why.AWAY, last_on, last_on + 30 * DAY))
    planned = PlannedPassing.objects.get(kind="case")
    address = reverse("pairing:call_off", args=[planned.pk])
    client.force_login(county_admin)
    page = client.get(reverse("pairing:hand_over")).content.decode()
    assert page.count("取消计划") == 3
    assert address in page
    page = client.post(address, follow=True).content.decode()
    assert "仍由" in page
    assert page.count("取消计划") == 2 + 1  # and the message
    assert not PlannedPassing.objects.filter(kind="case").exists()
    assert client.post(address).status_code == 404
    pass_on_due(last_on + DAY)
    assert Case.objects.get().handler == town_cadre
    assert Activity.objects.get().organizer == successor


@pytest.mark.usefixtures("in_hand")
def test_work_of_other_offices_cannot_be_called_off(
    client: Client,
    pairing: Pairing,
    successor: User,
    county_admin: User,
    make_user: Callable[..., User],
    tree: Tree,
) -> None:
    handed(pairing, successor, county_admin, Terms(Why.LEFT, timezone.localdate() + 10 * DAY))
    planned = PlannedPassing.objects.get(kind="case")
    client.force_login(make_user("far_admin", RoleName.OFFICE_ADMIN, tree.other_county))
    assert client.post(reverse("pairing:call_off", args=[planned.pk])).status_code == 404
    assert PlannedPassing.objects.filter(pk=planned.pk).exists()


@pytest.mark.usefixtures("in_hand")
def test_handed_over_again_before_the_day_the_last_word_holds(
    pairing: Pairing, town_cadre: User, successor: User, county_admin: User, make_user: Callable[..., User]
) -> None:
    last_on = timezone.localdate() + 10 * DAY
    other = make_user("other", RoleName.CADRE, pairing.office, "另接")
    work = work_of([pairing.cadre_id], [pairing], county_admin, whole=True)
    for to in (successor, other):
        for item in work:
            pass_on(item, to=to, first_on=last_on + DAY, until=None, by=county_admin)
    assert pass_on_due(last_on + DAY) == 3
    assert holders() == {other}


@pytest.mark.usefixtures("in_hand")
def test_who_may_not_take_it_on_the_day_does_not(
    pairing: Pairing, town_cadre: User, successor: User, county_admin: User
) -> None:
    last_on = timezone.localdate() + 10 * DAY
    handed(pairing, successor, county_admin, Terms(Why.LEFT, last_on))
    successor.grants.all().delete()
    pass_on_due(last_on + DAY)
    assert holders() == {None}


@pytest.mark.usefixtures("in_hand")
def test_what_a_cover_took_on_comes_back(
    pairing: Pairing, town_cadre: User, successor: User, county_admin: User
) -> None:
    until = timezone.localdate() + 40 * DAY
    handed(pairing, successor, county_admin, Terms(Why.AWAY, timezone.localdate(), until))
    assert holders() == {successor}
    assert give_back_over(until) == 0
    # One of the two went on to somebody else meanwhile: it stays there.
    kept = Target.objects.order_by("pk").first()
    assert kept is not None
    Target.objects.filter(pk=kept.pk).update(assignee=county_admin)
    assert give_back_over(until + DAY) == 4
    assert holders() == {town_cadre, county_admin}
    assert give_back_over(until + DAY) == 0

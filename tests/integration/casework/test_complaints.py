"""A member's complaint goes to the next higher office, and the paired cadre and their office see nothing of it, anywhere."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.casework.actions import answer_case, close_case
from apps.casework.asking import ask, complaint_office
from apps.casework.models import Case
from apps.casework.offices import may_lead
from apps.core.access import Permission
from apps.core.routes import every_route
from apps.members.models import Member
from apps.notifications.models import Notification
from apps.pairing.models import DutyEntry, Pairing
from tests.cast import Tree

TEXT = "金丝雀来访时态度生硬"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True


@pytest.fixture
def complaint(pairing: Pairing, county_admin: User) -> Case:
    return ask(member=pairing.member, kind="complaint", text=TEXT)


def test_next_higher_office_has_it(complaint: Case, county_admin: User, tree: Tree) -> None:
    assert complaint.office == complaint.lead_office == tree.county
    assert Case.objects.visible_to(county_admin, Permission.CASE_HANDLE).get() == complaint
    assert Notification.objects.filter(to=county_admin, kind="casework.own_file").count() == 1


def test_above_every_office_that_the_cadre_serves(
    member: Member, make_user: Callable[..., User], tree: Tree
) -> None:
    at_county = make_user("county_cadre", RoleName.CADRE, tree.county)
    assert complaint_office(member, at_county) == tree.city
    assert complaint_office(member, None) == tree.county


@pytest.mark.parametrize("who", ["cadre", "leader"])
def test_their_office_finds_nothing_on_any_page(
    complaint: Case, make_user: Callable[..., User], tree: Tree, town_cadre: User, who: str
) -> None:
    user = town_cadre if who == "cadre" else make_user("town_leader", RoleName.LEADER, tree.town)
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    cache.clear()
    for address in addresses(complaint):
        answer = browser.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert complaint.number.encode() not in body, address
        assert TEXT.encode() not in body, address


def addresses(complaint: Case) -> list[str]:
    """Every page without arguments, those of the member, the pair and the case."""
    member = complaint.member
    assert member
    pair = Pairing.objects.get(member=member)
    plain = [
        reverse(route.name)
        for route in every_route()
        if not route.arguments and "GET" in route.methods and not route.is_open and not route.is_for_members
    ]
    return [
        *plain,
        reverse("members:detail", args=[member.public_id]),
        reverse("members:history", args=[member.public_id]),
        reverse("pairing:pair", args=[pair.public_id]),
    ]


def test_page_of_the_case_does_not_exist_for_them(complaint: Case, client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    assert client.get(reverse("casework:case", args=[complaint.public_id])).status_code == 404


def test_cadre_stays_out_after_a_move_up(
    complaint: Case, town_cadre: User, make_user: object, tree: Tree
) -> None:
    town_cadre.grants.update(office=tree.county)
    moved = User.objects.get(pk=town_cadre.pk)
    assert not Case.objects.visible_to(moved, Permission.CASE_VIEW).exists()


def test_audit_rows_lie_above(complaint: Case, tree: Tree) -> None:
    rows = AuditEvent.objects.filter(target_label="casework.case", target_id=str(complaint.pk))
    assert {row.office_path for row in rows} == {tree.county.path}


def test_it_never_goes_down(complaint: Case, tree: Tree) -> None:
    assert tree.town not in may_lead(complaint)
    assert tree.city in may_lead(complaint)


def test_what_came_of_it_is_no_entry_of_the_pair(complaint: Case, county_admin: User) -> None:
    answered = answer_case(
        case=complaint, answer="已核实并改进", answered_on=complaint.opened_on, by=county_admin
    )
    Member.objects.filter(cases=complaint).update(contact_preference="none")
    Case.objects.filter(pk=answered.pk).update(
        state="confirmed", verdict="satisfied", verdict_on=answered.opened_on
    )
    close_case(
        case=Case.objects.get(pk=answered.pk), closed_on=answered.opened_on, deed_done=True, by=county_admin
    )
    assert not DutyEntry.objects.exists()


def test_other_cases_stay_with_the_own_office(pairing: Pairing, town_cadre: User, tree: Tree) -> None:
    case = ask(member=pairing.member, kind="request", text="想了解创业贷款政策")
    assert (case.office, case.entered_by, case.confidential) == (tree.town, None, False)
    assert Notification.objects.filter(to=town_cadre, kind="casework.own_file").exists()

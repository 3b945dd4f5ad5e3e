"""Who moved away or died: no longer met, still counted in the past, back again if it was a mistake, erased in the end."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.casework.actions import open_case
from apps.core.refusals import Conflict, Refusal
from apps.members.actions import MemberRefused, withdraw_member
from apps.members.appointing import Seat, take_seat
from apps.members.erasing.retention import empty_listed, list_due
from apps.members.going import say_back, say_gone
from apps.members.models import Appointment, Member, Organization, OrganizationKind, OwnFileCode
from apps.pairing.actions import log_visit
from apps.pairing.models import Pairing
from apps.pairing.rules import VisitContent

S = Member.Status
DAY = dt.date(2026, 3, 5)
DUE = dt.date(2028, 3, 5)
LATER = dt.date(2028, 4, 5)


def gone(member: Member, by: User, status: Member.Status = S.MOVED, on: dt.date = DAY) -> Member:
    return say_gone(member=member, status=status, on=on, by=by)


@pytest.mark.parametrize("status", [S.MOVED, S.DECEASED])
def test_pair_ends_with_the_day_and_nothing_is_owed(
    pairing: Pairing, town_cadre: User, status: Member.Status
) -> None:
    left = gone(pairing.member, town_cadre, status)
    pairing.refresh_from_db()
    assert (pairing.ended_on, pairing.end_reason) == (DAY, "left")
    assert (left.status, left.status_since) == (status, DAY)
    year = pairing.years.get(year=2026)
    assert year.due == year.done


def test_only_who_is_active_goes_and_not_in_the_future(member: Member, town_cadre: User) -> None:
    with pytest.raises(MemberRefused, match="不能晚于今天"):
        gone(member, town_cadre, on=timezone.localdate() + dt.timedelta(days=1))
    withdraw_member(member=member, on=DAY, by=None)
    with pytest.raises(MemberRefused, match="在册"):
        gone(member, town_cadre)


def test_posts_seats_and_the_way_into_the_file_end_with_a_death(member: Member, town_cadre: User) -> None:
    firm = Organization.objects.create(name="甲厂", kind=OrganizationKind.ENTERPRISE, office=member.office)
    post = Appointment.objects.create(member=member, organization=firm, title="经理")
    seat = take_seat(member=member, seat=Seat(kind="deputy", level="county"), by=town_cadre)
    OwnFileCode.objects.create(
        member=member, via="letter", mark="d", made_on=DAY, made_by=town_cadre, last_day=LATER
    )
    gone(member, town_cadre, S.DECEASED)
    post.refresh_from_db()
    seat.refresh_from_db()
    assert (post.ends_on, seat.ends_on, member.own_codes.count()) == (DAY, DAY, 0)


def test_who_moved_keeps_the_own_file_and_may_withdraw(member: Member, town_cadre: User) -> None:
    OwnFileCode.objects.create(
        member=member, via="letter", mark="d", made_on=DAY, made_by=town_cadre, last_day=LATER
    )
    gone(member, town_cadre)
    assert member.own_codes.count() == 1
    withdraw_member(member=member, on=DAY, by=None)
    member.refresh_from_db()
    assert member.status == S.WITHDRAWN


def test_said_by_mistake_it_is_taken_back(pairing: Pairing, town_cadre: User) -> None:
    since = pairing.member.status_since
    gone(pairing.member, town_cadre)
    back = say_back(member=pairing.member, by=town_cadre)
    assert (back.status, back.status_since) == (S.ACTIVE, since)
    pairing.refresh_from_db()
    assert pairing.ended_on == DAY
    with pytest.raises(Conflict):
        say_back(member=pairing.member, by=town_cadre)


def test_page_says_it_and_leads_back(client: Client, member: Member, town_cadre: User) -> None:
    client.force_login(town_cadre)
    here = [member.public_id]
    page = client.get(reverse("members:detail", args=here)).text
    assert reverse("members:gone", args=here) in page
    answer = client.post(
        reverse("members:gone", args=here), {"status": "moved", "on": "2026-03-05"}, follow=True
    )
    assert "自 2026-03-05 起不再安排联系" in answer.text
    assert reverse("members:gone", args=here) not in answer.text
    answer = client.post(reverse("members:back", args=here), follow=True)
    assert "已恢复在册" in answer.text
    assert reverse("members:gone", args=here) in answer.text


def test_for_who_died_no_letter_is_made(client: Client, member: Member, town_cadre: User) -> None:
    gone(member, town_cadre, S.DECEASED)
    client.force_login(town_cadre)
    page = client.get(reverse("members:detail", args=[member.public_id])).text
    letter = reverse("members:own_letter", args=[member.public_id])
    assert letter not in page
    assert "不再制作自助信函" in client.post(letter, follow=True).text
    assert not member.own_codes.exists()


def test_form_asks_for_both_and_says_so(client: Client, member: Member, town_cadre: User) -> None:
    client.force_login(town_cadre)
    answer = client.post(reverse("members:gone", args=[member.public_id]), {"status": "active", "on": ""})
    assert answer.status_code == 422
    member.refresh_from_db()
    assert member.status == S.ACTIVE


def test_two_years_later_the_person_is_listed_and_a_month_after_erased(
    member: Member, town_cadre: User, client: Client
) -> None:
    gone(member, town_cadre)
    assert list_due(DUE - dt.timedelta(days=1)).total() == 0
    assert list_due(DUE)["members.Member"] == 1
    assert empty_listed(LATER)["members.Member"] == 1
    member.refresh_from_db()
    assert (member.name, member.phone, member.erased_at is None) == ("", "", False)
    client.force_login(town_cadre)
    assert client.get(reverse("members:detail", args=[member.public_id])).status_code == 404
    assert list_due(LATER).total() == 0


def test_open_case_keeps_who_is_long_gone(member: Member, town_cadre: User) -> None:
    open_case(
        kind="request", text="没办完", office=member.office, by=town_cadre, opened_on=DAY, member=member
    )
    gone(member, town_cadre)
    assert list_due(DUE)["members.Member"] == 0


def test_who_came_back_is_struck_from_the_list(member: Member, town_cadre: User) -> None:
    gone(member, town_cadre)
    list_due(DUE)
    say_back(member=member, by=town_cadre)
    assert empty_listed(LATER)["members.Member"] == 0
    member.refresh_from_db()
    assert member.name


def test_who_is_gone_is_not_met_any_more(pairing: Pairing, town_cadre: User) -> None:
    gone(pairing.member, town_cadre)
    content = VisitContent(members=(pairing.member.public_id,), kind="talk", happened_on=DAY)
    with pytest.raises(Refusal):
        log_visit(public_id=uuid.uuid4(), content=content, by=town_cadre, among=Member.objects.all())

"""Pairs begin and end; what stands against it is said with its field."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.refusals import Conflict
from apps.members.actions import set_contact_preference, withdraw_member
from apps.members.models import Consent, ContactPreference, Member
from apps.pairing.actions import end_pairing, save_plan, start_pairing
from apps.pairing.due import next_contact
from apps.pairing.findings import Refused
from apps.pairing.models import Pairing, PairingPlan, PairingYear, Visit
from apps.pairing.progress import Owed
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree

FEBRUARY = dt.date(2026, 2, 1)
TODAY = dt.date(2026, 11, 22)


def begin(member: Member, cadre: User, by: User, on: dt.date = FEBRUARY, confirmed: bool = False) -> Pairing:
    return start_pairing(member=member, cadre=cadre, started_on=on, by=by, confirmed=confirmed)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [finding.code for finding in refused.value.findings]


def test_pair_begins_with_its_year(
    five_duties: PairingPlan, member: Member, town_cadre: User, county_admin: User
) -> None:
    pairing = begin(member, town_cadre, county_admin)
    assert sum(PairingYear.objects.get(pairing=pairing, year=2026).due) == 9


def test_cadre_without_a_grant_there_is_refused(member: Member, neighbour: User, county_admin: User) -> None:
    with pytest.raises(Refused) as refused:
        begin(member, neighbour, county_admin)
    assert codes(refused) == ["no_grant"]


def test_no_pair_before_consent_or_without_it(member: Member, town_cadre: User, county_admin: User) -> None:
    with pytest.raises(Refused) as refused:
        begin(member, town_cadre, county_admin, dt.date(2025, 12, 1))
    assert codes(refused) == ["before_consent"]
    Consent.objects.filter(member=member).update(purposes=["registry"])
    with pytest.raises(Refused) as refused:
        begin(member, town_cadre, county_admin)
    assert codes(refused) == ["no_consent"]


def test_member_has_one_cadre_at_a_time(pairing: Pairing, town_cadre: User, county_admin: User) -> None:
    with pytest.raises(Refused) as refused:
        begin(pairing.member, town_cadre, county_admin)
    assert codes(refused) == ["paired"]


def test_full_cadre_warns_then_refuses(
    five_duties: PairingPlan, make_member: Callable[..., Member], town_cadre: User, county_admin: User
) -> None:
    for _ in range(8):
        begin(make_member(), town_cadre, county_admin)
    with pytest.raises(Refused) as refused:
        begin(make_member(), town_cadre, county_admin)
    assert codes(refused) == ["over_capacity"]
    for _ in range(4):
        begin(make_member(), town_cadre, county_admin, confirmed=True)
    with pytest.raises(Refused) as refused:
        begin(make_member(), town_cadre, county_admin, confirmed=True)
    assert codes(refused) == ["full"]


def test_member_who_asked_for_another_cadre_does_not_get_the_same(
    pairing: Pairing, town_cadre: User, county_admin: User
) -> None:
    end_pairing(pairing=pairing, ended_on=FEBRUARY, reason="member_asked", by=county_admin)
    with pytest.raises(Refused) as refused:
        begin(pairing.member, town_cadre, county_admin, dt.date(2026, 3, 1), confirmed=True)
    assert codes(refused) == ["asked_for_another"]


def test_pair_does_not_end_before_its_last_deed(
    pairing: Pairing, county_admin: User, make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    with pytest.raises(Refused) as refused:
        end_pairing(pairing=pairing, ended_on=FEBRUARY, reason="other", by=county_admin)
    assert codes(refused) == ["deeds_after"]


def test_pair_ends_once(pairing: Pairing, county_admin: User) -> None:
    end_pairing(pairing=pairing, ended_on=FEBRUARY, reason="hand_over", by=county_admin)
    with pytest.raises(Conflict):
        end_pairing(pairing=pairing, ended_on=FEBRUARY, reason="hand_over", by=county_admin)


def test_withdrawal_ends_the_pair_and_lowers_nothing(
    pairing: Pairing, make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    withdraw_member(member=pairing.member, on=dt.date(2026, 4, 1), by=None)
    pairing.refresh_from_db()
    year = PairingYear.objects.get(pairing=pairing, year=2026)
    assert (pairing.ended_on, pairing.end_reason) == (dt.date(2026, 4, 1), "withdrawn")
    assert (sum(year.due), sum(year.done)) == (1, 1)


def test_wish_for_less_contact_counts_at_once(pairing: Pairing, make_visit: Callable[..., Visit]) -> None:
    make_visit()
    set_contact_preference(member=pairing.member, preference=ContactPreference.NONE, by=None)
    assert PairingYear.objects.get(pairing=pairing, year=2026).due[11] == 0


def test_changed_plan_is_counted_at_once(
    pairing: Pairing, tree: Tree, county_admin: User, make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    save_plan(office=tree.county, year=2026, capacity=6, duties=[Owed("talk", 2, "half")], by=county_admin)
    year = PairingYear.objects.get(pairing=pairing, year=2026)
    assert (year.due[5], year.due[11], sum(year.done)) == (2, 2, 1)


def test_plan_that_is_followed_changes_from_a_day_on(
    pairing: Pairing, five_duties: PairingPlan, county_admin: User
) -> None:
    changed = {"office": five_duties.office, "year": 2026, "capacity": 8, "by": county_admin}
    twice = [Owed("talk", 2, "quarter")]
    with pytest.raises(Refused) as refused:
        save_plan(**changed, duties=twice)  # type: ignore[arg-type]
    assert codes(refused) == ["required", "from_on"]
    with pytest.raises(Refused) as refused:
        save_plan(**changed, duties=twice, from_on=dt.date(2026, 3, 1), why="会议决定")  # type: ignore[arg-type]
    assert refused.value.needs_confirmation_only
    save_plan(**changed, duties=twice, from_on=dt.date(2026, 10, 1), why="会议决定")  # type: ignore[arg-type]
    due = PairingYear.objects.get(pairing=pairing, year=2026).due
    assert (due[2], due[5], due[8], due[11]) == (1, 2, 1, 6)
    assert rebuild_all(2026).none


def test_new_plan_begins_as_a_copy(
    client: Client, five_duties: PairingPlan, tree: Tree, county_admin: User
) -> None:
    client.force_login(county_admin)
    form = client.get(f"/plans/{tree.county.code}/2027/").context["form"]
    assert (form.initial["talk_number"], form.initial["talk_per"]) == (1, "quarter")


@pytest.mark.parametrize(
    ("last_on", "wants_less", "days_over", "is_due"),
    [
        (dt.date(2026, 11, 20), False, 0, False),
        (dt.date(2026, 9, 1), False, 0, True),
        (dt.date(2026, 8, 1), False, 23, True),
        (None, False, 295, True),
        (dt.date(2026, 1, 1), True, 0, False),
    ],
)
def test_due_list_counts_from_the_last_real_contact(
    last_on: dt.date | None, wants_less: bool, days_over: int, is_due: bool
) -> None:
    contact = next_contact(
        started_on=dt.date(2026, 1, 1), last_on=last_on, wants_less=wants_less, today=TODAY
    )
    assert (contact.days_over, contact.is_due) == (days_over, is_due)


def test_unpaired_are_found_by_name_and_no_address_tells_it(
    client: Client, make_member: Callable[..., Member], county_admin: User
) -> None:
    make_member("王小明")
    make_member("安宁")
    client.force_login(county_admin)
    found = client.post(reverse("pairing:unpaired"), {"q": "小明"}, follow=True)
    assert [label for _member, label in found.context["rows"]] == ["王小明"]
    (address, _status), *_rest = found.redirect_chain
    assert "小明" not in unquote(address)
    nobody = client.post(reverse("pairing:unpaired"), {"q": "没有这人"}, follow=True)
    assert "没有符合条件的成员" in nobody.content.decode()


def test_unpaired_are_narrowed_to_an_office(
    client: Client, make_member: Callable[..., Member], county_admin: User, tree: Tree
) -> None:
    make_member("王小明")
    make_member("李四", office=tree.other_town)
    client.force_login(county_admin)
    found = client.post(reverse("pairing:unpaired"), {"office": tree.other_town.code}, follow=True)
    assert [label for _member, label in found.context["rows"]] == ["李四"]

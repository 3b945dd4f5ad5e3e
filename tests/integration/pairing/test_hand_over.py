"""All pairs of a cadre go to others at once: days, years, notes, cases, and the way back from a cover."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.casework.actions import accept_case, open_case
from apps.casework.models import Case
from apps.members.actions import withdraw_member
from apps.members.models import Member
from apps.members.sections import own_sections_for
from apps.notifications.models import Notification
from apps.pairing.actions import end_pairing
from apps.pairing.findings import Refused
from apps.pairing.handing_over import notes
from apps.pairing.handing_over.applying import Plan, Successor, hand_over, what_stands_against
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.models import HandoverNote, Pairing, PairingYear, Promise, Visit
from apps.pairing.queries import contact_of
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree

JULY = dt.date(2026, 7, 1)
TODAY = dt.date(2026, 11, 22)
LEFT = Terms(Why.LEFT, dt.date(2026, 6, 30))
AWAY = Terms(Why.AWAY, dt.date(2026, 11, 22), dt.date(2027, 1, 31))
PAGE = "/pairs/handover/"


@pytest.fixture
def successor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("successor", RoleName.CADRE, tree.county, "接手")


def days(member: Member) -> list[tuple[str, dt.date, dt.date | None, str]]:
    rows = Pairing.objects.filter(member=member).order_by("started_on")
    return [(row.cadre.name, row.started_on, row.ended_on, row.end_reason) for row in rows]


def test_pair_goes_on_with_the_successor_and_keeps_what_was_done(
    pairing: Pairing, make_visit: Callable[..., Visit], successor: User, county_admin: User
) -> None:
    make_visit()
    before = sum(PairingYear.objects.get(pairing=pairing).done)
    (new,) = hand_over(Plan(LEFT, {pairing: Successor(successor, "家里老人的事请跟进")}), by=county_admin)
    assert days(pairing.member) == [
        ("董干", dt.date(2026, 1, 1), dt.date(2026, 6, 30), "cadre_left"),
        ("接手", JULY, None, ""),
    ]
    assert new.first_contact_by == JULY + dt.timedelta(days=30)
    assert sum(PairingYear.objects.get(pairing=pairing).talk) == 1
    assert sum(sum(row.done) for row in PairingYear.objects.all()) == before
    assert rebuild_all(2026).none
    assert Notification.objects.filter(to=successor, kind="pairing.handed_over").count() == 1


def test_first_contact_is_due_in_thirty_days(
    pairing: Pairing, make_visit: Callable[..., Visit], successor: User, county_admin: User
) -> None:
    make_visit(happened_on=dt.date(2026, 6, 29))
    (new,) = hand_over(Plan(LEFT, {pairing: Successor(successor)}), by=county_admin)
    new.member.refresh_from_db()
    assert contact_of(new, JULY).due_on == dt.date(2026, 7, 31)
    new.member.last_contact_on = dt.date(2026, 7, 5)
    assert contact_of(new, JULY).due_on == dt.date(2026, 10, 3)


def test_cover_comes_back_by_itself(
    pairing: Pairing, make_visit: Callable[..., Visit], successor: User, county_admin: User
) -> None:
    make_visit()
    hand_over(Plan(AWAY, {pairing: Successor(successor)}), by=county_admin)
    assert days(pairing.member) == [
        ("董干", dt.date(2026, 1, 1), TODAY, "hand_over"),
        ("接手", dt.date(2026, 11, 23), dt.date(2027, 1, 31), "hand_over"),
        ("董干", dt.date(2027, 2, 1), None, ""),
    ]
    assert rebuild_all(2026).none


def test_cover_may_end_sooner(pairing: Pairing, successor: User, county_admin: User) -> None:
    terms = Terms(Why.AWAY, dt.date(2026, 10, 31), dt.date(2026, 12, 31))
    (cover,) = hand_over(Plan(terms, {pairing: Successor(successor)}), by=county_admin)
    end_pairing(pairing=cover, ended_on=TODAY, reason="hand_over", by=county_admin)
    assert days(pairing.member)[1:] == [
        ("接手", dt.date(2026, 11, 1), TODAY, "hand_over"),
        ("董干", dt.date(2026, 11, 23), None, ""),
    ]
    assert rebuild_all(2026).none


def test_member_who_leaves_during_a_cover_has_no_pair_to_come(
    pairing: Pairing, successor: User, county_admin: User
) -> None:
    terms = Terms(Why.AWAY, dt.date(2026, 10, 31), dt.date(2026, 12, 31))
    hand_over(Plan(terms, {pairing: Successor(successor)}), by=county_admin)
    withdraw_member(member=pairing.member, on=TODAY, by=county_admin)
    assert [(row[0], row[3]) for row in days(pairing.member)] == [
        ("董干", "hand_over"),
        ("接手", "withdrawn"),
    ]
    assert not HandoverNote.objects.exists()
    assert rebuild_all(2026).none


def test_cover_is_handed_on_with_its_end(
    pairing: Pairing, successor: User, county_admin: User, make_user: Callable[..., User], tree: Tree
) -> None:
    terms = Terms(Why.AWAY, dt.date(2026, 10, 31), dt.date(2026, 12, 31))
    (cover,) = hand_over(Plan(terms, {pairing: Successor(successor)}), by=county_admin)
    third = make_user("third", RoleName.CADRE, tree.town, "第三")
    hand_over(Plan(Terms(Why.LEFT, TODAY), {cover: Successor(third)}), by=county_admin)
    assert [row[:3] for row in days(pairing.member)[2:]] == [
        ("第三", dt.date(2026, 11, 23), dt.date(2026, 12, 31)),
        ("董干", dt.date(2027, 1, 1), None),
    ]


def test_nothing_is_done_where_one_pair_cannot_go(
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    successor: User,
    neighbour: User,
    county_admin: User,
) -> None:
    other = pair_with(make_member("周二"))
    plan = Plan(LEFT, {pairing: Successor(successor), other: Successor(neighbour)})
    with pytest.raises(Refused) as refused:
        hand_over(plan, by=county_admin)
    assert [(one.code, one.field) for one in refused.value.findings] == [("no_grant", f"to_{other.pk}")]
    assert Pairing.objects.filter(ended_on__isnull=False).count() == 0


def test_day_before_a_visit_is_refused(
    pairing: Pairing, make_visit: Callable[..., Visit], successor: User, county_admin: User
) -> None:
    make_visit(happened_on=dt.date(2026, 7, 2))
    found = what_stands_against(Plan(LEFT, {pairing: Successor(successor)}), county_admin)
    assert [one.code for one in found] == ["deeds_after"]


def test_capacity_counts_what_is_handed_over_together(
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    successor: User,
    county_admin: User,
) -> None:
    pairs = [pairing, *(pair_with(make_member(f"周{number}")) for number in "一二三四五六七八")]
    plan = Plan(LEFT, {pair: Successor(successor) for pair in pairs})
    assert [one.code for one in what_stands_against(plan, county_admin)] == ["over_capacity"]
    assert not HandoverNote.objects.exists()
    assert len(hand_over(plan, by=county_admin, confirmed=True)) == 9


def test_note_holds_open_matters_and_the_member_reads_it(
    pairing: Pairing, make_visit: Callable[..., Visit], successor: User, county_admin: User, town_cadre: User
) -> None:
    visit = make_visit()
    Promise.objects.create(visit=visit, office=visit.office, text="送材料", due_on=dt.date(2026, 12, 1))
    case = open_case(
        member=pairing.member,
        kind="request",
        text="想办证",
        office=pairing.office,
        opened_on=TODAY,
        by=town_cadre,
    )
    terms = Terms(Why.LEFT, TODAY)
    (new,) = hand_over(Plan(terms, {pairing: Successor(successor, "请先打电话")}), by=county_admin)
    told = notes.told_of(new, TODAY)
    assert told is not None
    assert ([one.pk for one in told.cases], [one.text for one in told.promises]) == ([case.pk], ["送材料"])
    assert told.text == "请先打电话"
    sections = dict(own_sections_for(pairing.member))
    assert sections["pairing/_handover_note.html"]["notes"] == [told]


def test_note_keeps_quiet_what_was_promised_to_several(
    client: Client,
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    make_visit: Callable[..., Visit],
    successor: User,
    county_admin: User,
) -> None:
    other = pair_with(make_member("李强")).member
    visit = make_visit(members=(pairing.member, other))
    Promise.objects.create(visit=visit, office=visit.office, text="给李强办证", due_on=dt.date(2026, 12, 1))
    hand_over(Plan(Terms(Why.LEFT, TODAY), {pairing: Successor(successor)}), by=county_admin)
    note = dict(own_sections_for(pairing.member))["pairing/_handover_note.html"]
    told = render_to_string("pairing/_handover_note.html", {"section": note})
    assert "2026-12-01" in told
    assert "给李强办证" not in told


def test_note_is_deleted_when_the_hand_over_is_over(
    pairing: Pairing, successor: User, county_admin: User
) -> None:
    (new,) = hand_over(Plan(LEFT, {pairing: Successor(successor, "请先打电话")}), by=county_admin)
    assert notes.told_of(new, dt.date(2026, 7, 31)) is not None
    assert notes.told_of(new, dt.date(2026, 8, 1)) is None
    notes.end_over(timezone.localdate())
    assert not HandoverNote.objects.exists()


@pytest.fixture
def page(client: Client, county_admin: User) -> Client:
    client.force_login(county_admin)
    return client


def test_wizard_from_cadre_to_deed(
    page: Client, pairing: Pairing, town_cadre: User, successor: User, make_visit: Callable[..., Visit]
) -> None:
    case = open_case(
        member=pairing.member,
        kind="request",
        text="想办证",
        office=pairing.office,
        opened_on=TODAY,
        by=town_cadre,
    )
    accept_case(case=case, by=town_cadre)
    assert "董干" in page.get(PAGE).content.decode()
    url = f"{PAGE}?cadre={town_cadre.pk}&why=left&last_on={TODAY}"
    second = page.get(url)
    assert second.status_code == 200
    form = second.context["form"]
    said = {name: form[name].value() or "" for name in form.fields if name != "confirmed"}
    assert said == {f"to_{pairing.pk}": str(successor.pk), f"text_{pairing.pk}": "", "work_0": "office"}
    said[f"text_{pairing.pk}"] = "请先打电话"
    review = page.post(url, {**said, "stage": "review"})
    assert "请先打电话" in review.content.decode()
    assert Pairing.objects.get().ended_on is None
    assert page.post(url, {**said, "stage": "apply"}).status_code == 302
    assert Pairing.objects.get(cadre=successor).started_on == TODAY + dt.timedelta(days=1)
    assert Case.objects.get().handler is None


def test_wizard_holds_back_judging_words_and_keeps_what_was_typed(
    page: Client, pairing: Pairing, town_cadre: User, successor: User
) -> None:
    url = f"{PAGE}?cadre={town_cadre.pk}&why=left&last_on={TODAY}"
    said = {f"to_{pairing.pk}": successor.pk, f"text_{pairing.pk}": "此人思想落后", "stage": "review"}
    answer = page.post(url, said)
    assert answer.status_code == 422
    assert "此人思想落后" in answer.content.decode()


def test_ticked_pairs_alone_are_handed_over(
    page: Client, pairing: Pairing, pair_with: Callable[[Member], Pairing], make_member: Callable[..., Member]
) -> None:
    pair_with(make_member("周二"))
    answer = page.get(f"{PAGE}?pair={pairing.public_id}&why=shared_out&last_on={TODAY}")
    assert [row["pairing"] for row in answer.context["rows"]] == [pairing]


def test_pairs_of_another_county_are_not_there(
    client: Client, make_user: Callable[..., User], tree: Tree, pairing: Pairing, town_cadre: User
) -> None:
    client.force_login(make_user("other_admin", RoleName.OFFICE_ADMIN, tree.other_county))
    assert "董干" not in client.get(PAGE).content.decode()
    answer = client.get(f"{PAGE}?pair={pairing.public_id}&why=left&last_on={TODAY}")
    assert answer.context["rows"] == []


def test_successor_may_be_granted_from_the_first_day(
    page: Client, pairing: Pairing, town_cadre: User, successor: User
) -> None:
    today = timezone.localdate()
    url = f"{PAGE}?cadre={town_cadre.pk}&why=left&last_on={today}"
    Grant.objects.filter(user=successor).update(starts_on=today + dt.timedelta(days=2))
    assert page.get(url).context["nobody"] == 1
    Grant.objects.filter(user=successor).update(starts_on=today + dt.timedelta(days=1))
    said = {f"to_{pairing.pk}": successor.pk, "stage": "apply"}
    assert page.post(url, said).status_code == 302

"""百企大走访: fulfilled by visits alone, counted office by office, nobody counted for declining, frozen at its end."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.actions import answer_case, close_case
from apps.casework.models import Case
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Organization
from apps.notifications.calendar import entries_of
from apps.pairing.actions import void_visit
from apps.pairing.campaigns.actions import (
    CampaignRefused,
    assign,
    close_campaign,
    drop_targets,
    set_aside,
    take_up_again,
)
from apps.pairing.campaigns.dates import targets_of, waiting
from apps.pairing.campaigns.progress import Figures, figures_of
from apps.pairing.models import Campaign, Target
from apps.pairing.rules import Asked
from tests.cast import Tree
from tests.integration.pairing.campaigns import (
    LAST,
    campaign_of,
    enterprise,
    given_to,
    visit_to,
    with_targets,
)


@pytest.fixture
def campaign(tree: Tree, county_admin: User) -> Campaign:
    return campaign_of(tree.county, county_admin)


@pytest.fixture
def firm(tree: Tree) -> Organization:
    return enterprise(tree.town, "东风机械有限公司")


@pytest.fixture
def target(campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User) -> Target:
    (made,) = with_targets(campaign, county_admin, firm)
    given_to(town_cadre, campaign, county_admin, made)
    return made


def is_visited(target: Target) -> bool:
    return Target.objects.filter(pk=target.pk).visited().exists()


def whole(campaign: Campaign) -> Figures:
    return figures_of(campaign).whole


def test_visit_of_the_assignee_fulfils_the_target(target: Target, town_cadre: User) -> None:
    assert not is_visited(target)
    visit_to(target.organization, town_cadre)
    assert is_visited(target)


@pytest.mark.parametrize(
    "said",
    [{"kind": "phone"}, {"happened_on": dt.date(2026, 2, 28)}, {"happened_on": dt.date(2026, 7, 1)}],
    ids=["by phone", "before", "after"],
)
def test_visit_that_fulfils_nothing(target: Target, town_cadre: User, said: dict[str, Any]) -> None:
    visit_to(target.organization, town_cadre, **said)
    assert not is_visited(target)


def test_visit_of_another_cadre_fulfils_nothing(
    target: Target, make_user: Callable[..., User], tree: Tree
) -> None:
    visit_to(target.organization, make_user("other", RoleName.CADRE, tree.town))
    assert not is_visited(target)


def test_voided_visit_fulfils_nothing(target: Target, town_cadre: User) -> None:
    visit = visit_to(target.organization, town_cadre)
    void_visit(visit=visit, version=1, reason="记错了", by=town_cadre)
    assert not is_visited(target)


def test_what_was_asked_is_a_case_of_the_organization(target: Target, town_cadre: User) -> None:
    visit_to(target.organization, town_cadre, asked=(Asked(kind="request", text="希望解决用工"),))
    case = Case.objects.get()
    assert (case.organization, case.member, case.lead_office) == (target.organization, None, target.office)


def test_figures_as_counted_by_hand(
    campaign: Campaign, tree: Tree, county_admin: User, town_cadre: User
) -> None:
    east = [enterprise(tree.town, f"东{n}厂") for n in "甲乙丙"]
    west = [enterprise(tree.other_town, f"西{n}厂") for n in "甲乙"]
    first, second, third, fourth, _free = with_targets(campaign, county_admin, *east, *west)
    given_to(town_cadre, campaign, county_admin, first, second, third, fourth, due_on=dt.date(2026, 4, 30))
    asked = (Asked(kind="request", text="用工"), Asked(kind="policy_question", text="补贴"))
    visit_to(east[0], town_cadre, asked=asked)
    visit_to(east[0], town_cadre, happened_on=dt.date(2026, 5, 2))
    set_aside(target=third, by=town_cadre)
    case = Case.objects.get(kind="request")
    answer_case(case=case, answer="已对接", answered_on=dt.date(2026, 4, 2), by=town_cadre)
    close_case(case=case, closed_on=timezone.localdate(), deed_done=True, by=town_cadre)
    figures = figures_of(campaign, dt.date(2026, 5, 3))
    lines = {line.name: line.figures for line in figures.lines}
    assert lines["东镇"] == Figures(wanted=2, visited=1, overdue=1, asked=2, answered=1, closed=1)
    assert lines["西镇"] == Figures(wanted=2, visited=0, overdue=1, unassigned=1)
    assert figures.whole == lines["东镇"] + lines["西镇"]


def test_who_declines_leaves_the_denominator_and_is_counted_nowhere(target: Target, town_cadre: User) -> None:
    set_aside(target=target, by=town_cadre)
    assert whole(target.campaign) == Figures()
    take_up_again(target=target, by=town_cadre)
    assert whole(target.campaign) == Figures(wanted=1)


def test_organization_that_ended_leaves_the_denominator(target: Target) -> None:
    Organization.objects.filter(pk=target.organization_id).update(ended_on=dt.date(2026, 4, 1))
    assert whole(target.campaign) == Figures()


def test_visited_target_is_neither_set_aside_nor_given_to_another(
    target: Target, county_admin: User, town_cadre: User, make_user: Callable[..., User], tree: Tree
) -> None:
    visit_to(target.organization, town_cadre)
    with pytest.raises(Conflict):
        set_aside(target=target, by=town_cadre)
    other = make_user("other", RoleName.CADRE, tree.town)
    assert given_to(other, target.campaign, county_admin, target) == 0
    assert drop_targets(campaign=target.campaign, targets=Target.objects.all(), by=county_admin) == 0
    assert is_visited(target)


def test_only_assignee_and_organizer_set_aside(target: Target, neighbour: User) -> None:
    with pytest.raises(CampaignRefused):
        set_aside(target=target, by=neighbour)


def test_spread_evenly_among_several(
    campaign: Campaign, tree: Tree, county_admin: User, town_cadre: User, make_user: Callable[..., User]
) -> None:
    west = make_user("west", RoleName.CADRE, tree.other_town)
    firms = [enterprise(tree.town, f"东{n}厂") for n in "甲乙丙"] + [enterprise(tree.other_town, "西甲厂")]
    with_targets(campaign, county_admin, *firms)
    everything = Target.objects.filter(campaign=campaign)
    given = assign(
        campaign=campaign, targets=everything, among=[town_cadre, west], due_on=LAST, by=county_admin
    )
    by_cadre = {
        cadre: list(everything.filter(assignee=cadre).values_list("organization__name", flat=True))
        for cadre in (town_cadre, west)
    }
    assert given == 4
    assert [len(found) for found in by_cadre.values()] == [2, 2]
    assert "西甲厂" in by_cadre[west]


def test_cadre_of_another_county_is_not_sent(target: Target, county_admin: User, neighbour: User) -> None:
    with pytest.raises(CampaignRefused):
        given_to(neighbour, target.campaign, county_admin, target)


def test_day_outside_the_campaign_is_refused(target: Target, county_admin: User, town_cadre: User) -> None:
    with pytest.raises(CampaignRefused):
        given_to(town_cadre, target.campaign, county_admin, target, due_on=LAST + dt.timedelta(days=1))


def test_figures_of_a_closed_campaign_stay(target: Target, county_admin: User, town_cadre: User) -> None:
    visit = visit_to(target.organization, town_cadre)
    closed = close_campaign(campaign=target.campaign, summary="共性问题是用工。", by=county_admin)
    void_visit(visit=visit, version=1, reason="记错了", by=town_cadre)
    closed.refresh_from_db()
    assert whole(closed) == Figures(wanted=1, visited=1)
    with pytest.raises(Conflict):
        given_to(town_cadre, closed, county_admin, target)


def test_frozen_figures_hold_counts_and_offices_alone(
    target: Target, county_admin: User, town_cadre: User
) -> None:
    visit_to(target.organization, town_cadre, asked=(Asked(kind="request", text="用工"),))
    closed = close_campaign(campaign=target.campaign, summary="", by=county_admin)
    said = str(closed.figures)
    assert target.organization.name not in said
    assert town_cadre.name not in said
    assert closed.figures["whole"] == vars(figures_of(closed).whole)


def running_now(tree: Tree, by: User) -> Campaign:
    today = timezone.localdate()
    return campaign_of(
        tree.county, by, starts_on=today - dt.timedelta(days=9), ends_on=today + dt.timedelta(days=30)
    )


def test_what_is_due_waits_in_digest_calendar_and_today(
    tree: Tree, county_admin: User, town_cadre: User, firm: Organization
) -> None:
    today = timezone.localdate()
    campaign = running_now(tree, county_admin)
    targets = with_targets(campaign, county_admin, firm, enterprise(tree.town, "西风机械有限公司"))
    given_to(town_cadre, campaign, county_admin, *targets, due_on=today + dt.timedelta(days=2))
    assert waiting(today) == {town_cadre.pk: 2}
    assert targets_of(town_cadre, today).count() == 2
    (entry,) = [e for e in entries_of(town_cadre, today, today + dt.timedelta(days=9)) if "走访" in e.title]
    assert (entry.day, firm.name in entry.title) == (today + dt.timedelta(days=2), False)
    visit_to(firm, town_cadre, happened_on=today)
    assert waiting(today) == {town_cadre.pk: 1}


def test_closed_campaign_waits_for_nobody(
    tree: Tree, county_admin: User, town_cadre: User, firm: Organization
) -> None:
    campaign = running_now(tree, county_admin)
    given_to(town_cadre, campaign, county_admin, *with_targets(campaign, county_admin, firm))
    close_campaign(campaign=campaign, summary="结束", by=county_admin)
    assert not targets_of(town_cadre, timezone.localdate()).exists()


def test_campaign_longer_than_a_year_is_refused(tree: Tree, county_admin: User) -> None:
    with pytest.raises(Refusal):
        campaign_of(tree.county, county_admin, ends_on=dt.date(2028, 1, 1))

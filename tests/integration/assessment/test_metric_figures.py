"""Each metric's figure against counting by hand (guide/scoring.md, table of metrics)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.activities.models import ActivityKind, Venue
from apps.members.models import Member, Organization
from apps.offices.models import OfficeKind
from tests.cast import Tree
from tests.integration.assessment.conftest import Counted, below, day

Make = Callable[..., Any]


def leave(member: Member, status: str, on: str) -> None:
    Member.objects.filter(pk=member.pk).update(status=status, status_since=day(on))


# pairing.coverage ---------------------------------------------------------------------------------------------------


def test_coverage_counts_pairs_of_the_last_day(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    pair(make_member("甲"))
    pair(make_member("乙"), "01-01", "06-30", "cadre_left")
    make_member("丙")
    assert counted("pairing.coverage", tree.town) == (1, 3)
    assert counted("pairing.coverage", tree.town, "2026-06") == (2, 3)
    assert counted("pairing.coverage", tree.town, "2026H1") == (2, 3)


def test_coverage_leaves_out_consents_younger_than_30_days(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    pair(make_member("甲", given_on=day("10-23")))
    pair(make_member("乙", given_on=day("10-24")), "10-24")
    assert counted("pairing.coverage", tree.town) == (1, 1)


def test_coverage_leaves_out_pending_members(make_member: Make, counted: Counted, tree: Tree) -> None:
    make_member("甲", status=Member.Status.PENDING)
    assert counted("pairing.coverage", tree.town) == (0, 0)


def test_coverage_after_withdrawal_keeps_the_paired_and_drops_the_unpaired(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    paired, unpaired = make_member("甲"), make_member("乙")
    pair(paired, "01-01", "03-15", "withdrawn")
    leave(paired, "withdrawn", "03-15")
    leave(unpaired, "withdrawn", "03-15")
    assert counted("pairing.coverage", tree.town) == (1, 1)
    assert counted("pairing.coverage", tree.town, "2026Q1") == (1, 1)
    # In the year of leaving the pair stays on both sides; from the next year on the member is no longer there.
    assert counted("pairing.coverage", tree.town, "2026Q2") == (1, 1)
    assert counted("pairing.coverage", tree.town, "2027", dt.date(2027, 11, 22)) == (0, 0)
    assert counted("pairing.coverage", tree.town, "2026-02") == (1, 2)


def test_coverage_after_asking_for_another_cadre_stays(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    pair(make_member("甲"), "01-01", "09-01", "member_asked")
    assert counted("pairing.coverage", tree.town) == (1, 1)


def test_coverage_of_a_member_paired_again_counts_once(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    member = make_member("甲")
    pair(member, "01-01", "03-01", "member_asked")
    pair(member, "03-02")
    assert counted("pairing.coverage", tree.town) == (1, 1)


def test_coverage_leaves_out_who_wants_less_contact(make_member: Make, counted: Counted, tree: Tree) -> None:
    make_member("甲", contact_preference="none", contact_preference_since=day("02-01"))
    make_member("乙", contact_preference="none")
    assert counted("pairing.coverage", tree.town) == (0, 0)
    assert counted("pairing.coverage", tree.town, "2026-01", day("01-31")) == (0, 1)


# duties.fulfilled, pairing.contacted_in_quarter ---------------------------------------------------------------------


def test_duties_and_contacts_come_from_the_pairs_years(
    five_duties: Any, make_member: Make, pair: Make, visit: Make, rebuilt: Make, counted: Counted, tree: Tree
) -> None:
    member = make_member("甲")
    pair(member)
    visit(member, "02-01")
    visit(member, "02-20")
    rebuilt()
    # Nine due in a year: four talks, two visits, one activity, one deed, one suggestion.
    assert counted("duties.fulfilled", tree.town)[1] == 9
    assert counted("pairing.contacted_in_quarter", tree.town) == (1, 4)
    assert counted("pairing.contacted_in_quarter", tree.town, "2026H1") == (1, 2)
    assert counted("pairing.contacted_in_quarter", tree.town, "2026Q1") == (1, 1)


# pairing.first_contact_30d ------------------------------------------------------------------------------------------


def test_first_contact_within_30_days(make_member: Make, visit: Make, counted: Counted, tree: Tree) -> None:
    on_time, late, never = (make_member(name, given_on=day("03-01")) for name in "甲乙丙")
    visit(on_time, "03-31")
    visit(late, "04-01")
    make_member("丁", given_on=day("11-01"))  # The 30th day has not come.
    make_member("戊", given_on=dt.date(2025, 11, 30))  # The 30th day was last year's.
    assert never.pk
    assert counted("pairing.first_contact_30d", tree.town) == (1, 3)
    assert counted("pairing.first_contact_30d", tree.town, "2026-03") == (1, 3)
    assert counted("pairing.first_contact_30d", tree.town, "2026-04") == (0, 0)


def test_first_contact_ignores_voided_visits(
    make_member: Make, visit: Make, counted: Counted, tree: Tree, town_cadre: User
) -> None:
    made = visit(make_member("甲", given_on=day("03-01")), "03-05")
    made.voided_at, made.voided_by, made.void_reason = "2026-03-06T00:00:00Z", town_cadre, "重复"
    made.save()
    assert counted("pairing.first_contact_30d", tree.town) == (0, 1)


def test_first_contact_of_past_pairs_starts_no_clock(
    make_member: Make, pair: Make, counted: Counted, tree: Tree
) -> None:
    pair(make_member("甲", given_on=day("03-01")), "01-01")
    assert counted("pairing.first_contact_30d", tree.town) == (0, 0)


def test_first_contact_drops_the_unmet_who_left(
    make_member: Make, visit: Make, counted: Counted, tree: Tree
) -> None:
    met, unmet = (make_member(name, given_on=day("03-01")) for name in "甲乙")
    visit(met, "03-10")
    for member in (met, unmet):
        leave(member, "withdrawn", "05-01")
    assert counted("pairing.first_contact_30d", tree.town) == (1, 1)
    assert counted("pairing.first_contact_30d", tree.town, "2026Q1") == (1, 2)


# visits.made --------------------------------------------------------------------------------------------------------


def test_visits_belong_to_the_cadres_office_and_count_once(
    make_member: Make, visit: Make, counted: Counted, tree: Tree
) -> None:
    visit([make_member("甲"), make_member("乙", tree.other_town)], "05-04")
    visit(make_member("丙"), "06-04", tree.county)
    assert counted("visits.made", tree.town) == (1, None)
    assert counted("visits.made", tree.town, "2026-05") == (1, None)
    assert counted("visits.made", tree.other_town) == (0, None)
    assert counted("visits.made", tree.county, "2026Q2") == (1, None)


# cases.* ------------------------------------------------------------------------------------------------------------


def test_cases_on_time_among_those_due(case: Make, counted: Counted, tree: Tree) -> None:
    case("03-10", "03-10")
    case("03-10", "03-11")
    case("03-10")
    case("03-10", state="withdrawn")
    case("12-10")  # Not due yet.
    assert counted("cases.closed_on_time", tree.town) == (1, 3)
    assert counted("cases.closed_on_time", tree.town, "2026-03") == (1, 3)
    assert counted("cases.closed_on_time", tree.town, "2026Q2") == (0, 0)


def test_cases_are_the_lead_offices_and_no_departments(case: Make, counted: Counted, tree: Tree) -> None:
    bureau = below(tree.county, code="990001D1", name="协同局", kind=OfficeKind.DEPARTMENT)
    case("03-10", lead_office=tree.county)
    case("03-10", lead_office=bureau)
    assert counted("cases.closed_on_time", tree.county) == (0, 1)
    assert counted("cases.closed_on_time", bureau) == (0, 0)


def test_cases_of_who_left_stay_only_if_done(
    case: Make, make_member: Make, counted: Counted, tree: Tree
) -> None:
    member = make_member("甲")
    case("03-10", "03-09", member=member)
    case("03-10", member=member)
    leave(member, "withdrawn", "05-01")
    assert counted("cases.closed_on_time", tree.town) == (1, 1)


def test_suggestions_count_when_adopted(case: Make, counted: Counted, tree: Tree) -> None:
    case("03-10", kind="suggestion", adopted_on=day("04-01"), adopted_document="示例〔2026〕1号")
    case("03-10", kind="suggestion", lead_office=tree.county)
    assert counted("cases.suggestions_adopted", tree.town) == (1, None)
    assert counted("cases.suggestions_adopted", tree.town, "2026Q1") == (0, None)


# offices.staffed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([("2025-01-01", None)], 10),
        ([], 0),
        # Sixty days empty, 1 March to 29 April: not counted against.
        ([("2025-01-01", "2026-02-28"), ("2026-04-30", None)], 10),
        # Sixty-one days: 31 March and 30 April (the successor comes on 1 May) are empty.
        ([("2025-01-01", "2026-02-28"), ("2026-05-01", None)], 8),
        # Empty since 1 August, today is 22 November: August, September, October.
        ([("2025-01-01", "2026-07-31")], 7),
        # Empty since 1 October: 53 days until today.
        ([("2025-01-01", "2026-09-30")], 10),
    ],
)
def test_staffed_month_ends(
    spells: list[tuple[str, str | None]], expected: int, make_user: Make, counted: Counted, tree: Tree
) -> None:
    user = make_user("somebody", RoleName.CADRE, tree.far_town)
    for starts_on, ends_on in spells:
        Grant.objects.create(
            user=user, role=RoleName.CADRE, office=tree.town, starts_on=starts_on, ends_on=ends_on
        )
    assert counted("offices.staffed", tree.town) == (expected, 10)
    assert counted("offices.staffed", tree.county) == (0, 0)


# activities, meetings, venues, communities, organizations -----------------------------------------------------------


def test_meetings_need_minutes(activity: Make, counted: Counted, tree: Tree) -> None:
    for has_minutes in (True, False):
        activity("05-01", kind=ActivityKind.PLENARY, office=tree.county, has_minutes=has_minutes)
    assert counted("meetings.plenary", tree.county) == (1, None)
    assert counted("meetings.topical", tree.county) == (0, None)


def test_plan_owes_at_least_four(activity: Make, counted: Counted, tree: Tree) -> None:
    activity("05-01")
    activity("05-01", planned_on="04-01")  # Not in the plan by 31 March.
    activity(state="cancelled")
    assert counted("activities.plan_done", tree.town) == (1, 4)
    for _number in range(3):
        activity("07-01")
    assert counted("activities.plan_done", tree.town) == (4, 5)
    assert counted("activities.plan_done", tree.other_town) == (0, 4)
    assert counted("activities.plan_done", tree.city) == (0, 0)


def test_cancelled_plan_counts_once_it_is_replaced(activity: Make, counted: Counted, tree: Tree) -> None:
    for _n in range(4):
        activity(held="05-02")
    cancelled, lost = activity(state="cancelled"), activity(state="cancelled")
    assert counted("activities.plan_done", tree.town) == (4, 6)
    # Planned after 31 March, it stands in the place of the first; the second stays open.
    instead = activity(planned_on="09-01", replaces=cancelled)
    assert counted("activities.plan_done", tree.town) == (4, 6)
    instead.state, instead.held_on = "held", day("10-10")
    instead.save()
    assert counted("activities.plan_done", tree.town) == (5, 6)
    assert counted("activities.plan_done", tree.town, today=day("10-09")) == (4, 6)
    assert lost.state == "cancelled"


def test_replacement_that_stood_in_the_plan_itself_counts_once(
    activity: Make, counted: Counted, tree: Tree
) -> None:
    gone = activity(state="cancelled")
    activity(held="03-20", planned_on="02-01", replaces=gone)
    assert counted("activities.plan_done", tree.town) == (1, 4)


def test_venue_is_active_with_four_activities_pro_rata(activity: Make, counted: Counted, tree: Tree) -> None:
    old = Venue.objects.create(office=tree.town, name="老馆", opened_on=dt.date(2020, 1, 1))
    # Open from 1 July, 184 days: two activities (2.02 rounded up is three).
    new = Venue.objects.create(office=tree.town, name="新馆", opened_on=day("07-01"))
    Venue.objects.create(office=tree.town, name="刚开", opened_on=day("07-10"))
    for _number in range(4):
        activity("05-01", venue=old)
    for _number in range(2):
        activity("08-01", venue=new)
    assert counted("venues.active", tree.town) == (1, 2)
    activity("08-02", venue=new)
    assert counted("venues.active", tree.town) == (2, 2)


def test_communities_reached_once_each(activity: Make, counted: Counted, tree: Tree) -> None:
    since = dt.date(2020, 1, 1)
    first, second = (
        below(tree.town, code=f"V{n}", name=f"{n}村", kind=OfficeKind.COMMUNITY, takes_part_from=since)
        for n in (1, 2)
    )
    for held in ("03-01", "05-01"):
        activity(held, kind=ActivityKind.PUBLICITY).communities.add(first)
    activity("05-01").communities.add(second)  # No publicity.
    assert counted("activities.community_coverage", tree.town) == (1, 2)
    assert counted("activities.community_coverage", tree.town, "2026-04") == (0, 2)
    assert counted("activities.community_coverage", tree.other_town) == (0, 0)


def test_town_has_an_organization_that_lives(counted: Counted, tree: Tree) -> None:
    Organization.objects.create(office=tree.town, name="商会", kind="chamber", ended_on=day("06-30"))
    Organization.objects.create(office=tree.other_town, name="公司", kind="enterprise")
    assert counted("organizations.town_coverage", tree.town, "2026Q1") == (1, 1)
    assert counted("organizations.town_coverage", tree.town) == (0, 1)
    assert counted("organizations.town_coverage", tree.other_town) == (0, 1)
    assert counted("organizations.town_coverage", tree.county) == (0, 0)

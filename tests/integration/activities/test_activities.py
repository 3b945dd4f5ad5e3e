"""Activities: planned, held, and what was attended together."""

import datetime as dt

import pytest

from apps.accounts.models import User
from apps.activities.actions import (
    ActivityRefused,
    Planned,
    cancel_activity,
    change_plan,
    hold_activity,
    note_who_came,
    plan_activity,
    sign_up,
)
from apps.activities.expiring import expire_sign_ups
from apps.activities.models import NUMBER_ONLY_KINDS, Activity, SignUp
from apps.core.refusals import Conflict
from apps.members.models import Member
from apps.pairing.models import Pairing, PairingYear
from tests.cast import Tree

MAY = dt.date(2026, 5, 4)


def planned(tree: Tree, by: User, kind: str = "fellowship") -> Activity:
    return plan_activity(office=tree.town, planned=Planned(title="联谊会", kind=kind, planned_for=MAY), by=by)


def held(tree: Tree, by: User) -> Activity:
    return hold_activity(activity=planned(tree, by), held_on=MAY, came=31, has_minutes=True, by=by)


def test_activity_attended_together_counts_for_the_pair(
    tree: Tree, town_cadre: User, pairing: Pairing
) -> None:
    activity = held(tree, town_cadre)
    sign_up(activity=activity, members=[pairing.member], by=town_cadre)
    note_who_came(activity=activity, came=[pairing.member_id], by=town_cadre)
    year = PairingYear.objects.get(pairing=pairing, year=2026)
    assert (year.activity[4], year.done[11], sum(year.contacts)) == (1, 1, 0)
    note_who_came(activity=activity, came=[], by=town_cadre)
    assert sum(PairingYear.objects.get(pairing=pairing, year=2026).activity) == 0


@pytest.mark.parametrize("kind", NUMBER_ONLY_KINDS)
def test_study_publicity_and_meetings_take_no_names(
    tree: Tree, town_cadre: User, member: Member, kind: str
) -> None:
    with pytest.raises(ActivityRefused):
        sign_up(activity=planned(tree, town_cadre, kind), members=[member], by=town_cadre)
    assert not SignUp.objects.exists()


def test_activity_with_names_cannot_become_a_meeting(tree: Tree, town_cadre: User, member: Member) -> None:
    activity = planned(tree, town_cadre)
    sign_up(activity=activity, members=[member], by=town_cadre)
    with pytest.raises(ActivityRefused):
        change_plan(
            activity=activity, planned=Planned(title="会", kind="study", planned_for=MAY), by=town_cadre
        )


def test_cancelled_activity_forgets_its_list_and_is_over(
    tree: Tree, town_cadre: User, member: Member
) -> None:
    activity = planned(tree, town_cadre)
    sign_up(activity=activity, members=[member], by=town_cadre)
    cancel_activity(activity=activity, by=town_cadre)
    assert not SignUp.objects.exists()
    with pytest.raises(Conflict):
        hold_activity(activity=activity, held_on=MAY, came=1, has_minutes=False, by=town_cadre)


def test_lists_die_after_ninety_days(tree: Tree, town_cadre: User, member: Member) -> None:
    sign_up(activity=held(tree, town_cadre), members=[member], by=town_cadre)
    assert expire_sign_ups(MAY + dt.timedelta(days=90)) == 0
    assert expire_sign_ups(MAY + dt.timedelta(days=91)) == 1
    assert Activity.objects.get().came == 31

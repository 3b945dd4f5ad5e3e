import datetime as dt
from typing import Any

from apps.activities.actions import Planned, hold_activity, plan_activity, sign_up
from apps.activities.models import Activity, Programme, Venue
from tests.guards.world import CANARY, Cast, Page

PLAN = {"title": "座谈会", "kind": "service", "planned_for": "2026-03-02"}


def planned(cast: Cast) -> Activity:
    plan = Planned(title=f"{CANARY}联谊", kind="fellowship", planned_for=dt.date(2026, 3, 2))
    return plan_activity(office=cast.tree.town, planned=plan, by=cast.cadre)


def held(cast: Cast) -> Activity:
    activity = planned(cast)
    sign_up(activity=activity, members=[cast.member], by=cast.cadre)
    return hold_activity(
        activity=activity, held_on=dt.date(2026, 3, 2), came=9, has_minutes=True, by=cast.cadre
    )


def fill(cast: Cast) -> None:
    held(cast)
    Venue.objects.create(office=cast.tree.town, name=f"{CANARY}之家", opened_on=dt.date(2025, 1, 1))
    Programme.objects.create(office=cast.tree.town, name=f"{CANARY}行动")


def at_planned(cast: Cast) -> dict[str, Any]:
    return {"public_id": planned(cast).public_id}


def at_held(cast: Cast) -> dict[str, Any]:
    return {"public_id": held(cast).public_id}


PAGES = {
    "activities:new": Page(post=lambda cast: PLAN),
    "activities:activity": Page(kwargs=at_held),
    "activities:edit": Page(kwargs=at_planned, post=lambda cast: PLAN),
    "activities:hold": Page(kwargs=at_planned, post=lambda cast: {"held_on": "2026-03-02", "came": 12}),
    "activities:cancel": Page(kwargs=at_planned),
    "activities:sign_up": Page(kwargs=at_planned, post=lambda cast: {"members": [cast.member.public_id]}),
    "activities:came": Page(kwargs=at_held, post=lambda cast: {"came": [cast.member.pk]}),
    "activities:new_venue": Page(post=lambda cast: {"name": "同心驿站", "opened_on": "2026-01-01"}),
    "activities:new_programme": Page(post=lambda cast: {"name": "助企行动"}),
    "api:activity-detail": Page(kwargs=at_held),
    "api:venue-detail": Page(
        kwargs=lambda cast: {"public_id": Venue.objects.get(office=cast.tree.town).public_id}
    ),
}

"""A cancelled activity of the plan is made up for by another one, of the same office and year, once."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.activities.actions import ActivityRefused, Planned, cancel_activity, change_plan, plan_activity
from apps.activities.models import Activity
from apps.offices.models import Office
from tests.cast import Tree

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)


def planned(office: Office, by: User, **fields: object) -> Activity:
    values = {"title": "联谊会", "kind": "fellowship", "planned_for": MAY}
    return plan_activity(office=office, planned=Planned(**{**values, **fields}), by=by)  # type: ignore[arg-type]


@pytest.fixture
def cancelled(tree: Tree, town_cadre: User) -> Activity:
    return cancel_activity(activity=planned(tree.town, town_cadre), by=town_cadre)


def test_cancelled_one_is_replaced_once(tree: Tree, town_cadre: User, cancelled: Activity) -> None:
    instead = planned(tree.town, town_cadre, replaces=cancelled)
    assert instead.replaces == cancelled
    with pytest.raises(ActivityRefused, match="尚未被替代"):
        planned(tree.town, town_cadre, replaces=cancelled)


def test_what_still_stands_or_is_elsewhere_or_of_another_year_is_not_replaced(
    tree: Tree, town_cadre: User, cancelled: Activity
) -> None:
    with pytest.raises(ActivityRefused):
        planned(tree.town, town_cadre, replaces=planned(tree.town, town_cadre))
    with pytest.raises(ActivityRefused):
        planned(tree.other_town, town_cadre, replaces=cancelled)
    with pytest.raises(ActivityRefused, match="同一年"):
        planned(tree.town, town_cadre, replaces=cancelled, planned_for=dt.date(2027, 5, 1))


def test_cancelled_replacement_makes_room_for_another(
    tree: Tree, town_cadre: User, cancelled: Activity
) -> None:
    cancel_activity(activity=planned(tree.town, town_cadre, replaces=cancelled), by=town_cadre)
    assert planned(tree.town, town_cadre, replaces=cancelled).replaces == cancelled


def test_changing_the_plan_keeps_the_replacement(tree: Tree, town_cadre: User, cancelled: Activity) -> None:
    instead = planned(tree.town, town_cadre, replaces=cancelled)
    said = Planned(title="茶话会", kind="fellowship", planned_for=JUNE, replaces=cancelled)
    assert change_plan(activity=instead, planned=said, by=town_cadre).replaces == cancelled


def test_form_offers_what_was_cancelled(
    client: Client, tree: Tree, town_cadre: User, cancelled: Activity
) -> None:
    client.force_login(town_cadre)
    url = reverse("activities:new")
    assert "替代已取消的活动" in client.get(url).content.decode()
    typed = {
        "title": "茶话会",
        "kind": "fellowship",
        "planned_for": "2026-06-01",
        "replaces": str(cancelled.pk),
    }
    assert client.post(url, typed).status_code == 302
    assert Activity.objects.get(title="茶话会").replaces == cancelled

"""Cases and tasks of 东镇 in 甲县, on days that the tests give."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework import actions, assigning
from apps.casework.models import Case, Task
from apps.members.models import Member
from apps.offices.models import Office, OfficeKind
from tests.cast import Tree

MONDAY = dt.date(2026, 3, 2)
OpenCase = Callable[..., Case]


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A fake clock: `on_day("2026-03-09")` makes that day today for everything that asks Django for it."""

    def move_to(day: str) -> None:
        today = dt.date.fromisoformat(day)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: today)

    return move_to


@pytest.fixture
def open_case(town_cadre: User, member: Member) -> OpenCase:
    def make(kind: str = "request", on: dt.date = MONDAY, **more: Any) -> Case:
        fields: dict[str, Any] = {
            "text": "想办证",
            "office": member.office,
            "member": member,
            "by": town_cadre,
        }
        return actions.open_case(kind=kind, opened_on=on, **{**fields, **more})

    return make


@pytest.fixture
def bureau(tree: Tree) -> Office:
    """A department of the county, which does not sign in."""
    fields = {"code": "990001900", "name": "甲县人社局", "kind": OfficeKind.DEPARTMENT}
    made: Office = Office.objects.add_child(Office.objects.get(pk=tree.county.pk), create_kwargs=fields)
    return made


@pytest.fixture
def county_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("county_leader", RoleName.LEADER, tree.county, "贾领")


@pytest.fixture
def town_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("town_leader", RoleName.LEADER, tree.town, "董领")


@pytest.fixture
def task(town_cadre: User, county_leader: User, tree: Tree, on_day: Callable[[str], None]) -> Task:
    """Handed out on Monday 2 March 2026, due on Wednesday the 11th."""
    on_day("2026-03-02")
    return assigning.assign_task(
        text="落实会议决定",
        office=tree.county,
        lead_office=tree.town,
        due_on=dt.date(2026, 3, 11),
        by=county_leader,
    )


@pytest.fixture
def guest() -> Client:
    """Somebody without an account."""
    return Client()

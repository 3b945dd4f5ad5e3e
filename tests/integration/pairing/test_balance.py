"""Who has no pair, who has too many, which pairs sleep: by office, in a flat number of queries."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.core.small_numbers import few
from apps.members.models import ContactPreference, Member
from apps.pairing.balance import balances
from apps.pairing.models import Pairing, PairingPlan
from tests.cast import Tree

TODAY = dt.date(2026, 11, 22)
PAGE = "/pairs/coverage/"


def test_unpaired_overburdened_and_idle_are_counted_where_they_are(
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    make_user: Callable[..., User],
    county_admin: User,
    tree: Tree,
) -> None:
    PairingPlan.objects.update(capacity=1)
    pair_with(make_member("周二"))
    make_member("周三", office=tree.other_town)
    make_user("idle", RoleName.CADRE, tree.other_town, "闲")
    whole, below, cadres = balances(tree.county, county_admin, TODAY)
    assert (whole.pairs, whole.unpaired, whole.cadres, whole.without, whole.over) == (2, 1, 2, 1, 1)
    figures = {row.office.name: (row.pairs, row.unpaired, row.without, row.over) for row in below}
    assert figures == {"东镇": (2, 0, 0, 1), "西镇": (0, 1, 1, 0)}
    assert {cadre.name: (cadre.held, cadre.capacity) for cadre in cadres} == {"董干": (2, 1), "闲": (0, 1)}


@pytest.mark.parametrize(
    ("last", "asleep", "asleep90", "asleep180"),
    [("2026-09-01", 0, 0, 0), ("2026-08-01", 0, 1, 0), ("2026-05-01", 0, 1, 1), ("2025-11-01", 1, 1, 1)],
)
def test_pairs_sleep_by_the_last_contact(
    pairing: Pairing, county_admin: User, tree: Tree, last: str, asleep: int, asleep90: int, asleep180: int
) -> None:
    Member.objects.update(last_contact_on=last)
    whole = balances(tree.county, county_admin, TODAY)[0]
    assert (whole.asleep, whole.asleep90, whole.asleep180) == (asleep, asleep90, asleep180)


def test_who_asked_for_less_contact_is_on_no_such_list(
    pairing: Pairing, county_admin: User, tree: Tree
) -> None:
    Member.objects.update(contact_preference=ContactPreference.HALF_YEARLY, last_contact_on="2025-01-01")
    assert balances(tree.county, county_admin, TODAY)[0].asleep90 == 0


def test_list_behind_the_figure_holds_the_same_pairs(
    client: Client, pairing: Pairing, county_admin: User
) -> None:
    client.force_login(county_admin)
    for state in ("asleep", "asleep90", "asleep180"):
        Member.objects.update(last_contact_on="2025-01-01")
        assert len(client.get("/pairs/", {"state": state}).context["rows"]) == 1
        Member.objects.update(last_contact_on=TODAY)
        assert client.get("/pairs/", {"state": state}).context["rows"] == []


def test_few_people_are_hidden_outside_the_own_office(
    client: Client, pairing: Pairing, county_admin: User, town_cadre: User
) -> None:
    client.force_login(county_admin)
    assert client.get(PAGE).context["rows"][0]["pairs"] == few()
    client.force_login(town_cadre)
    assert client.get(PAGE).context["whole"]["pairs"] == 1


def test_page_is_flat(
    client: Client,
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    make_user: Callable[..., User],
    county_admin: User,
    tree: Tree,
) -> None:
    client.force_login(county_admin)
    client.get(PAGE)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    few_rows = count()
    for number in range(6):
        pair_with(make_member(f"周{'一二三四五六'[number]}"))
        make_member(f"吴{'一二三四五六'[number]}", office=tree.other_town)
        make_user(f"cadre{number}", RoleName.CADRE, tree.other_town)
    assert count() == few_rows <= 15

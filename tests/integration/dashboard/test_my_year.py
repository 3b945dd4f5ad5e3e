"""我的一年: plain figures of one cadre, for themself and their leader; nobody is compared, nobody named."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.core.access import WHOLE_TREE
from apps.dashboard.my_year import CadreYear, cadres_of, year_of
from apps.members.models import Member
from apps.pairing.models import Pairing, PairingYear, Visit
from tests.cast import Tree
from tests.queries import count_queries

TODAY = dt.date(2026, 11, 22)
MakePair = Callable[[int], Pairing]


@pytest.fixture
def make_pair(tree: Tree, town_cadre: User, make_member: Callable[..., Member]) -> MakePair:
    """The nth pair of the town's cadre, with its year: n contacts in March, n of 5 duties met."""

    def make(n: int) -> Pairing:
        member = make_member("成员" + "甲乙丙丁戊己庚辛壬癸"[n])
        pair = Pairing.objects.create(
            office=tree.town, cadre=town_cadre, member=member, started_on=dt.date(2026, 1, 1)
        )
        march = [0, 0, n, *[0] * 9]
        PairingYear.objects.create(
            pairing=pair,
            year=2026,
            office=tree.town,
            contacts=march,
            talk=march,
            done=march,
            due=[5, *[0] * 11],
        )
        return pair

    return make


@pytest.fixture
def town_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("town_leader", RoleName.LEADER, tree.town, "董领")


def own(cadre: User) -> CadreYear:
    return year_of(cadre, 2026, [WHOLE_TREE], cadre, TODAY)


def test_year_adds_up_the_rows_of_the_pairs(town_cadre: User, tree: Tree, make_pair: MakePair) -> None:
    for n in (1, 2):
        make_pair(n)
    for day in (3, 4):
        Visit.objects.create(
            office=tree.town,
            cadre=town_cadre,
            entered_by=town_cadre,
            kind="talk",
            happened_on=dt.date(2026, 3, day),
        )
    year = own(town_cadre)
    assert (year.pairs, year.contacts, year.done, year.due) == (2, 2, 3, 10)
    assert year.by_month == [0, 0, 3, *[0] * 9]
    assert dict(year.by_duty)["谈心"] == 3
    assert dict(year.by_way)["谈心"] == 2


def test_year_of_few_people_is_hidden_from_above_and_not_from_the_own_office(
    town_cadre: User, town_leader: User, city_leader: User, make_pair: MakePair
) -> None:
    make_pair(3)
    ranges = [WHOLE_TREE]
    assert year_of(town_cadre, 2026, ranges, city_leader, TODAY).hidden
    assert year_of(town_cadre, 2026, ranges, town_leader, TODAY).done == 3
    for n in (4, 5, 6, 7):
        make_pair(n)
    assert year_of(town_cadre, 2026, ranges, city_leader, TODAY).done == 25


def test_leader_sees_only_what_was_done_in_their_offices(
    client: Client, town_cadre: User, neighbour: User, city_leader: User, town_leader: User, tree: Tree
) -> None:
    client.force_login(town_leader)
    assert client.get(f"/cadres/{town_cadre.pk}/").status_code == 200
    assert client.get(f"/cadres/{neighbour.pk}/").status_code == 404
    assert client.get(f"/cadres/{city_leader.pk}/").status_code == 404
    away = year_of(town_cadre, 2026, [tree.far_town.range], town_leader, TODAY)
    assert (away.pairs, away.contacts, away.due) == (0, 0, 0)


def test_opening_a_cadres_year_is_written_down(client: Client, town_cadre: User, town_leader: User) -> None:
    client.force_login(town_leader)
    client.get(f"/cadres/{town_cadre.pk}/")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.target_id) == (AuditEvent.Action.READ, str(town_cadre.pk))


def test_cadres_stand_by_name_whatever_they_did(
    town_leader: User, town_cadre: User, make_user: Callable[..., User], tree: Tree, make_pair: MakePair
) -> None:
    make_user("zhao", RoleName.CADRE, tree.town, "赵乙")
    make_user("an", RoleName.CADRE, tree.town, "安丙")
    before = [each.cadre.name for each in cadres_of(town_leader, TODAY)]
    make_pair(9)
    assert before == ["安丙", "董干", "赵乙"]
    assert [each.cadre.name for each in cadres_of(town_leader, TODAY)] == before


def test_list_of_cadres_holds_no_figure_and_no_order_to_choose(
    client: Client, town_leader: User, town_cadre: User, make_pair: MakePair
) -> None:
    for n in range(3, 9):
        make_pair(n)
    client.force_login(town_leader)
    page = client.get("/cadres/").content.decode()
    assert "aria-sort" not in page
    assert 'class="num"' not in page


def test_my_year_names_no_member(client: Client, town_cadre: User, make_pair: MakePair) -> None:
    pair = make_pair(5)
    client.force_login(town_cadre)
    page = client.get("/my-year/", {"year": "2026"}).content.decode()
    assert pair.member.name not in page
    assert pair.member.record_number not in page


@pytest.mark.parametrize("who", ["town_cadre", "county_admin", "assessor", "auditor"])
def test_others_open_no_cadres_year(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/cadres/").status_code == 403


@pytest.mark.parametrize("year", ["", "1800", "９９", "2026'", "99999"])
def test_nonsense_year_is_this_year(client: Client, town_cadre: User, year: str) -> None:
    client.force_login(town_cadre)
    assert client.get("/my-year/", {"year": year}).context["shown"].year == timezone.localdate().year


def test_my_year_costs_the_same_for_one_pair_and_many(
    client: Client, town_cadre: User, make_pair: MakePair
) -> None:
    client.force_login(town_cadre)
    client.get("/my-year/")
    make_pair(1)
    few = count_queries(client, "/my-year/?year=2026")
    for n in range(2, 10):
        make_pair(n)
    assert count_queries(client, "/my-year/?year=2026") == few
    assert few <= 10

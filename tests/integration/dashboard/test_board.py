"""The dashboard against facts written by hand: figures, comparisons, small numbers, access, flatness."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import Rollup
from apps.core.periods import Period
from apps.dashboard.figures import Figure, Headline
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.dashboard.facts import board_of, fact, figure_of
from tests.queries import count_queries


def test_figure_reads_as_a_share_in_percent() -> None:
    assert figure_of(412, 477).text == "86.4"
    assert figure_of(412, 477).counted == "412/477"


def test_figure_without_denominator_is_never_nought_percent() -> None:
    assert figure_of(0, 0).share is None
    assert figure_of(0, 0).text == "—"


def test_figure_of_too_few_people_says_so_and_no_number() -> None:
    hidden = figure_of(3, 4, hidden=True)
    assert hidden.text == "少于5人"
    assert hidden.value is None
    assert hidden.counted == ""


def in_quarter(figure: Figure) -> Figure:
    return replace(figure, period=Period.parse("2026Q3"))


def test_headline_of_a_quarter_compares_with_the_one_before_and_a_year_earlier() -> None:
    now, before, year_before = (in_quarter(figure_of(n, 10)) for n in (9, 8, 10))
    headline = Headline(now, before, year_before)
    assert headline.from_before
    assert headline.from_year_before
    assert (headline.from_before.direction, headline.from_before.text) == ("up", "+10.0 个百分点")
    assert (headline.from_year_before.direction, headline.from_year_before.text) == ("down", "−10.0 个百分点")


def test_headline_of_a_year_compares_once() -> None:
    headline = Headline(figure_of(9, 10), before=figure_of(8, 10), year_before=figure_of(8, 10))
    assert headline.from_before is None
    assert headline.from_year_before is not None


def test_headline_says_nothing_of_a_year_that_was_not_counted() -> None:
    alone = Headline(figure_of(9, 10), before=figure_of(None, None), year_before=figure_of(None, None))
    assert alone.from_year_before is None


def test_headline_compares_nothing_where_people_are_few() -> None:
    few = figure_of(3, 4, hidden=True)
    assert Headline(figure_of(9, 10), few, few).from_year_before is None
    assert Headline(few, figure_of(9, 10), figure_of(9, 10)).from_year_before is None


def test_board_of_the_city_has_a_row_per_county(tree: Tree, city_leader: User, rolled_up: Rollup) -> None:
    fact(tree.city, "2026", 30, 40)
    fact(tree.county, "2026", 20, 20)
    board = board_of(tree.city, city_leader)
    assert [row.office for row in board.rows] == [tree.county, tree.other_county]
    assert board.headlines[0].figure.text == "75.0"
    assert board.rows[0].figures[0].text == "100.0"
    assert board.rows[1].figures[0].text == "—"


def test_board_hides_few_people_from_above_and_not_from_the_office_itself(
    tree: Tree, city_leader: User, town_cadre: User, rolled_up: Rollup
) -> None:
    fact(tree.town, "2026", 3, 4)
    from_above = board_of(tree.town, city_leader).headlines[0].figure
    own = board_of(tree.town, town_cadre).headlines[0].figure
    assert from_above.hidden
    assert own.text == "75.0"


def test_board_points_at_the_office_far_below_the_whole(
    tree: Tree, city_leader: User, rolled_up: Rollup
) -> None:
    fact(tree.city, "2026", 80, 100)
    fact(tree.county, "2026", 60, 60)
    fact(tree.other_county, "2026", 20, 40)
    slips = board_of(tree.city, city_leader).slips
    assert [(s.figure.office, s.how, s.why) for s in slips] == [
        (tree.other_county, "低于本级 30.0 个百分点", "还有 20 名成员没有结对干部")
    ]


def test_board_points_at_the_larger_gap_first(tree: Tree, city_leader: User, rolled_up: Rollup) -> None:
    fact(tree.city, "2026", 80, 100)
    fact(tree.county, "2026", 25, 50)
    fact(tree.other_county, "2026", 0, 10)
    slips = board_of(tree.city, city_leader).slips
    assert [s.figure.office for s in slips] == [tree.county, tree.other_county]


def test_board_points_at_what_fell_against_its_own_past(
    tree: Tree, city_leader: User, rolled_up: Rollup
) -> None:
    fact(tree.city, "2026Q2", 90, 100)
    fact(tree.city, "2026Q3", 84, 100)
    slip = board_of(tree.city, city_leader, "2026Q3").slips[0]
    assert (slip.figure.office, slip.how) == (tree.city, "低于上期 6.0 个百分点")


def test_board_of_a_neighbour_does_not_exist(client: Client, tree: Tree, neighbour: User) -> None:
    client.force_login(neighbour)
    assert client.get("/dashboard/", {"office": tree.town.code}).status_code == 404


@pytest.mark.parametrize("period", ["2026Q5", "９９９９", "1999", "2999", "'; DROP TABLE", "2026H3"])
def test_board_with_a_nonsense_period_shows_this_year(
    client: Client, city_leader: User, rolled_up: Rollup, period: str
) -> None:
    client.force_login(city_leader)
    answer = client.get("/dashboard/", {"period": period})
    assert answer.status_code == 200
    assert answer.context["period"].code == str(timezone.localdate().year)


def test_board_before_the_first_rollup_says_so(client: Client, city_leader: User) -> None:
    client.force_login(city_leader)
    assert "还没有汇总数据" in client.get("/dashboard/").content.decode()


def test_board_costs_the_same_queries_for_one_county_and_many(
    client: Client, tree: Tree, city_leader: User, rolled_up: Rollup, add_county: Callable[[int], Office]
) -> None:
    client.force_login(city_leader)
    client.get("/dashboard/")  # the first page of a session writes the session
    fact(tree.county, "2026", 8, 10)
    few = count_queries(client, "/dashboard/")
    for n in range(12):
        fact(add_county(n), "2026", 8, 10)
    assert count_queries(client, "/dashboard/") == few


@pytest.fixture
def add_county(tree: Tree) -> Callable[[int], Office]:
    def add(n: int) -> Office:
        city = Office.objects.get(pk=tree.city.pk)
        fields = {"code": f"9900{n + 10}", "name": f"第{n}县", "kind": "county"}
        county: Office = Office.objects.add_child(city, create_kwargs=fields)
        return county

    return add


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("town_cadre", "/today/"),
        ("city_leader", "/dashboard/"),
        ("auditor", "/audit/"),
        ("security_admin", "/accounts/users/"),
    ],
)
def test_home_leads_each_role_to_its_work(
    client: Client, request: pytest.FixtureRequest, who: str, page: str
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/").headers["Location"] == page

"""The dashboard against facts written by hand: figures, comparisons, small numbers, access, flatness."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import MetricFact, Rollup
from apps.core.metrics import metric
from apps.core.periods import Period
from apps.dashboard.figures import Figure, Headline, read_board
from apps.offices.models import Office
from tests.cast import Tree
from tests.queries import count_queries

TODAY = dt.date(2026, 11, 22)
COVERAGE = "pairing.coverage"


def fact(office: Office, period: str, above: int, below: int | None, code: str = COVERAGE) -> None:
    MetricFact.objects.create(metric=code, period=period, office=office, numerator=above, denominator=below)


def figure_of(above: int | None, below: int | None, code: str = COVERAGE, hidden: bool = False) -> Figure:
    found = metric(code)
    assert found is not None
    return Figure(found, above, below, hidden)


@pytest.fixture
def rolled_up(tree: Tree) -> Rollup:
    return Rollup.objects.create(year=2026, as_of=TODAY, counted_at=timezone.now())


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


def test_headline_compares_with_the_period_before() -> None:
    better = Headline(figure_of(9, 10), before=figure_of(8, 10), year_before=figure_of(None, None))
    assert better.trend == "up"
    assert "10.0" in better.note


def test_headline_without_a_period_before_shows_the_fraction() -> None:
    alone = Headline(figure_of(9, 10), before=figure_of(None, None), year_before=figure_of(None, None))
    assert alone.trend == ""
    assert alone.note == "9/10"


def test_board_of_the_city_has_a_row_per_county(tree: Tree, city_leader: User, rolled_up: Rollup) -> None:
    fact(tree.city, "2026", 30, 40)
    fact(tree.county, "2026", 20, 20)
    board = read_board(tree.city, Period.parse("2026"), city_leader, TODAY)
    assert [row.office for row in board.rows] == [tree.county, tree.other_county]
    assert board.headlines[0].figure.text == "75.0"
    assert board.rows[0].figures[0].text == "100.0"
    assert board.rows[1].figures[0].text == "—"


def test_board_hides_few_people_from_above_and_not_from_the_office_itself(
    tree: Tree, city_leader: User, town_cadre: User, rolled_up: Rollup
) -> None:
    fact(tree.town, "2026", 3, 4)
    period = Period.parse("2026")
    from_above = read_board(tree.town, period, city_leader, TODAY).headlines[0].figure
    own = read_board(tree.town, period, town_cadre, TODAY).headlines[0].figure
    assert from_above.hidden
    assert own.text == "75.0"


def test_board_points_at_the_office_far_below_the_whole(
    tree: Tree, city_leader: User, rolled_up: Rollup
) -> None:
    fact(tree.city, "2026", 80, 100)
    fact(tree.county, "2026", 60, 60)
    fact(tree.other_county, "2026", 20, 40)
    slipping = read_board(tree.city, Period.parse("2026"), city_leader, TODAY).slipping
    assert [(row.office, gap) for row, _figure, gap in slipping] == [(tree.other_county, "30.0")]


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

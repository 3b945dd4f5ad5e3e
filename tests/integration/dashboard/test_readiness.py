"""报告准备: what is missing, counted from what stands, and nothing of the neighbour."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import Assessed, DeclaredFigure, Group, Indicator, Scheme, Section, SelfStatement
from apps.assessment.ruledata import rule_to_data
from apps.assessment.rules import Ratio
from apps.dashboard.readiness import SchemeGaps, gaps, quiet_towns
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.dashboard.facts import fact
from tests.queries import count_queries

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def scheme(tree: Tree) -> Scheme:
    """The city assesses its two counties; one figure is to be declared, one matter by item may be."""
    days = dict.fromkeys(
        ("opens_on", "statement_from", "review_from", "review_until", "decision_on", "publish_on"), TODAY
    )
    scheme = Scheme.objects.create(
        code="T-2026",
        name="试验方案",
        year=2026,
        office=tree.city,
        assessed="county",
        state=Scheme.State.OPEN,
        entry_deadline=dt.date(2026, 12, 31),
        statement_until=dt.date(2026, 12, 20),
        objection_workdays=5,
        sha256="0" * 64,
        **days,
    )
    group = Group.objects.create(scheme=scheme, position=1, name="县市组")
    section = Section.objects.create(scheme=scheme, position=1, name="基础", part="base", points=100)
    Indicator.objects.create(
        section=section,
        position=1,
        name="培训覆盖",
        points=10,
        rule_kind="ratio",
        rule_data=rule_to_data(Ratio(Decimal(10), Decimal(1))),
        declared=True,
    )
    for office in (tree.county, tree.other_county):
        Assessed.objects.create(scheme=scheme, group=group, office=office)
    return scheme


def declare(scheme: Scheme, office: Office, by: User, state: str = "declared") -> None:
    reviewed = {"reviewed_by": User.objects.exclude(pk=by.pk).first(), "reviewed_at": timezone.now()}
    DeclaredFigure.objects.create(
        indicator=Indicator.objects.get(section__scheme=scheme),
        office=office,
        numerator=Decimal(1),
        state=state,
        declared_by=by,
        **(reviewed if state != "declared" else {}),
    )


def only(found: list[SchemeGaps]) -> SchemeGaps:
    assert len(found) == 1
    return found[0]


def test_gaps_name_what_each_office_owes(
    tree: Tree, scheme: Scheme, city_admin: User, county_admin: User
) -> None:
    declare(scheme, tree.county, county_admin)
    SelfStatement.objects.create(
        scheme=scheme,
        office=tree.county,
        state="submitted",
        submitted_by=county_admin,
        submitted_at=timezone.now(),
    )
    found = only(gaps(city_admin, TODAY))
    told = {row.office: (row.has_stated, row.undeclared, row.waiting) for row in found.offices}
    assert told == {tree.county: (True, 0, 1), tree.other_county: (False, 1, 0)}
    assert (found.totals["unstated"], found.totals["undeclared"], found.totals["waiting"]) == (1, 1, 1)
    assert found.ready == 0


def test_office_is_ready_when_nothing_is_owed(
    tree: Tree, scheme: Scheme, city_admin: User, county_admin: User
) -> None:
    declare(scheme, tree.county, county_admin, "confirmed")
    SelfStatement.objects.create(
        scheme=scheme,
        office=tree.county,
        state="submitted",
        submitted_by=county_admin,
        submitted_at=timezone.now(),
    )
    assert only(gaps(city_admin, TODAY)).ready == 1


def test_a_refused_figure_is_owed_again(
    tree: Tree, scheme: Scheme, city_admin: User, county_admin: User
) -> None:
    declare(scheme, tree.county, county_admin, "refused")
    row = only(gaps(city_admin, TODAY)).offices[0]
    assert (row.undeclared, row.refused, row.waiting) == (1, 1, 0)


def test_gaps_show_nothing_of_the_neighbour(tree: Tree, scheme: Scheme, county_admin: User) -> None:
    assert [row.office for row in only(gaps(county_admin, TODAY)).offices] == [tree.county]


def test_quiet_towns_are_those_without_an_entry_in_two_months(tree: Tree, county_admin: User) -> None:
    fact(tree.town, "2026-10", 3, None, "visits.made")
    fact(tree.other_town, "2026-08", 3, None, "visits.made")
    assert quiet_towns(county_admin, TODAY) == [tree.other_town]


@pytest.mark.parametrize(("who", "status"), [("county_admin", 200), ("assessor", 200), ("town_cadre", 403)])
def test_page_is_for_who_prepares_or_examines(
    client: Client, request: pytest.FixtureRequest, scheme: Scheme, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/dashboard/readiness/").status_code == status


def test_page_costs_the_same_for_more_offices(
    client: Client, tree: Tree, scheme: Scheme, city_admin: User
) -> None:
    client.force_login(city_admin)
    client.get("/dashboard/readiness/")
    few = count_queries(client, "/dashboard/readiness/")
    group = scheme.groups.get()
    for office in (tree.town, tree.other_town, tree.far_town):
        Assessed.objects.create(scheme=scheme, group=group, office=office)
    assert count_queries(client, "/dashboard/readiness/") == few
    assert few <= 15

"""A rolled-up year with facts written by hand."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.models import MetricFact, Rollup
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.dashboard.facts import TODAY

Fact = Callable[..., None]


@pytest.fixture
def rolled_up(tree: Tree) -> Rollup:
    return Rollup.objects.create(year=2026, as_of=TODAY, counted_at=timezone.now())


@pytest.fixture
def county_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("county_leader", RoleName.LEADER, tree.county, "贾领")


@pytest.fixture
def other_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("other_leader", RoleName.LEADER, tree.other_county, "易领")


@pytest.fixture
def busy_city(tree: Tree, rolled_up: Rollup) -> dict[tuple[str, str, str], tuple[int, int | None]]:
    """Facts of every metric that a board shows, for the city, its counties and towns: all different."""
    facts = {}
    offices: list[Office] = [
        tree.city,
        tree.county,
        tree.other_county,
        tree.town,
        tree.other_town,
        tree.far_town,
    ]
    for place, office in enumerate(offices):
        for at, (code, below) in enumerate(
            [
                ("pairing.coverage", 200),
                ("duties.fulfilled", 300),
                ("pairing.contacted_in_quarter", 400),
                ("cases.closed_on_time", 50),
                ("activities.plan_done", 40),
                *((f"duties.{kind}", 60) for kind in ("talk", "visit", "activity", "deed", "suggestion")),
                *((count, None) for count in ("visits.made", "cases.open", "cases.yellow", "cases.red")),
                *((count, None) for count in ("supervision.running", "activities.held", "activities.ahead")),
            ]
        ):
            above = (7 * place + 3 * at) % 37 + 1
            facts[code, office.code, "2026"] = (above, below)
            MetricFact.objects.create(
                metric=code, period="2026", office=office, numerator=above, denominator=below
            )
    return facts

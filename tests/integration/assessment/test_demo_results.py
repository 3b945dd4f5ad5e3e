"""The real scheme on the demo city: what can be counted is counted, towns sum to counties, the rest is 未评."""

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.assessment.models import MetricFact, Result, ResultItem, Scheme
from apps.assessment.rollup import roll_up
from apps.offices.models import Office
from tests.demo import DEMO_DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("demo_city"),
    pytest.mark.xdist_group("demo"),
]


def test_both_schemes_are_open_and_scored() -> None:
    assert set(Scheme.objects.filter(state="open").values_list("code", flat=True)) == {"TZ-2026", "TX-2026"}
    assert Result.objects.filter(scheme__code="TZ-2026").count() == 6
    assert Result.objects.filter(scheme__code="TX-2026").count() == 17


def test_counties_show_how_much_is_counted() -> None:
    for result in Result.objects.filter(scheme__code="TZ-2026"):
        assert result.standing == "open"
        assert result.grade == ""
        # Judged, survey and what no list covers stay open: 29 points at least.
        assert 50 <= result.countable <= 71
        assert 0 < result.earned <= result.countable


def test_towns_have_whole_scores_and_grades() -> None:
    results = Result.objects.filter(scheme__code="TX-2026")
    assert {result.standing for result in results} <= {"final", "for_decision"}
    assert all(result.grade for result in results if result.standing == "final")
    assert len({result.total for result in results}) > 5


@pytest.mark.parametrize(
    "metric", ["pairing.coverage", "duties.fulfilled", "visits.made", "activities.plan_done"]
)
def test_a_countys_figure_is_its_own_and_its_towns(metric: str) -> None:
    facts = MetricFact.objects.filter(metric=metric, period="2026")
    for county in Office.objects.filter(kind="county"):
        towns = facts.filter(office__path__startswith=county.path, office__depth=county.depth + 1)
        below = towns.aggregate(n=Sum("numerator"))["n"] or 0
        assert facts.get(office=county).numerator >= below > 0
    city = Office.objects.get(depth=1)
    assert facts.get(office=city).numerator >= sum(
        facts.filter(office__kind="county").values_list("numerator", flat=True)
    )


def test_rolling_up_the_demo_again_changes_nothing() -> None:
    before = list(ResultItem.objects.order_by("pk").values_list("pk", "points"))
    assert roll_up(2026, today=DEMO_DAY).changed == 0
    assert list(ResultItem.objects.order_by("pk").values_list("pk", "points")) == before


@pytest.mark.parametrize(
    "address",
    [
        "/assessment/",
        "/assessment/metrics/",
        "/assessment/metrics/visits.made/3212/",
        "/assessment/metrics/duties.fulfilled/321283/?period=2026Q3",
        "/assessment/metrics/activities.community_coverage/321283/",
        "/assessment/schemes/TZ-2026/",
        "/assessment/schemes/TZ-2026/results/",
        "/assessment/schemes/TZ-2026/offices/321283/",
        "/assessment/schemes/TX-2026/results/",
        "/assessment/schemes/TZ-2026/declared/",
        "/api/v1/results/",
    ],
)
def test_pages_ask_few_questions(client: Client, settings: Settings, address: str) -> None:
    """At most 15 queries (G8), with the whole demo behind them."""
    settings.DEMO = True  # as the demo runs: no second factor asked for
    leader = User.objects.filter(grants__role="leader", grants__office__code="3212").first()
    assert leader is not None
    client.force_login(leader)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 15, [query["sql"][:120] for query in asked]

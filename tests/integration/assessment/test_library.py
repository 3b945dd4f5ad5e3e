"""指标库: every metric says what it means and who scores by it; what is not counted is declared."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme
from apps.assessment.library import COUNTS, SOURCES, library_of
from apps.assessment.models import MetricFact
from apps.core.metrics import all_metrics
from tests.cast import Tree
from tests.integration.assessment.test_scoring import SCHEME

URL = "/assessment/metrics/"


@pytest.fixture(autouse=True)
def scheme(tree: Tree) -> None:
    adopt_scheme(SCHEME.encode(), by=None)


def found(client: Client, user: User, **query: str) -> list[str]:
    client.force_login(user)
    return [entry.metric.code for entry in client.get(URL, query).context["entries"]]


def test_every_metric_says_where_it_comes_from_and_what_it_counts() -> None:
    for metric in all_metrics():
        assert metric.code.partition(".")[0] in SOURCES
        assert metric.counts in COUNTS


def test_search_finds_words_of_code_name_and_meaning(client: Client, city_admin: User) -> None:
    assert found(client, city_admin, q="meetings 专题") == ["meetings.topical"]
    assert found(client, city_admin, q="有纪要") == ["meetings.plenary", "meetings.topical"]
    assert found(client, city_admin, q="没有这样的指标") == []


def test_uses_narrow_the_list(client: Client, city_admin: User) -> None:
    assert found(client, city_admin, use="used") == [
        "cases.closed_on_time",
        "meetings.plenary",
        "pairing.coverage",
    ]
    assert "visits.made" in found(client, city_admin, use="context")
    assert "visits.made" not in found(client, city_admin, use="scorable")
    assert found(client, city_admin, use="uncounted") == []


def test_values_are_those_of_the_users_own_offices(client: Client, county_admin: User, tree: Tree) -> None:
    year = str(timezone.localdate().year)
    MetricFact.objects.create(metric="meetings.plenary", period=year, office=tree.county, numerator=3)
    entries, _declared = library_of(county_admin, int(year))
    plenary = next(entry for entry in entries if entry.metric.code == "meetings.plenary")
    assert [(office.name, str(shown)) for office, shown in plenary.values] == [("甲县", "3 次")]


def test_what_is_declared_instead_is_listed_with_its_rule(client: Client, county_admin: User) -> None:
    client.force_login(county_admin)
    page = client.get(URL).content.decode()
    assert "每件按级别得分（市级 1 分、省级 2 分），同一事项按最高级计一次。" in page
    assert reverse("assessment:declared", args=["T-2026"]) in page


def test_page_costs_few_queries(client: Client, city_admin: User) -> None:
    client.force_login(city_admin)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) <= 12

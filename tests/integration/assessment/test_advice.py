"""怎样提高得分 on the result page: for the office itself alone, in time, and nothing that a past quarter missed."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.advice import Advice, advice_for
from apps.assessment.explaining import parts_of
from apps.assessment.models import MetricFact, Result, Rollup, Scheme
from apps.assessment.scoring import score_scheme
from apps.core.periods import Period, PeriodKind
from tests.cast import Tree

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year

SCHEME = f"""
code: A-1
name: 试验市考核
year: {YEAR}
assessed: county
groups: [{{name: 全部, offices: ["990001", "990002"]}}]
calendar: {{open: {YEAR}-01-15, entry_deadline: {YEAR + 1}-01-05, self_statement: {YEAR}-12-10/{YEAR + 1}-01-05,
           review: {YEAR + 1}-01-06/{YEAR + 1}-01-15, objection_workdays: 5, decision: {YEAR + 1}-01-26, publish: {YEAR + 1}-01-31}}
grades: [{{name: 合格, at_least: 0}}]
indicators:
  - name: 一、工作
    points: 100
    items:
      - {{name: 五个一, points: 40, rule: ratio, metric: duties.fulfilled, target: 1.0}}
      - {{name: 结对覆盖, points: 40, rule: ratio, metric: pairing.coverage, target: 1.0}}
      - {{name: 按期办结, points: 20, rule: ratio, metric: cases.closed_on_time, target: 1.0}}
"""


@pytest.fixture
def result(tree: Tree) -> Result:
    """甲县: of 100 duties 60 are done; of the missing 40, as many as the test says were due in quarters that are over."""
    scheme = adopt_scheme(SCHEME.encode(), by=None)
    open_scheme(scheme, by=None)
    Rollup.objects.create(year=YEAR, as_of=timezone.localdate(), counted_at=timezone.now())
    for metric, done, due in (
        ("duties.fulfilled", 60, 100),
        ("pairing.coverage", 36, 40),
        ("cases.closed_on_time", 3, 10),
    ):
        fact(tree, metric, str(YEAR), done, due)
    score_scheme(scheme, today=timezone.localdate())
    return Result.objects.select_related("scheme", "office").get(scheme=scheme, office=tree.county)


def fact(tree: Tree, metric: str, period: str, done: int, due: int) -> None:
    MetricFact.objects.create(
        metric=metric, period=period, office=tree.county, numerator=done, denominator=due
    )


def advised(result: Result, by: User) -> list[Advice]:
    return advice_for(result, by, parts=parts_of(result.scheme), items=list(result.items.all()))


def by_name(found: list[Advice]) -> dict[str, Advice]:
    return {each.indicator.name: each for each in found}


def test_each_open_figure_has_its_steps(result: Result, county_admin: User) -> None:
    """40 points over 40 members: one more is 1.00. 40 over 100 duties: one more is 0.40. What was late stays late."""
    found = advised(result, county_admin)
    assert [(each.indicator.name, str(each.steps[0].gain)) for each in found] == [
        ("结对覆盖", "1.00"),
        ("五个一", "0.40"),
    ]
    assert [step.more for step in by_name(found)["五个一"].steps] == [1, 40]


def test_what_a_past_quarter_missed_is_gone(
    result: Result, county_admin: User, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(YEAR, 8, 1))
    for quarter in Period(PeriodKind.YEAR, YEAR).parts(PeriodKind.QUARTER):
        fact(tree, "duties.fulfilled", quarter.code, 10, 22)
        fact(tree, "pairing.coverage", quarter.code, 1, 40)
    found = by_name(advised(result, county_admin))
    # Two quarters are over, each missed 12; of the 40 missing 16 can still be done.
    assert (found["五个一"].missed, found["五个一"].steps[-1].more) == (24, 16)
    # Coverage is a state and no sum over quarters: all four can still be paired.
    assert (found["结对覆盖"].missed, found["结对覆盖"].steps[-1].more) == (0, 4)


@pytest.mark.parametrize("who", ["city_admin", "town_cadre", "neighbour", "assessor"])
def test_nobody_else_reads_it(result: Result, request: pytest.FixtureRequest, who: str) -> None:
    assert advised(result, request.getfixturevalue(who)) == []


def test_after_the_round_was_closed_there_is_none(result: Result, county_admin: User) -> None:
    Scheme.objects.update(state=Scheme.State.REVIEW)
    result.scheme.refresh_from_db()
    assert advised(result, county_admin) == []


def test_the_page_of_the_own_office_shows_it(
    client: Client, result: Result, county_admin: User, city_admin: User
) -> None:
    url = f"/assessment/schemes/A-1/offices/{result.office.code}/"
    client.force_login(county_admin)
    assert "怎样提高得分" in client.get(url).content.decode()
    client.force_login(city_admin)
    assert "怎样提高得分" not in client.get(url).content.decode()

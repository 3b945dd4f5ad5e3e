"""The lights as figures: what stood open, yellow, red and supervised on the last day of a period."""

import datetime as dt

import pytest

from apps.accounts.models import User
from apps.assessment.metric_views import metric_of
from apps.casework import assigning
from apps.casework.actions import accept_case, answer_case
from apps.casework.climbing import climb
from apps.casework.models import Supervision
from apps.casework.supervising import answer_supervision, sign_off
from apps.core.metrics import Metric
from apps.core.periods import Period
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.casework.conftest import OpenCase

CODES = ("cases.open", "cases.yellow", "cases.red", "supervision.running")


def light(code: str) -> Metric:
    metric = metric_of(code)
    assert metric is not None
    return metric


def shining(as_of: str, period: str = "2026") -> tuple[int, ...]:
    """Open, yellow, red, supervised, as the figures say."""
    counts = []
    for code in CODES:
        figures = light(code).figures
        assert figures is not None
        rows = figures([Period.parse(period)], dt.date.fromisoformat(as_of)).fetch()
        counts.append(sum(row[2] for row in rows))
    return tuple(counts)


def listed(actor: User, office: Office, as_of: str, period: str = "2026") -> tuple[int, ...]:
    """The same four, counted from the rows behind them."""
    counts = []
    for code in CODES:
        records = light(code).records
        assert records is not None
        found = records(actor, office, Period.parse(period), dt.date.fromisoformat(as_of))
        counts.append(len(list(found.rows)))
    return tuple(counts)


def climb_until(day: str) -> None:
    today, last = dt.date(2026, 3, 2), dt.date.fromisoformat(day)
    while today <= last:
        climb(today)
        today += dt.timedelta(days=1)


# As in test_ladder_job: due on 23 March, yellow on the 18th, red on the 24th, 督办 on the 27th.
@pytest.mark.parametrize(
    ("as_of", "lights"),
    [
        ("2026-03-01", (0, 0, 0, 0)),
        ("2026-03-17", (1, 0, 0, 0)),
        ("2026-03-18", (1, 1, 0, 0)),
        ("2026-03-23", (1, 1, 0, 0)),
        ("2026-03-24", (1, 0, 1, 0)),
        ("2026-03-27", (1, 0, 1, 1)),
    ],
)
def test_lights_of_a_request_day_by_day(
    open_case: OpenCase, town_cadre: User, city_leader: User, tree: Tree, as_of: str, lights: tuple[int, ...]
) -> None:
    accept_case(case=open_case(), by=town_cadre)
    climb_until("2026-03-27")
    assert shining(as_of) == lights
    assert listed(city_leader, tree.city, as_of) == lights


def test_lights_of_a_month_are_those_of_its_last_day(
    open_case: OpenCase, town_cadre: User, county_leader: User, on_day: object, tree: Tree
) -> None:
    case = open_case(on=dt.date(2026, 3, 2))
    climb_until("2026-04-10")
    letter = Supervision.objects.get()
    assert callable(on_day)
    on_day("2026-04-10")
    answer_case(case=case, answer="已办妥", answered_on=dt.date(2026, 4, 10), by=town_cadre)
    sign_off(letter=answer_supervision(letter=letter, answer="已办妥", by=town_cadre), by=county_leader)
    assert shining("2026-05-20", "2026-03") == (1, 0, 1, 1)
    assert shining("2026-05-20", "2026-04") == (0, 0, 0, 0)
    assert listed(county_leader, tree.county, "2026-05-20", "2026-03") == (1, 0, 1, 1)
    assert listed(county_leader, tree.county, "2026-05-20", "2026-04") == (0, 0, 0, 0)


def test_lights_hold_tasks_too(county_leader: User, tree: Tree, on_day: object) -> None:
    assert callable(on_day)
    on_day("2026-03-02")
    assigning.assign_task(
        text="补齐台账",
        office=tree.county,
        lead_office=tree.town,
        assisting=[],
        due_on=dt.date(2026, 3, 23),
        by=county_leader,
        origin=("", ""),
    )
    climb_until("2026-03-24")
    assert shining("2026-03-24") == (1, 0, 1, 0)
    assert listed(county_leader, tree.town, "2026-03-24") == (1, 0, 1, 0)


def test_lights_are_never_scored() -> None:
    assert not any(light(code).scorable for code in CODES)

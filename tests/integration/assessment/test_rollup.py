"""The rollup: sums up the tree, changes nothing when nothing changed, and leaves the old figures when it dies."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessment import rollup
from apps.assessment.models import MetricFact, Rollup
from apps.assessment.rollup import roll_up
from apps.offices.models import Office
from apps.pairing.models import Met, Visit
from tests.cast import Tree
from tests.integration.assessment.conftest import TODAY

Make = Callable[..., Any]


def fact(metric: str, office: Office, period: str = "2026") -> tuple[int, int | None] | None:
    return (
        MetricFact.objects.filter(metric=metric, office=office, period=period)
        .values_list("numerator", "denominator")
        .first()
    )


@pytest.fixture
def visits(tree: Tree, make_member: Make, visit: Make) -> None:
    """Two in 东镇, one in 西镇, one of the county's own, one in the other county."""
    member = make_member()
    for month, office in (
        ("01", tree.town),
        ("04", tree.town),
        ("04", tree.other_town),
        ("05", tree.county),
        ("11", tree.far_town),
    ):
        visit(member, f"{month}-10", office)


def test_towns_sum_to_the_county_and_counties_to_the_city(visits: None, tree: Tree) -> None:
    roll_up(2026, today=TODAY)
    assert fact("visits.made", tree.town) == (2, None)
    assert fact("visits.made", tree.county) == (4, None)
    assert fact("visits.made", tree.city) == (5, None)
    assert fact("visits.made", tree.county, "2026Q2") == (3, None)
    assert fact("visits.made", tree.city, "2026H1") == (4, None)
    assert fact("visits.made", tree.city, "2026-11") == (1, None)
    assert fact("visits.made", tree.city, "2026-12") is None


Deed = tuple[str, int, int]  # what, at which office, in which month
deeds = st.lists(
    st.tuples(
        st.sampled_from(["visit", "case", "activity", "publicity"]), st.integers(0, 5), st.integers(1, 11)
    ),
    min_size=4,
    max_size=9,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=deeds)
def test_whatever_happens_offices_sum_to_the_one_above(
    tree: Tree, make_member: Make, visit: Make, case: Make, activity: Make, done: list[Deed]
) -> None:
    """Each metric that adds up, in each period: an office's figure is its own and those of the offices below it."""
    offices = [tree.city, tree.county, tree.town, tree.other_town, tree.other_county, tree.far_town]
    with transaction.atomic():
        member = make_member()
        for what, at, month in done:
            on, office = f"{month:02}-10", offices[at]
            if what == "visit":
                visit(member, on, office)
            elif what == "case":
                case(on, on, office=office, lead_office=office)
            else:
                activity(on, office=office, kind="publicity" if what == "publicity" else "service")
        roll_up(2026, today=TODAY)
        assert _differences() == []
        transaction.set_rollback(True)


def _differences() -> list[tuple[str, str, str]]:
    """Metric, period and office of every fact that is not the sum of what lies under it."""
    facts = {
        (metric, period, office): (numerator, denominator or 0)
        for metric, period, office, numerator, denominator in MetricFact.objects.values_list(
            "metric", "period", "office", "numerator", "denominator"
        )
    }
    ids = dict(Office.objects.values_list("path", "pk"))
    below: dict[int, list[int]] = {}
    for path, office in ids.items():
        below.setdefault(ids.get(path[: -Office.steplen], 0), []).append(office)
    wrong = []
    for metric in rollup.all_metrics():
        if metric.figures is None or not metric.adds_up:
            continue
        own = {
            (period, office): (above, under or 0)
            for period, office, above, under in metric.figures(rollup.periods_of(metric, 2026), TODAY).fetch()
        }
        places = {(code, period, office) for code, period, office in facts if code == metric.code}
        for _code, period, office in places | {(metric.code, *place) for place in own}:
            parts = [own.get((period, office), (0, 0))]
            parts += [facts.get((metric.code, period, each), (0, 0)) for each in below.get(office, [])]
            if facts.get((metric.code, period, office), (0, 0)) != tuple(map(sum, zip(*parts, strict=True))):
                wrong.append((metric.code, period, str(office)))
    return wrong


def test_a_countys_meetings_are_its_own(activity: Make, tree: Tree) -> None:
    activity("05-01", kind="plenary", has_minutes=True)
    roll_up(2026, today=TODAY)
    assert fact("meetings.plenary", tree.town) == (1, None)
    assert fact("meetings.plenary", tree.county) is None


def test_rolling_up_again_changes_nothing(visits: None) -> None:
    assert roll_up(2026, today=TODAY).changed > 0
    before = sorted(MetricFact.objects.values_list("pk", "numerator"))
    assert roll_up(2026, today=TODAY).changed == 0
    assert sorted(MetricFact.objects.values_list("pk", "numerator")) == before


def test_what_is_no_longer_counted_goes(visits: None, tree: Tree) -> None:
    roll_up(2026, today=TODAY)
    Met.objects.all().delete()
    Visit.objects.filter(office=tree.far_town).delete()
    roll_up(2026, today=TODAY)
    assert fact("visits.made", tree.far_town) is None
    assert fact("visits.made", tree.city) == (4, None)


def test_other_years_are_left_alone(visits: None, tree: Tree) -> None:
    MetricFact.objects.create(metric="visits.made", period="2025", office=tree.town, numerator=7)
    roll_up(2026, today=TODAY)
    assert fact("visits.made", tree.town, "2025") == (7, None)


def test_progress_is_told_up_to_100(visits: None) -> None:
    told: list[int] = []
    roll_up(2026, today=TODAY, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 100


@pytest.mark.django_db(transaction=True)
def test_dying_in_the_middle_leaves_the_old_figures(
    visits: None, tree: Tree, visit: Make, make_member: Make
) -> None:
    roll_up(2026, today=TODAY)
    visit(make_member("乙"), "06-10")

    class Killed(BaseException):
        """Stands for SIGKILL: nothing in the rollup may catch it."""

    def die(percent: int) -> None:
        if percent > 50:
            raise Killed

    with pytest.raises(Killed):
        roll_up(2026, today=TODAY, progress=die)
    assert fact("visits.made", tree.city) == (5, None)
    roll_up(2026, today=TODAY)
    assert fact("visits.made", tree.city) == (6, None)


def test_command_rolls_up_and_refuses_other_periods(visits: None) -> None:
    out = StringIO()
    call_command("rollup", "--period", "2026", "--as-of", "2026-11-22", stdout=out)
    assert "2026 年度" in out.getvalue()
    assert Rollup.objects.get(year=2026).as_of == TODAY
    for period in ("2026Q1", "去年"):
        with pytest.raises(CommandError, match="年份"):
            call_command("rollup", "--period", period)


def test_every_metric_runs_in_an_empty_city(tree: Tree) -> None:
    with transaction.atomic():
        assert roll_up(2027, today=TODAY).results == 0
    assert all(m.adds_up for m in rollup.all_metrics() if not m.code.startswith("meetings."))

"""Of the five ones, each kind's part: kept with the pair's year, the same by both ways of counting."""

import datetime as dt

import pytest

from apps.assessment.metric_views import metric_of
from apps.core.access import SYSTEM
from apps.core.periods import Period
from apps.pairing.actions import record_entry
from apps.pairing.models import DutyEntry, DutyKind, Pairing, PairingYear
from apps.pairing.progress import place_of
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree

AS_OF = dt.date(2026, 11, 22)


def counted(code: str, period: str) -> tuple[int, int]:
    metric = metric_of(code)
    assert metric is not None
    assert metric.figures is not None
    rows = metric.figures([Period.parse(period)], AS_OF).fetch()
    return sum(row[2] for row in rows), sum(row[3] or 0 for row in rows)


@pytest.fixture
def year(pairing: Pairing) -> PairingYear:
    """A talk in February, another in March (one is owed a quarter), a deed in May."""
    for number, (kind, month) in enumerate((("talk", 2), ("talk", 3), ("deed", 5)), start=1):
        source = (DutyEntry.Source.ACTIVITY, number)
        record_entry(pairing=pairing, kind=kind, on=dt.date(2026, month, 6), source=source)
    return PairingYear.objects.get(pairing=pairing, year=2026)


def test_each_kind_stands_in_its_quarter(year: PairingYear) -> None:
    assert [year.kinds_due[place_of("talk", month)] for month in (3, 6, 9, 12)] == [1, 1, 1, 1]
    assert [year.kinds_done[place_of("talk", month)] for month in (3, 6, 9, 12)] == [1, 0, 0, 0]
    assert [year.kinds_done[place_of("deed", month)] for month in (3, 6, 9, 12)] == [0, 0, 0, 1]


def test_the_nightly_recount_gives_the_same(year: PairingYear) -> None:
    assert rebuild_all(2026).none


@pytest.mark.parametrize("period", ["2026", "2026H1", "2026Q1", "2026Q4"])
def test_kinds_add_up_to_the_five_ones(year: PairingYear, period: str) -> None:
    parts = [counted(f"duties.{kind.value}", period) for kind in DutyKind]
    assert counted("duties.fulfilled", period) == (sum(p[0] for p in parts), sum(p[1] for p in parts))


def test_records_of_a_kind_add_up_to_its_figure(year: PairingYear, tree: Tree) -> None:
    metric = metric_of("duties.talk")
    assert metric is not None
    assert metric.records is not None
    for period in ("2026", "2026Q1", "2026H2"):
        rows = list(metric.records(SYSTEM, tree.city, Period.parse(period), AS_OF).rows)
        assert (sum(row[4] for row in rows), sum(row[3] for row in rows)) == counted("duties.talk", period)

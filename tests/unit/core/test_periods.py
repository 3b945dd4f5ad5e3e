import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import Period, PeriodKind

kinds = st.sampled_from(PeriodKind)
days = st.dates(min_value=dt.date(1901, 1, 1), max_value=dt.date(9998, 12, 31))


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2026", "2026-01-01", "2026-12-31", "2026年"),
        ("2026H1", "2026-01-01", "2026-06-30", "2026年上半年"),
        ("2026H2", "2026-07-01", "2026-12-31", "2026年下半年"),
        ("2026Q3", "2026-07-01", "2026-09-30", "2026年第三季度"),
        ("2026-05", "2026-05-01", "2026-05-31", "2026年5月"),
        ("2028-02", "2028-02-01", "2028-02-29", "2028年2月"),
        ("9999", "9999-01-01", "9999-12-31", "9999年"),
    ],
)
def test_period_bounds_and_label(code: str, start: str, end: str, label: str) -> None:
    period = Period.parse(code)
    assert (period.start.isoformat(), period.end.isoformat(), period.label) == (start, end, label)
    assert period.code == str(period) == code


@pytest.mark.parametrize(
    "code",
    ["", "26", "2026H3", "2026Q0", "2026-13", "2026-5", "２０２６", "2026Q1 ", "0000", "2026\n", "2026q1"],
)
def test_period_parse_refuses(code: str) -> None:
    with pytest.raises(ValueError, match="no "):
        Period.parse(code)


def test_period_index_out_of_range() -> None:
    with pytest.raises(ValueError, match="no such"):
        Period(PeriodKind.QUARTER, 2026, 5)


def test_period_previous_and_year_before() -> None:
    assert Period.parse("2026Q1").previous().code == "2025Q4"
    assert Period.parse("2026H2").previous().code == "2026H1"
    assert Period.parse("2026-03").year_before().code == "2025-03"


def test_period_parts() -> None:
    half = Period.parse("2026H2")
    assert [p.code for p in half.parts(PeriodKind.QUARTER)] == ["2026Q3", "2026Q4"]
    assert [p.code for p in half.months()][::5] == ["2026-07", "2026-12"]
    with pytest.raises(ValueError, match="has no"):
        half.parts(PeriodKind.YEAR)


@given(days, kinds)
def test_period_containing_holds_its_day(day: dt.date, kind: PeriodKind) -> None:
    period = Period.containing(day, kind)
    assert period.holds(day)
    assert Period.parse(period.code) == period
    assert period.next().previous() == period
    assert period.previous().end == period.start - dt.timedelta(days=1)


@given(days, kinds, kinds)
def test_period_parts_cover_it_without_gap(day: dt.date, kind: PeriodKind, part: PeriodKind) -> None:
    period = Period.containing(day, kind)
    if part.months > kind.months:
        return
    parts = period.parts(part)
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert sum(p.days for p in parts) == period.days
    assert all(period.holds(p) for p in parts)

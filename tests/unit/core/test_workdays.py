import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.workdays import KNOWN_YEARS, WorkCalendar

calendar = WorkCalendar({})
days = st.dates(min_value=dt.date(2005, 1, 1), max_value=dt.date(2030, 12, 31))
numbers = st.integers(min_value=-60, max_value=60)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-10-01", False),  # National Day
        ("2026-10-07", False),
        ("2026-10-10", True),  # make-up Saturday
        ("2026-11-21", False),
        ("2026-11-23", True),
        ("2026-02-17", False),  # Spring Festival
    ],
)
def test_is_workday(day: str, worked: bool) -> None:
    assert calendar.is_workday(dt.date.fromisoformat(day)) is worked


def test_add_workdays_skips_the_holiday_and_counts_the_make_up_day() -> None:
    # 30 September; holiday 1 to 7 October; 8, 9 and Saturday 10 October are worked.
    assert calendar.add_workdays(dt.date(2026, 9, 30), 3).day == dt.date(2026, 10, 10)
    assert calendar.add_workdays(dt.date(2026, 10, 10), -3).day == dt.date(2026, 9, 30)
    assert calendar.next_workday(dt.date(2026, 10, 1)).day == dt.date(2026, 10, 8)


def test_beyond_the_published_years_it_says_so() -> None:
    unknown = max(KNOWN_YEARS) + 1
    due = calendar.add_workdays(dt.date(max(KNOWN_YEARS), 12, 31), 5)
    assert due.is_estimated
    assert due.day.year == unknown
    assert not calendar.add_workdays(dt.date(2026, 11, 22), 5).is_estimated
    assert calendar.workdays_between(dt.date(2026, 12, 1), dt.date(unknown, 1, 9)).is_estimated


def test_overrides_win() -> None:
    edited = WorkCalendar({dt.date(2027, 1, 1): False, dt.date(2026, 11, 28): True})
    assert not edited.is_workday(dt.date(2027, 1, 1))
    assert not edited.is_estimated(dt.date(2027, 1, 1))
    assert edited.add_workdays(dt.date(2026, 11, 27), 1).day == dt.date(2026, 11, 28)


@given(days, numbers)
def test_add_workdays_is_undone_by_counting(day: dt.date, number: int) -> None:
    due = calendar.add_workdays(day, number).day
    assert number == 0 or calendar.is_workday(due)
    if number >= 0:
        assert calendar.workdays_between(day, due).days == number
    else:
        assert (
            calendar.workdays_between(due - dt.timedelta(days=1), day - dt.timedelta(days=1)).days == -number
        )


@given(days, days)
def test_workdays_between_is_antisymmetric_and_additive(first: dt.date, last: dt.date) -> None:
    there = calendar.workdays_between(first, last).days
    if first <= last:
        middle = first + (last - first) / 2
        parts = calendar.workdays_between(first, middle).days + calendar.workdays_between(middle, last).days
        assert there == parts
        assert 0 <= there <= (last - first).days
    else:
        assert there <= 0

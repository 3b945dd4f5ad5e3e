"""Deadlines and rungs over week-ends, holidays, make-up days and year's ends; expected days counted on a calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casework.deadlines import DEFAULTS, Limit, after_pause, extended, last_day, silent_from
from apps.casework.ladder import Light, light, rungs
from apps.casework.models.terms import Unit
from apps.core.workdays import WorkCalendar

CALENDAR = WorkCalendar({})


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("due", "yellow", "red", "supervise"),
    [
        # An ordinary week: due on Wednesday 11 March 2026.
        ("2026-03-11", "2026-03-06", "2026-03-12", "2026-03-17"),
        # Due on a Friday: red on Monday.
        ("2026-03-13", "2026-03-10", "2026-03-16", "2026-03-19"),
        # Spring Festival 2026: off 15 to 23 February, worked on Saturdays 14 and 28 February.
        ("2026-02-14", "2026-02-11", "2026-02-24", "2026-02-27"),
        ("2026-02-26", "2026-02-14", "2026-02-27", "2026-03-03"),
        # National Day 2026: off 1 to 7 October, worked on Sunday 20 September and Saturday 10 October.
        ("2026-09-30", "2026-09-25", "2026-10-08", "2026-10-12"),
        # The end of the year: 1 to 3 January 2026 off, worked on Sunday 4 January.
        ("2025-12-31", "2025-12-26", "2026-01-04", "2026-01-07"),
    ],
)
def test_rungs_are_working_days(due: str, yellow: str, red: str, supervise: str) -> None:
    found = rungs(day(due))
    assert found.red_on == day(red)
    assert found.supervise_on == day(supervise)
    if due != "2026-09-30":  # 25 September 2026 is the Mid-Autumn Festival: checked below
        assert found.yellow_on == day(yellow)


def test_yellow_counts_back_over_a_holiday() -> None:
    # 25 to 27 September 2026 are off: three working days before the 30th is the 24th.
    assert not CALENDAR.is_workday(day("2026-09-25"))
    assert rungs(day("2026-09-30")).yellow_on == day("2026-09-24")


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)))
def test_rungs_stand_in_order_and_on_working_days(due: dt.date) -> None:
    found = rungs(due)
    assert found.yellow_on < due < found.red_on < found.supervise_on
    for rung in (found.yellow_on, found.red_on, found.supervise_on):
        assert CALENDAR.is_workday(rung)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 11, 30)), st.integers(-30, 30))
def test_light_follows_the_rungs(due: dt.date, offset: int) -> None:
    today, found = due + dt.timedelta(days=offset), rungs(due)
    expected = (
        Light.SUPERVISED
        if today >= found.supervise_on
        else Light.RED
        if today >= found.red_on
        else Light.YELLOW
        if today >= found.yellow_on
        else Light.NONE
    )
    assert light(due, today, is_open=True) == expected
    assert light(due, today, is_open=False) == Light.NONE
    assert light(due, today, is_open=True, is_paused=True) == Light.WAITING


def test_a_day_off_after_the_deadline_is_not_red() -> None:
    friday = day("2026-03-13")
    saturday, monday = day("2026-03-14"), day("2026-03-16")
    assert light(friday, saturday, is_open=True) == Light.YELLOW
    assert light(friday, monday, is_open=True) == Light.RED


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "expected"),
    [
        ("2026-03-11", "2026-03-02", "2026-03-02", "2026-03-11"),  # back on the same day
        ("2026-03-11", "2026-03-02", "2026-03-04", "2026-03-13"),
        ("2026-03-11", "2026-03-06", "2026-03-08", "2026-03-11"),  # only a week-end
        ("2026-02-14", "2026-02-13", "2026-02-24", "2026-02-25"),  # over Spring Festival: 14th and 24th
        ("2025-12-31", "2025-12-30", "2026-01-05", "2026-01-06"),  # over New Year: 31st, 4th, 5th
    ],
)
def test_pause_moves_the_deadline_by_its_working_days(
    due: str, paused: str, resumed: str, expected: str
) -> None:
    assert after_pause(day(due), day(paused), day(resumed)) == day(expected)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 6, 30)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_left_are_the_same_after_a_pause(paused: dt.date, ahead: int, waited: int) -> None:
    due = CALENDAR.next_workday(paused + dt.timedelta(days=ahead)).day
    resumed = CALENDAR.next_workday(paused + dt.timedelta(days=waited)).day
    left = CALENDAR.workdays_between(paused, due).days
    assert CALENDAR.workdays_between(resumed, after_pause(due, paused, resumed)).days == left


def test_silence_counts_from_the_eleventh_working_day() -> None:
    assert silent_from(day("2026-03-02")) == day("2026-03-17")
    # Over Spring Festival: 12, 13, 14, 24, 25, 26, 27, 28 February, 2, 3, 4 March.
    assert silent_from(day("2026-02-11")) == day("2026-03-04")


def test_extension_adds_its_working_days() -> None:
    assert extended(day("2026-03-23"), DEFAULTS["request"]) == day("2026-04-14")
    assert extended(day("2026-03-23"), DEFAULTS["suggestion"]) == day("2026-03-23")


@pytest.mark.parametrize(
    ("start", "expected"),
    [("2025-11-30", "2026-02-28"), ("2026-05-29", "2026-08-31"), ("2025-12-31", "2026-03-31")],
)
def test_months_end_on_a_working_day(start: str, expected: str) -> None:
    assert last_day(Limit(3, Unit.MONTHS), day(start)) == day(expected)

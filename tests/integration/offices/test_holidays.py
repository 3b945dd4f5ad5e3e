"""节假日安排: an administrator enters days; deadlines and the digest follow; the page says where nothing is known."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.casework.deadlines import DEFAULTS, last_day
from apps.core import workdays
from apps.core.workdays import KNOWN_YEARS, WorkCalendar, forget_edited_days
from apps.notifications.digest import may_disturb
from apps.offices.holidays import HolidayRefused, edited_days, set_days, unset_day
from apps.offices.models import CalendarDay

PAGE = "/offices/holidays/"
UNKNOWN = max(KNOWN_YEARS) + 1
# The first Monday of a year that is not published.
MONDAY = next(day for n in range(7) if (day := dt.date(UNKNOWN, 3, 1) + dt.timedelta(days=n)).weekday() == 0)
CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def known_anew(published_days_only: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this test enters is read, and forgotten after it."""
    monkeypatch.setattr(workdays._edited, "read", edited_days)
    forget_edited_days()
    yield
    forget_edited_days()


@pytest.fixture
def off(city_admin: User, django_capture_on_commit_callbacks: object) -> CalendarDay:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        set_days(first=MONDAY, last=MONDAY, is_worked=False, by=city_admin)
    return CalendarDay.objects.get()


def test_deadline_skips_a_day_that_was_entered(off: CalendarDay) -> None:
    friday = MONDAY - dt.timedelta(days=3)
    assert last_day(DEFAULTS["accept"], friday) == MONDAY + dt.timedelta(days=2)
    assert not may_disturb(dt.datetime.combine(MONDAY, dt.time(10), CHINA))


def test_year_with_an_entered_day_is_no_guess_any_more(off: CalendarDay) -> None:
    assert not WorkCalendar().is_estimated(MONDAY)
    assert WorkCalendar().is_estimated(MONDAY.replace(year=UNKNOWN + 1))


def test_day_taken_back_is_as_before_and_history_keeps_it(
    off: CalendarDay, city_admin: User, django_capture_on_commit_callbacks: object
) -> None:
    pk = off.pk
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        unset_day(entered=off, by=city_admin)
    assert WorkCalendar().is_workday(MONDAY)
    events = CalendarDay.events.rel.related_model.objects.filter(pgh_obj_id=pk)  # type: ignore[attr-defined]
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_too_many_days_at_once_are_a_slip(city_admin: User) -> None:
    with pytest.raises(HolidayRefused):
        set_days(first=MONDAY, last=MONDAY + dt.timedelta(days=40), is_worked=False, by=city_admin)


def test_page_says_what_is_not_published_and_takes_days(client: Client, city_admin: User) -> None:
    client.force_login(city_admin)
    assert "尚未公布" in client.get(f"{PAGE}?year={UNKNOWN}").text
    said = {
        "first": MONDAY.isoformat(),
        "last": (MONDAY + dt.timedelta(days=2)).isoformat(),
        "is_worked": "off",
    }
    page = client.post(PAGE, said, follow=True).text
    assert "尚未公布" not in page
    assert MONDAY.isoformat() in page
    assert CalendarDay.objects.count() == 3


def test_only_the_root_edits(client: Client, county_admin: User, town_cadre: User) -> None:
    for user in (county_admin, town_cadre):
        client.force_login(user)
        assert "登记放假或上班" not in client.get(PAGE).text
        answer = client.post(PAGE, {"first": "2027-01-01", "is_worked": "off"})
        assert answer.status_code == 404
    assert not CalendarDay.objects.exists()

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import BadDate, DatePrecision, parse_date
from apps.core.forms import DayField, MonthField, PersonNameField, PhoneField

days = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026.11.22", "2026-11-22"),
        ("2026/8/5", "2026-08-05"),
        ("2026年11月22日", "2026-11-22"),
        ("2026年11月22号", "2026-11-22"),
        ("2026 年 11 月 22 日", "2026-11-22"),
        ("２０２６年１１月２２日", "2026-11-22"),
        ("２０２６．１１．２２", "2026-11-22"),
        ("2026—11—22", "2026-11-22"),
        ("20261122", "2026-11-22"),
        ("2026-11-22 00:00:00", "2026-11-22"),
        ("2026-11-22 9:05", "2026-11-22"),
        ("2026-11-22T08:30:00+08:00", "2026-11-22"),
        ("2026.11", "2026-11"),
        ("2026/8", "2026-08"),
        ("1978.05", "1978-05"),
        ("197805", "1978-05"),
        ("1978年5月", "1978-05"),
        ("1978年05月", "1978-05"),
        ("1980.1", "1980-01"),
        ("2024-02-29", "2024-02-29"),
        (197805, "1978-05"),
        (19780512, "1978-05-12"),
        (1978.05, "1978-05"),
        (1978.12, "1978-12"),
        (46348, "2026-11-22"),
        (46348.75, "2026-11-22"),
        ("46348", "2026-11-22"),
        (dt.date(1978, 5, 12), "1978-05-12"),
        (dt.datetime(1978, 5, 12, 23, 59), "1978-05-12"),  # noqa: DTZ001
        (dt.datetime(2026, 11, 21, 16, 30, tzinfo=ZoneInfo("UTC")), "2026-11-22"),
    ],
)
def test_parse_date_reads(typed: object, expected: str) -> None:
    assert str(parse_date(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("　", "empty"),
        (None, "empty"),
        ("2025-02-29", "day"),
        ("2100-02-29", "day"),
        ("2026年11月31日", "day"),
        ("2026-11-0", "day"),
        ("1983.13", "month"),
        ("198313", "month"),
        ("2026.00", "month"),
        ("25/3/5", "short_year"),
        ("78年5月", "short_year"),
        ("12026-11-22", "short_year"),
        ("0001-01-01", "year"),
        ("9999-12-31", "year"),
        (dt.date(1, 1, 1), "year"),
        ("1978", "year_only"),
        ("1978年", "year_only"),
        (1980.1, "ambiguous"),
        (1978, "unreadable"),
        (60, "unreadable"),
        (0, "unreadable"),
        (-1, "unreadable"),
        (True, "unreadable"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        (1e400, "unreadable"),
        (1e300, "unreadable"),
        ("二〇二五年闰六月初一", "numerals"),
        ("二〇二六年十一月", "numerals"),
        ("农历2026年正月", "numerals"),
        ("٢٠٢٦-١١-٢٢", "unreadable"),
        ("2026²-11-22", "unreadable"),
        ("2026-11-2²", "unreadable"),
        ("11/22/2026", "unreadable"),
        ("2026-11-22-1", "unreadable"),
        ("昨天", "unreadable"),
        ("2026-11-22; drop", "unreadable"),
        ("9" * 10_000, "unreadable"),
        ("2026-11-22\x00", "unreadable"),
    ],
)
def test_parse_date_refuses(typed: object, code: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse_date(typed)
    assert refused.value.code == code
    assert any("一" <= char <= "鿿" for char in str(refused.value))


def test_parse_date_1904_workbook() -> None:
    assert str(parse_date(44886, is_1904=True)) == "2026-11-22"


@given(days)
def test_parse_date_round_trips(day: dt.date) -> None:
    for pattern in ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"):
        assert parse_date(day.strftime(pattern)).day == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日").day == day
    month = parse_date(f"{day.year}.{day.month:02d}")
    assert (month.day, month.precision) == (day.replace(day=1), DatePrecision.MONTH)


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.datetimes(), st.dates(), st.booleans()))
def test_parse_date_never_fails_otherwise(typed: object) -> None:
    with contextlib.suppress(BadDate):
        parse_date(typed)


@given(st.dates(min_value=dt.date(1928, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_parse_date_serials(day: dt.date) -> None:
    assert parse_date((day - dt.date(1899, 12, 30)).days).day == day


class Form(forms.Form):
    name = PersonNameField(max_length=50)
    phone = PhoneField(required=False)
    on = DayField()
    born = MonthField(required=False)


def test_form_fields_clean() -> None:
    form = Form({"name": "王　芳", "phone": "138 1234 5678", "on": "2026年11月22日", "born": "1978.05"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "name": "王芳",
        "phone": "13812345678",
        "on": dt.date(2026, 11, 22),
        "born": dt.date(1978, 5, 1),
    }


def test_form_fields_keep_what_was_typed() -> None:
    form = Form({"name": "王芳1", "phone": "1380", "on": "2026.02.30", "born": "1983.13"})
    assert not form.is_valid()
    assert set(form.errors) == {"name", "phone", "on", "born"}
    assert form["on"].value() == "2026.02.30"
    assert "2 月没有 30 日" in form.errors["on"][0]


def test_form_fields_required_and_month_only() -> None:
    form = Form({"name": "　", "on": "2026.11"})
    assert not form.is_valid()
    assert form.errors.as_data()["name"][0].code == "required"
    assert form.errors.as_data()["on"][0].code == "month_only"


def test_form_fields_show_what_is_stored() -> None:
    form = Form(initial={"on": dt.date(2026, 11, 22), "born": dt.date(1978, 5, 1)})
    assert 'value="2026-11-22"' in str(form["on"])
    assert 'value="1978-05"' in str(form["born"])

"""Dates as people write them in forms and rosters.

Text, numbers and dates all arrive here: 2026-11-22, 2026.11, 2026/8, 2026年11月22日, 197805, full-width digits, the
serial numbers of spreadsheets. What may mean two days is refused, never guessed.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.widths import half_width

FIRST_YEAR, LAST_YEAR = 1900, 2100

_SEPARATOR = r"[-./。、‐-―−年]"
_WRITTEN = re.compile(
    rf"([0-9]+){_SEPARATOR}([0-9]{{1,2}})(?:(?:{_SEPARATOR}|月)(?:([0-9]{{1,2}})[日号]?)?)?"
)
_CLOCK = re.compile(r"(?:T|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_LUNAR = re.compile(r"[闰初正腊冬廿卅]|农历|阴历")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十]")
# Serials of Excel's 1900 system from 1927 to 2100. Smaller ones cannot be told from a year (1978), nor from
# the 29 February 1900 that never was.
_SERIALS = range(10_000, 73_415)
_SERIAL_ZERO = dt.date(1899, 12, 30)
_DAYS_BETWEEN_SYSTEMS = 1462


class DatePrecision(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class TypedDate:
    """What was typed; with MONTH the day is the first of the month and means nothing."""

    day: dt.date
    precision: DatePrecision

    def __str__(self) -> str:
        return self.day.isoformat() if self.precision is DatePrecision.DAY else f"{self.day:%Y-%m}"


class BadDate(ValueError):
    """The text is no date; `code` says why, the message is fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse_date(typed: object, *, is_1904: bool = False) -> TypedDate:
    """The date in a form field or a roster cell. Raises BadDate.

    `is_1904` for workbooks that count from 1904 (old Macs).
    """
    if isinstance(typed, dt.datetime):
        local = timezone.localtime(typed) if timezone.is_aware(typed) else typed
        return _day(local.year, local.month, local.day)
    if isinstance(typed, dt.date):
        return _day(typed.year, typed.month, typed.day)
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        return _from_number(typed, is_1904=is_1904)
    return _from_text(str(typed or ""), is_1904=is_1904)


def _from_number(number: float, *, is_1904: bool) -> TypedDate:
    # NaN and infinity compare false here and fall through.
    if _SERIALS.start <= number < _SERIALS.stop:
        return _from_serial(int(number), is_1904=is_1904)
    text = f"{number:.10g}"
    if re.fullmatch(r"[0-9]{4}\.1", text):
        raise BadDate("ambiguous", _("无法判断是 1 月还是 10 月，请改成文本，如 1980.01 或 1980.10"))
    if re.fullmatch(r"[0-9]{4}\.[0-9]{1,2}|[0-9]{6}|[0-9]{8}", text):
        return _from_text(text, is_1904=is_1904)
    raise _unreadable()


def _from_serial(serial: int, *, is_1904: bool) -> TypedDate:
    day = _SERIAL_ZERO + dt.timedelta(days=serial + (_DAYS_BETWEEN_SYSTEMS if is_1904 else 0))
    return _day(day.year, day.month, day.day)


def _from_text(typed: str, *, is_1904: bool) -> TypedDate:
    text = re.sub(r"\s+", "", _CLOCK.sub("", half_width(typed).strip()))
    if not text:
        raise BadDate("empty", _("请填写日期"))
    if match := _COMPACT.fullmatch(text) or _WRITTEN.fullmatch(text):
        year, month, day = match.groups()
        return _checked(year, int(month), int(day) if day else None)
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", text) and int(text[:5]) in _SERIALS:
        return _from_serial(int(text[:5]), is_1904=is_1904)
    if _LUNAR.search(text) or _NUMERALS.search(text):
        raise BadDate("numerals", _("请用公历和阿拉伯数字写日期，如 2026-11-22"))
    if re.fullmatch(r"[0-9]{4}年?", text):
        raise BadDate("year_only", _("只有年份，请至少写到月，如 1978.05"))
    raise _unreadable()


def _checked(year: str, month: int, day: int | None) -> TypedDate:
    if len(year) != 4:
        raise BadDate("short_year", _("年份要写四位数，如 2026-11-22"))
    return _day(int(year), month, day)


def _day(year: int, month: int, day: int | None) -> TypedDate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDate(
            "year", _("年份应在 %(first)d 至 %(last)d 之间") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    if not 1 <= month <= 12:
        raise BadDate("month", _("没有 %(month)d 月，请检查") % {"month": month})
    try:
        found = dt.date(year, month, 1 if day is None else day)
    except ValueError:
        parts = {"year": year, "month": month, "day": day}
        raise BadDate("day", _("%(year)d 年 %(month)d 月没有 %(day)d 日，请检查") % parts) from None
    return TypedDate(found, DatePrecision.MONTH if day is None else DatePrecision.DAY)


def _unreadable() -> BadDate:
    return BadDate("unreadable", _("无法识别的日期，请写成 2026-11-22 或 2026年11月22日"))

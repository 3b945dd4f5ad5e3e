"""Dates in rosters: 106 inputs of the corpus of bad input (docs/security.md), read or refused with a sentence."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from apps.members.importing import cells
from apps.members.importing.findings import BadCell

TODAY = dt.date(2026, 11, 22)
SHANGHAI, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")

MAY = "1978-05"
READ: list[tuple[object, str]] = [
    ("1978.05", MAY), ("1978.5", MAY), ("1978-05", MAY), ("1978-5", MAY), ("1978/5", MAY), ("1978年5月", MAY),
    ("1978年05月", MAY), ("1978 年 5 月", MAY), ("１９７８年５月", MAY), ("１９７８．０５", MAY), ("197805", MAY),
    ("1978、5", MAY), ("1978。5", MAY), ("1978—05", MAY), ("1978–05", MAY), (197805, MAY), (197805.0, MAY), (1978.05, MAY),
    ("1978-05-12", MAY), ("1978.5.12", MAY), ("1978/05/12", MAY), ("1978年5月12日", MAY), ("1978年5月12号", MAY),
    ("１９７８年５月１２日", MAY), ("19780512", MAY), (19780512, MAY), ("1978-05-12 00:00:00", MAY),
    ("1978-05-12T00:00:00", MAY), ("1978-05-12 08:30", MAY), ("1978-5-12\n", MAY), ("　1978-05-12　", MAY),
    (dt.date(1978, 5, 12), MAY), (dt.datetime(1978, 5, 12), MAY), (dt.datetime(1978, 5, 12, 23, 59, 59), MAY),  # noqa: DTZ001
    # A serial number of Excel, whole or with a time; and the same day counted from 1904.
    (28622, MAY), (28622.5, MAY), ("28622", MAY),
    # The end of a month in one zone is the next one in another: the local day counts.
    (dt.datetime(1978, 4, 30, 16, 30, tzinfo=UTC), MAY), (dt.datetime(1978, 5, 31, 23, 59, tzinfo=SHANGHAI), MAY),
    # China had summer time from 1986 to 1991: midnight in a wrong zone would move the day.
    (dt.datetime(1986, 5, 4, 0, 0, tzinfo=SHANGHAI), "1986-05"), (dt.datetime(1988, 4, 1, 0, 30, tzinfo=SHANGHAI), "1988-04"),
    ("1991-09-15", "1991-09"), ("1949-10-01", "1949-10"), ("1912.1", "1912-01"), ("2000-02-29", "2000-02"),
    ("2024-02-29", "2024-02"), ("1980.10", "1980-10"), ("1980.12", "1980-12"), (1980.12, "1980-12"), ("2026.11", "2026-11"),
    ("", ""), (None, ""), ("无", ""), ("/", ""), ("不详", ""),
]  # fmt: skip
REFUSED: list[tuple[object, str]] = [
    ("1978", "年份"), (1978, "无法识别"), ("1978年", "年份"), ("78.5", "四位"), ("78年5月", "四位"), ("25/3/5", "四位"),
    (78.5, "无法识别"), ("28622.0", "四位"), (1980.1, "1 月还是 10 月"), ("1983.13", "13 月"), ("198313", "13 月"), ("1983.0", "0 月"),
    ("2025-02-29", "29 日"), ("2100-02-29", "29 日"), ("1978-05-32", "32 日"), ("1978-04-31", "31 日"), ("1978-05-00", "0 日"),
    ("农历一九七八年五月", "公历"), ("二〇二五年闰六月初一", "公历"), ("一九七八年五月", "公历"), ("1978年腊月", "公历"),
    ("戊午年五月", "公历"), (60, "无法识别"), ("60", "无法识别"), (61.5, "无法识别"), (0, "无法识别"), (-1, "无法识别"),
    (True, "无法识别"), (float("nan"), "无法识别"), (float("inf"), "无法识别"), (1e300, "无法识别"), ("0001-01-01", "1900"),
    ("9999-12-31", "2100"), (dt.date(1, 1, 1), "1900"), (dt.date(9999, 12, 31), "2100"), (73050, "不合理"), ("2027-01", "不合理"),
    ("2099-12-31", "不合理"), ("1901.1", "不合理"), ("05/12/1978", "无法识别"), ("12 May 1978", "无法识别"), ("1978-05-12-1", "无法识别"),
    ("1978.05至今", "无法识别"), ("1978.05-1980.01", "无法识别"), ("约1978年5月", "无法识别"), ("1978²-05", "无法识别"),
    ("١٩٧٨-٠٥", "无法识别"), ("1978-05\u200b", "无法识别"), ("9" * 10_000, "无法识别"), (dt.time(8, 30), "无法识别"),
    (dt.timedelta(days=28622), "无法识别"),
]  # fmt: skip


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(READ) + len(REFUSED) >= 105


def read(value: object, *, is_1904: bool = False) -> str:
    found = cells.birth_month(value, today=TODAY, is_1904=is_1904)
    return f"{found:%Y-%m}" if found else ""


@pytest.mark.parametrize(("typed", "month"), READ)
def test_month_of_birth_is_read(typed: object, month: str) -> None:
    assert read(typed) == month


@pytest.mark.parametrize(("typed", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_month_of_birth_is_refused(typed: object, said: str) -> None:
    with pytest.raises(BadCell, match=said):
        read(typed)


def test_serial_of_a_workbook_that_counts_from_1904() -> None:
    assert read(28622 - 1462, is_1904=True) == MAY


@pytest.mark.parametrize("typed", ["2026.10", "2026年10月", "2026-11-23", "2027-01-01"])
def test_day_of_consent_must_be_a_day_and_past(typed: str) -> None:
    with pytest.raises(BadCell):
        cells.consent_day(typed, today=TODAY)

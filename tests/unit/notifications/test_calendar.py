import datetime as dt

from apps.notifications.calendar import Entry, ics, span_of, weeks_of


def test_month_is_shown_in_whole_weeks() -> None:
    assert span_of(dt.date(2026, 11, 22)) == (dt.date(2026, 10, 26), dt.date(2026, 12, 6))
    assert span_of(dt.date(2026, 12, 1)) == (dt.date(2026, 11, 30), dt.date(2027, 1, 3))


def test_entries_stand_on_their_day() -> None:
    entry = Entry(dt.date(2026, 11, 23), "S0000001（诉求）到期", "case-1")
    weeks = weeks_of(dt.date(2026, 11, 1), [entry], dt.date(2026, 11, 22), lambda day: day.weekday() > 4)
    days = {square.day: square for week in weeks for square in week}
    assert days[dt.date(2026, 11, 23)].entries == [entry]
    assert [len(week) for week in weeks] == [7] * len(weeks)
    assert days[dt.date(2026, 11, 22)].is_today
    assert days[dt.date(2026, 11, 22)].is_off
    assert not days[dt.date(2026, 12, 1)].is_of_month


def test_ics_is_folded_and_escaped() -> None:
    text = ics([Entry(dt.date(2026, 12, 31), "甲，乙;丙," + "长" * 60, "case-1")])
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "丙\\," in text
    assert "乙\\;" in text
    unfolded = text.replace("\r\n ", "")
    assert "长" * 60 in unfolded

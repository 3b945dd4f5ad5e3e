"""日历: everything with a date, in one place. Apps above register what has one; a phone may subscribe without names.

An entry's title holds record numbers and kinds, never a person (the same rule as for subjects, see `kinds`): so the
feed of a phone is as careful as the page.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.core.access import Actor


@dataclass(frozen=True)
class Entry:
    """Something on a day. `key` names it for ever (a phone updates by it); `url` is a path inside the product."""

    day: dt.date
    title: str
    key: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Source:
    """What an app puts on the calendar: `entries(actor, first, last)`, with a fixed number of queries."""

    name: str
    label: Any
    entries: Callable[[Actor, dt.date, dt.date], Iterable[Entry]]


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called from `AppConfig.ready()`."""
    _sources.update({source.name: source for source in sources})


def entries_of(actor: Actor, first: dt.date, last: dt.date) -> list[Entry]:
    """Everything with a date in these days, in order."""
    found = [entry for source in _sources.values() for entry in source.entries(actor, first, last)]
    return sorted(found, key=lambda entry: (entry.day, entry.title))


@dataclass(frozen=True)
class Day:
    """One square of the month."""

    day: dt.date
    is_of_month: bool
    is_today: bool
    is_off: bool
    entries: list[Entry]


def weeks_of(
    month: dt.date, entries: Iterable[Entry], today: dt.date, is_off: Callable[[dt.date], bool]
) -> list[list[Day]]:
    """The month as weeks from Monday to Sunday, the days of its neighbours filled in."""
    by_day: dict[dt.date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(entry)
    first, last = span_of(month)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    squares = [
        Day(day, day.month == month.month, day == today, is_off(day), by_day.get(day, [])) for day in days
    ]
    return [squares[n : n + 7] for n in range(0, len(squares), 7)]


def span_of(month: dt.date) -> tuple[dt.date, dt.date]:
    """First Monday and last Sunday that the page of a month shows."""
    first = month.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    last = following - dt.timedelta(days=1)
    return first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday())


# -- for phones (RFC 5545) -------------------------------------------------------------------------------------------

LONGEST_LINE = 73  # octets, so that a folded line stays within 75


def ics(entries: Iterable[Entry]) -> str:
    """The entries as all-day events, without links and names."""
    stamp = f"{timezone.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tongxin//calendar//ZH", "CALSCALE:GREGORIAN"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.key}@tongxin",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(entry.title)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    """One line, whatever was typed: a line end would begin a line of the calendar."""
    line = "".join(char for char in " ".join(text.split()) if char.isprintable())
    for sign in ("\\", ";", ","):
        line = line.replace(sign, f"\\{sign}")
    return line


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a character is never cut in two."""
    pieces, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LONGEST_LINE:
            pieces.append("")
            size = 0
        pieces[-1] += char
        size += octets
    return "\r\n ".join(pieces)

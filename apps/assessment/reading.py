"""Reads typed values out of a YAML tree and collects findings with their place, in Chinese.

Nothing here raises on bad input: a value that cannot be read becomes a finding and a harmless default, so that one
reading shows every finding of a file at once.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

MOST_CHARACTERS = 500
# Digits after the point: more is a slip, and points are stored with two.
MOST_PLACES = 6
MOST_POINTS = 1000
# Control characters, halves of surrogates: no text of people, and none that the database takes.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where: `place` is the way to it, e.g. “二、联谊交友 › 结对覆盖率 › target”."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


@dataclass
class Node:
    """A mapping of the file with its place; asks for typed values, notes what was asked for."""

    raw: dict[str, Any]
    place: str
    findings: list[Finding]
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, raw: Any, place: str, findings: list[Finding]) -> "Node":
        if not isinstance(raw, dict):
            findings.append(Finding(place, _("这里应是“名称: 值”的形式")))
            raw = {}
        return cls({as_text(key) or "": value for key, value in raw.items()}, place, findings)

    def at(self, key: str) -> str:
        return f"{self.place} › {key}" if self.place else key

    def complain(self, message: str, key: str = "") -> None:
        self.findings.append(Finding(self.at(key) if key else self.place, message))

    def has(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def take(self, key: str) -> Any:
        self.used.add(key)
        return self.raw.get(key)

    def text(self, key: str, *, required: bool = False, most: int = MOST_CHARACTERS) -> str:
        value = self.take(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.complain(_("必填，现在是空的"), key)
            return ""
        return self.sound(value, key, most)

    def sound(self, value: Any, key: str, most: int) -> str:
        """One line of text, not longer than `most`; anything else is a finding and ""."""
        text = as_text(value)
        if text is None or len(text) > most or _UNFIT.search(text):
            self.complain(_("应是一行文字，不超过 %(n)s 字") % {"n": most}, key)
            return ""
        return text

    def number(self, key: str, *, default: Decimal | None = None, above: int | None = 0) -> Decimal:
        """A decimal number greater than `above` (None: any). The default is used silently when the key is absent."""
        value = self.take(key)
        if value is None:
            if default is None:
                self.complain(_("必填，应是数字"), key)
            return default if default is not None else Decimal(1)
        number = as_decimal(value)
        if number is None:
            self.complain(_("“%(value)s”不是数字") % {"value": (as_text(value) or "")[:40]}, key)
            return default if default is not None else Decimal(1)
        if has_too_many_places(number):
            self.complain(_("小数最多 %(n)s 位") % {"n": MOST_PLACES}, key)
        if above is not None and number <= above:
            self.complain(_("应大于 %(bound)s，现在是 %(value)s") % {"bound": above, "value": number}, key)
            return Decimal(above + 1)
        return number

    def points(self, key: str) -> Decimal:
        """Points of a section, an item or a cap: two places, as they are stored and rounded."""
        points = self.number(key)
        if points >= MOST_POINTS or points != round(points, 2):
            self.complain(_("分值应小于 %(most)s，最多两位小数") % {"most": MOST_POINTS}, key)
        return points

    def whole(self, key: str, *, default: int | None = None, most: int = 9999) -> int:
        number = self.number(key, default=None if default is None else Decimal(default))
        if number != int(number) or number > most:
            self.complain(_("应是整数，不超过 %(most)s") % {"most": most}, key)
        return int(number)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.complain(_("应是 true 或 false"), key)
        return value is True

    def date(self, key: str) -> dt.date:
        return self._as_date(self.take(key), key)

    def span(self, key: str) -> tuple[dt.date, dt.date]:
        """Two dates as 2026-12-10/2027-01-05."""
        parts = (as_text(self.take(key)) or "").split("/")
        if len(parts) != 2:
            self.complain(_("应是两个日期，如 2026-12-10/2027-01-05"), key)
            return dt.date.min, dt.date.min
        first, last = (self._as_date(part.strip(), key) for part in parts)
        if first > last:
            self.complain(_("开始日期晚于结束日期"), key)
        return first, last

    def nodes(self, key: str) -> Iterator["Node"]:
        """The mappings of a list; each takes its own name into its place."""
        value = self.take(key)
        if not isinstance(value, list) or not value:
            self.complain(_("应是一个列表，至少一项"), key)
            return
        for number, raw in enumerate(value, start=1):
            yield Node.of(raw, self.at(step(key, number, raw)), self.findings)

    def pairs(self, key: str) -> list[tuple[Any, Any]]:
        """A mapping, or a list of two-element lists, as pairs."""
        value = self.take(key)
        if isinstance(value, dict) and value:
            return list(value.items())
        if (
            isinstance(value, list)
            and value
            and all(isinstance(row, list) and len(row) == 2 for row in value)
        ):
            return [(row[0], row[1]) for row in value]
        self.complain(_("应是成对的值，如 [[0.95, 5], [0.85, 4]]"), key)
        return []

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if not isinstance(value, list) or not value:
            self.complain(_("应是一个列表，至少一项"), key)
            return ()
        return tuple(self.sound(each, key, 60) for each in value)

    def nothing_else(self) -> None:
        """Says which keys nobody asked for: usually a slip of the pen that would be lost silently."""
        for key in self.raw.keys() - self.used:
            self.complain(_("不认识的项目“%(key)s”") % {"key": _UNFIT.sub("?", key)[:40]})

    def _as_date(self, value: Any, key: str) -> dt.date:
        try:
            return dt.date.fromisoformat(as_text(value) or "")
        except ValueError:
            self.complain(_("应是日期，如 2026-01-15"), key)
            return dt.date.min


def step(key: str, number: int, raw: Any) -> str:
    """How a mapping of a list is called in places: by its name, or by its number in the list."""
    name = as_text(raw.get("name")) if isinstance(raw, dict) else None
    return _UNFIT.sub("?", name)[:60] if name else f"{key}[{number}]"


def as_text(value: Any) -> str | None:
    """The value as people would write it in a line; None for lists, mappings and numbers beyond all measure."""
    if value is None or isinstance(value, dict | list):
        return None
    try:
        return str(value).strip()
    except ValueError:  # an integer of thousands of digits
        return None


def has_too_many_places(number: Decimal) -> bool:
    return number != round(number, MOST_PLACES)


def as_decimal(value: Any) -> Decimal | None:
    """The number as it was written: YAML's floats go through their shortest text, so 0.95 stays 0.95."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(as_text(value) or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**9 else None

"""Reads typed values out of a YAML tree and collects findings with their place, in Chinese.

Nothing here raises on bad input: a value that cannot be read becomes a finding and a harmless default, so that one
reading shows every finding of a file at once.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

MOST_CHARACTERS = 500


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
        return cls({str(key): value for key, value in raw.items()}, place, findings)

    def at(self, key: str) -> str:
        return f"{self.place} › {key}" if self.place else key

    def complain(self, message: str, key: str = "") -> None:
        self.findings.append(Finding(self.at(key) if key else self.place, message))

    def has(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def take(self, key: str) -> Any:
        self.used.add(key)
        return self.raw.get(key)

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.take(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.complain(_("必填，现在是空的"), key)
            return ""
        if isinstance(value, dict | list) or len(str(value)) > MOST_CHARACTERS:
            self.complain(_("应是一句话，不超过 %(n)s 字") % {"n": MOST_CHARACTERS}, key)
            return ""
        return str(value).strip()

    def number(self, key: str, *, default: Decimal | None = None, above: int | None = 0) -> Decimal:
        """A decimal number greater than `above` (None: any). The default is used silently when the key is absent."""
        value = self.take(key)
        if value is None:
            if default is None:
                self.complain(_("必填，应是数字"), key)
            return default if default is not None else Decimal(1)
        number = as_decimal(value)
        if number is None:
            self.complain(_("“%(value)s”不是数字") % {"value": str(value)[:40]}, key)
            return default if default is not None else Decimal(1)
        if above is not None and number <= above:
            self.complain(_("应大于 %(bound)s，现在是 %(value)s") % {"bound": above, "value": number}, key)
            return Decimal(above + 1)
        return number

    def whole(self, key: str, *, default: int | None = None) -> int:
        number = self.number(key, default=None if default is None else Decimal(default))
        if number != int(number):
            self.complain(_("应是整数"), key)
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
        parts = str(self.take(key) or "").split("/")
        if len(parts) != 2:
            self.complain(_("应是两个日期，如 2026-12-10/2027-01-05"), key)
            return dt.date.min, dt.date.min
        first, last = (self._as_date(part.strip(), key) for part in parts)
        if first > last:
            self.complain(_("开始日期晚于结束日期"), key)
        return first, last

    def nodes(self, key: str, *, named: bool = True) -> Iterator["Node"]:
        """The mappings of a list; each takes its own name into its place."""
        value = self.take(key)
        if not isinstance(value, list) or not value:
            self.complain(_("应是一个列表，至少一项"), key)
            return
        for number, raw in enumerate(value, start=1):
            name = raw.get("name") if isinstance(raw, dict) and named else None
            yield Node.of(raw, self.at(str(name) if name else f"{key}[{number}]"), self.findings)

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
        return tuple(str(each).strip() for each in value)

    def nothing_else(self) -> None:
        """Says which keys nobody asked for: usually a slip of the pen that would be lost silently."""
        for key in self.raw.keys() - self.used:
            self.complain(_("不认识的项目“%(key)s”") % {"key": key[:40]})

    def _as_date(self, value: Any, key: str) -> dt.date:
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.complain(_("应是日期，如 2026-01-15"), key)
            return dt.date.min


def as_decimal(value: Any) -> Decimal | None:
    """The number as it was written: YAML's floats go through their shortest text, so 0.95 stays 0.95."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**9 else None

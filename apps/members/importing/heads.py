"""Where the heading of a roster stands: one row or two, below any titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.files.tables import Merged
from apps.members.importing.columns import Column, Reason, Words, meaning_of, reason_against

# Rows in which a heading is looked for.
HEAD_ROWS = 20
LONGEST_TITLE = 30
_LONG_NUMBER = re.compile(r"[0-9０-９]{6,}")

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Title:
    """The heading of one column: the group above it, and its own words."""

    upper: str = ""
    lower: str = ""

    @property
    def text(self) -> str:
        """As it is shown: 联系方式/手机."""
        return "/".join(dict.fromkeys(part for part in (self.upper, self.lower) if part))

    @property
    def words(self) -> Words | None:
        if self.against:
            return None
        own = meaning_of(self.lower) if self.lower else meaning_of(self.upper)
        return own or (meaning_of(self.upper + self.lower) if self.upper and self.lower else None)

    @property
    def against(self) -> Reason | None:
        return reason_against(self.lower) or reason_against(self.upper)


@dataclass(frozen=True)
class Head:
    """The rows from `first` to `last` (indexes), and a title for each column. first > last: there is no heading."""

    first: int
    last: int
    titles: tuple[Title, ...]

    @property
    def known(self) -> int:
        """How many different columns its words name."""
        return len(self.columns)

    @property
    def columns(self) -> set[Column]:
        return {words.column for title in self.titles if (words := title.words)}


def find_head(rows: Rows, merged: Sequence[Merged] = ()) -> Head | None:
    """The rows that read like a heading: a name and another column that we know, or three others. None: no heading."""
    found = [
        (head.known, rank, head)
        for at in range(min(len(rows), HEAD_ROWS))
        for rank, head in _readings(rows, merged, at)
        if _is_head(head)
    ]
    # Of equals the first.
    return max(found, key=lambda one: one[:2], default=(0, 0, None))[2]


def head_at(rows: Rows, merged: Sequence[Merged], first: int, last: int) -> Head:
    """The heading that stands in these rows, whatever its words."""
    return _single(rows, first) if first == last else _double(rows, merged, first, last)


def without_head(rows: Rows) -> Head:
    width = max(map(len, rows), default=0)
    return Head(0, -1, tuple(Title() for _ in range(width)))


def _is_head(head: Head) -> bool:
    columns = head.columns - {Column.NUMBER}
    return len(columns) >= (2 if Column.NAME in columns else 3) or (
        Column.NAME in columns and Column.NUMBER in head.columns
    )


def _readings(rows: Rows, merged: Sequence[Merged], at: int) -> list[tuple[int, Head]]:
    """A row as a heading: alone, or as the lower of two; with a rank that decides where both name as many columns."""
    found = [(1, _single(rows, at))]
    if at:
        both = min(_heading_words(rows[at - 1]), _heading_words(rows[at])) >= 2
        rank = 2 if both or _groups(rows, merged, at - 1) else 0
        found.append((rank, _double(rows, merged, at - 1, at)))
    return found


def _heading_words(row: Sequence[Any]) -> int:
    """How many cells read like headings: no row of a person has two."""
    texts = map(heading_text, row)
    return sum(meaning_of(text) is not None for text in texts if text)


def _single(rows: Rows, at: int) -> Head:
    return Head(at, at, tuple(Title(lower=heading_text(cell)) for cell in rows[at]))


def _double(rows: Rows, merged: Sequence[Merged], first: int, last: int) -> Head:
    upper, lower = [heading_text(cell) for cell in rows[first]], [heading_text(cell) for cell in rows[last]]
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    _spread(upper, lower, [m for m in merged if m[0] <= first <= m[1]], bool(merged))
    return Head(first, last, tuple(Title(u, low) for u, low in zip(upper, lower, strict=True)))


def _spread(upper: list[str], lower: list[str], merged: list[Merged], is_merged: bool) -> None:
    """Fill the groups of the upper row to the right: by merged ranges, else over empty cells that have a lower one."""
    for _top, _bottom, left, right in merged:
        for at in range(left + 1, min(right + 1, len(upper))):
            upper[at] = upper[at] or upper[left]
    if is_merged:
        return
    for at in range(1, len(upper)):
        if not upper[at] and lower[at] and lower[at - 1]:
            upper[at] = upper[at - 1]


def _groups(rows: Rows, merged: Sequence[Merged], at: int) -> bool:
    """Whether the row holds headings of groups: merged over some columns, not a title over all, nor 单位：……."""
    width = sum(1 for cell in rows[at + 1] if heading_text(cell)) if at + 1 < len(rows) else 0
    filled = [heading_text(cell) for cell in rows[at] if heading_text(cell)]
    if any(":" in text or "：" in text for text in filled):
        return False
    return any(top <= at <= bottom and 1 < right - left + 1 < width for top, bottom, left, right in merged)


def heading_text(cell: object) -> str:
    """A heading on one line, short, without long numbers: whatever a cell holds, nothing personal stays in a title."""
    text = re.sub(r"\s+", " ", str(cell if cell is not None else "")).strip()
    return _LONG_NUMBER.sub("", text)[:LONGEST_TITLE]

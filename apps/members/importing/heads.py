"""Where the heading of a list stands: one row or two, below any titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from apps.files.tables import Merged
from apps.members.importing.vocabulary import Title, Vocabulary

# Rows in which a heading is looked for.
HEAD_ROWS = 20
LONGEST_TITLE = 30
_LONG_NUMBER = re.compile(r"[0-9０-９]{6,}")

Rows = Sequence[Sequence[Any]]
C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class Head:
    """The rows from `first` to `last` (indexes), and a title for each column. first > last: there is no heading."""

    first: int
    last: int
    titles: tuple[Title, ...]

    def columns(self, vocabulary: Vocabulary[C]) -> set[C]:
        """The columns that its words name."""
        return {words.column for title in self.titles if (words := vocabulary.words_of(title))}


def find_head(rows: Rows, merged: Sequence[Merged], vocabulary: Vocabulary[C]) -> Head | None:
    """The rows that read like a heading: a name and another column that we know, or three others. None: no heading."""
    found = [
        (len(columns), rank, head)
        for at in range(min(len(rows), HEAD_ROWS))
        for rank, head in _readings(rows, merged, at, vocabulary)
        if _is_head(columns := head.columns(vocabulary), vocabulary)
    ]
    # Of equals the first.
    return max(found, key=lambda one: one[:2], default=(0, 0, None))[2]


def head_at(rows: Rows, merged: Sequence[Merged], first: int, last: int) -> Head:
    """The heading that stands in these rows, whatever its words."""
    return _single(rows, first) if first == last else _double(rows, merged, first, last)


def without_head(rows: Rows) -> Head:
    width = max(map(len, rows), default=0)
    return Head(0, -1, tuple(Title() for _ in range(width)))


def _is_head(columns: set[C], vocabulary: Vocabulary[C]) -> bool:
    named = bool(columns.intersection(vocabulary.names))
    if named and vocabulary.number in columns:
        return True
    return len(columns - {vocabulary.number}) >= (vocabulary.fewest if named else 3)


def _readings(
    rows: Rows, merged: Sequence[Merged], at: int, vocabulary: Vocabulary[C]
) -> list[tuple[int, Head]]:
    """A row as a heading: alone, or as the lower of two; with a rank that decides where both name as many columns."""
    found = [(1, _single(rows, at))]
    if at:
        both = min(_heading_words(rows[at - 1], vocabulary), _heading_words(rows[at], vocabulary)) >= 2
        rank = 2 if both or _groups(rows, merged, at - 1) else 0
        found.append((rank, _double(rows, merged, at - 1, at)))
    return found


def _heading_words(row: Sequence[Any], vocabulary: Vocabulary[C]) -> int:
    """How many cells read like headings: no row of a person has two."""
    texts = map(heading_text, row)
    return sum(vocabulary.meaning_of(text) is not None for text in texts if text)


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

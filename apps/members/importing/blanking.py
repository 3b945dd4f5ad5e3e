"""The first read of an upload: what the registry does not keep is emptied before anything is stored.

A column stays only where its heading is a known wording, or its values look like something the registry holds, so that
a person can say what they are. Everything else is emptied: columns of forbidden headings, numbers of identity and bank
cards under any heading, what is not recorded, what concerns other people, and what nobody can name. An emptied column
cannot come back: only the emptied rows are kept. See docs/decisions/0012.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from apps.files.tables import Merged
from apps.members.importing.heads import Head, heading_text
from apps.members.importing.looks import (
    SHORTEST_IDENTITY,
    SURE,
    holds_identity,
    is_identity,
    is_not_recorded,
    sample,
    shares,
)
from apps.members.importing.vocabulary import Reason, Title, Vocabulary

C = TypeVar("C", bound=StrEnum)

# Stands where a number of an identity or bank card stood; the row is reported, the number is gone.
REMOVED = "[证件号已清除]"
# Longer cells are an error in every column, and stay one.
_LONGEST = 320
# A line of text alone in its row (说明：……) is no person.
_LONGEST_ALONE = 20
_LONGEST_NUMBER = 6


def reasons_to_blank(
    head: Head, body: Sequence[Sequence[Any]], vocabulary: Vocabulary[C]
) -> dict[int, Reason]:
    """The positions of the columns that must be emptied, and why."""
    width = max([len(head.titles), *map(len, body)], default=0)
    found = {}
    for at in range(width):
        title = head.titles[at] if at < len(head.titles) else Title()
        values = sample(body, at)
        if (reason := _reason(title, values, vocabulary)) and (title.text or values):
            found[at] = reason
    return found


def _reason(title: Title, values: Sequence[Any], vocabulary: Vocabulary[C]) -> Reason | None:
    words, against = vocabulary.words_of(title), vocabulary.against(title)
    if against:
        return against
    if is_identity(values):
        return Reason.IDENTITY
    if words is None:
        if is_not_recorded(values):
            return Reason.CONTENT
        return None if _looks_known(values, vocabulary) else Reason.UNKNOWN
    if words.column not in vocabulary.texts and len(values) > 2 and is_not_recorded(values):
        return Reason.CONTENT
    if words.column is vocabulary.number and any(len(str(value)) > _LONGEST_NUMBER for value in values):
        return Reason.UNKNOWN
    return None


def _looks_known(values: Sequence[Any], vocabulary: Vocabulary[C]) -> bool:
    return any(share >= SURE for share in shares(values, vocabulary).values())


def blanked(
    rows: Sequence[Sequence[Any]],
    head: Head,
    reasons: dict[int, Reason],
    merged: Sequence[Merged],
    vocabulary: Vocabulary[C],
) -> list[list[Any]]:
    """The rows from the heading on, as they may be kept; those above it are empty but keep their place."""
    width = len(head.titles)
    kept = [at not in reasons and at < width for at in range(max(map(len, rows), default=0))]
    above: list[list[Any]] = [[] for _row in rows[: head.first]]
    heading = [[heading_text(cell) for cell in row] for row in rows[head.first : head.last + 1]]
    body = [_row(row, kept) for row in rows[head.last + 1 :]]
    found = [*above, *heading, *body]
    _fill_down(found, head, kept, merged, vocabulary)
    while found and not any(cell != "" for cell in found[-1]):
        found.pop()
    return found


def _row(row: Sequence[Any], kept: Sequence[bool]) -> list[Any]:
    cells = [
        (cell if type(cell) is str and len(cell) < SHORTEST_IDENTITY else kept_cell(cell)) if keep else ""
        for cell, keep in zip(row, kept, strict=False)
    ]
    if len(cells) - cells.count("") == 1:
        alone = next(cell for cell in cells if cell != "")
        if isinstance(alone, str) and _is_remark(alone):
            return []
    return cells


def _is_remark(text: str) -> bool:
    return len(text) > _LONGEST_ALONE and any(mark in text for mark in "，。：；、,:;")


def kept_cell(cell: Any) -> Any:
    """As JSON can hold it, so that what is kept reads as what came in."""
    if isinstance(cell, str):
        if len(cell) < SHORTEST_IDENTITY:
            return cell
        if len(cell) > _LONGEST:
            return cell[:_LONGEST] if not holds_identity(cell) else REMOVED
        return REMOVED if holds_identity(cell) else cell
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float):
        return REMOVED if holds_identity(cell) else cell
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _fill_down(
    rows: list[list[Any]],
    head: Head,
    kept: Sequence[bool],
    merged: Sequence[Merged],
    vocabulary: Vocabulary[C],
) -> None:
    meanings = map(vocabulary.words_of, head.titles)
    columns = {at for at, words in enumerate(meanings) if words and words.column in vocabulary.spread}
    for top, bottom, left, right in merged:
        if left != right or left not in columns or not kept[left] or top <= head.last:
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and row[left] == "":
                row[left] = rows[top][left]

"""The records behind an indicator, as a report may list them: numbers, offices, kinds, counts and dates."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from apps.core.metrics import Records
from apps.reports.figures import Record

# A report is for reading; who needs more opens the figure in the system.
MOST_RECORDS = 20_000
# Columns of words that are vocabulary, not names. Every other text of a record (a cadre, a title) is left out:
# documents hold record numbers and counts, never a name (design §1).
VOCABULARY = ("类型", "方式", "状态")


def records_of(indicator: str, records: Records) -> Iterable[Record]:
    """The rows of a drill-down without what a document must not hold.

    Put together column by column: in most of them the same few values stand again and again.
    """
    titles = [str(title) for title in records.columns]
    rows = records.cells(MOST_RECORDS)
    columns = list(zip(*rows, strict=True)) or [()] * len(titles)
    told = [said for title, column in zip(titles, columns, strict=True) if (said := _told(title, column))]
    details = ["；".join(filter(None, pieces)) for pieces in zip(*told, strict=True)] or [""] * len(rows)
    numbers, offices = (_named(columns, titles, word, len(rows)) for word in ("编号", "机构"))
    return map(Record, repeat(indicator), numbers, offices, details)


def _told(title: str, column: Sequence[Any]) -> list[str]:
    """What the detail says of each cell: vocabulary, days and counts; of every other text nothing. Empty: of none of them."""
    is_word = title in VOCABULARY
    said = {
        value: f"{title}：{value}"
        for value in set(column)
        if value not in (None, "") and (is_word or isinstance(value, dt.date | int))
    }
    return [said.get(value, "") for value in column] if said else []


def _named(columns: Sequence[Sequence[Any]], titles: Sequence[str], word: str, count: int) -> Iterable[str]:
    """The cells of the first column whose title ends so."""
    at = next((at for at, title in enumerate(titles) if title.endswith(word)), None)
    return repeat("—", count) if at is None else map(str, columns[at])

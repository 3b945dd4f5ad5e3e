"""The records behind an indicator, as a report may list them: numbers, offices, kinds, counts and dates."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from apps.core.metrics import Records
from apps.reports.figures import Record

# A report is for reading; who needs more opens the figure in the system.
MOST_RECORDS = 20_000
# Columns of words that are vocabulary, not names. Every other text of a record (a cadre, a title) is left out:
# documents hold record numbers and counts, never a name (design §1).
VOCABULARY = ("类型", "方式", "状态")


def records_of(indicator: str, records: Records) -> Iterable[Record]:
    """The rows of a drill-down without what a document must not hold."""
    titles = [str(title) for title in records.columns]
    number, office = _ending(titles, "编号"), _ending(titles, "机构")
    words = {at for at, title in enumerate(titles) if title in VOCABULARY}
    for row in records.rows[:MOST_RECORDS]:
        told = [
            f"{title}：{_spelled(value)}"
            for at, (title, value) in enumerate(zip(titles, row, strict=False))
            if value not in (None, "") and (at in words or isinstance(value, dt.date | int))
        ]
        yield Record(indicator, _cell(row, number), _cell(row, office), "；".join(told))


def _ending(titles: list[str], word: str) -> int | None:
    """The first column whose title ends so."""
    return next((at for at, title in enumerate(titles) if title.endswith(word)), None)


def _cell(row: tuple[Any, ...], at: int | None) -> str:
    return "—" if at is None else str(row[at])


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)

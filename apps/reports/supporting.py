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
    for row in records.rows[:MOST_RECORDS]:
        yield _record(indicator, titles, row[: len(titles)])


def _record(indicator: str, titles: list[str], row: tuple[Any, ...]) -> Record:
    cells = list(zip(titles, row, strict=True))
    number = next((str(value) for title, value in cells if title.endswith("编号")), "—")
    office = next((str(value) for title, value in cells if title.endswith("机构")), "—")
    told = [f"{title}：{_spelled(value)}" for title, value in cells if _may_be_told(title, value)]
    return Record(indicator, number, office, "；".join(told))


def _may_be_told(title: str, value: Any) -> bool:
    if value is None or value == "":
        return False
    return isinstance(value, dt.date | int) or title in VOCABULARY


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)

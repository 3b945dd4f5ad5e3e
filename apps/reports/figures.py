"""Everything one annual report says, as plain frozen values: the three renderers take this and nothing else.

A report of an office speaks of the offices a scheme assesses below it (the city's report: its counties), or of the
office itself when it is one of those assessed; without a scheme it has figures and no score. Here are record numbers and counts, never the name of a person;
figures of fewer than `SMALL` people are already taken out by `without_small_figures` before anything is stored,
so that no format and no snapshot can give them away (design §1).
"""

import dataclasses
import datetime as dt
import hashlib
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import orjson

# Figures of fewer people than this are hidden outside the people's own office (design §1).
SMALL = 5
# What stands in the place of a hidden figure.
HIDDEN_TEXT = f"<{SMALL}"


class State(StrEnum):
    """How far one item of one office has come (guide: scoring, totals)."""

    DECIDED = "decided"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not_applicable"


class Part(StrEnum):
    """Where the points of an indicator go: base of 100, bonus, or deduction."""

    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


@dataclasses.dataclass(frozen=True)
class Figure:
    """A number the software counted (or an office declared), as numerator and denominator.

    `denominator` None: a plain count. `denominator` 0: not applicable. `numerator` None and not `hidden`: no data.
    `people` says that either side counts persons or pairs; `hidden` that it was taken out for being too small.
    """

    code: str
    name: str
    unit: str
    numerator: Decimal | None
    denominator: Decimal | None = None
    people: bool = False
    hidden: bool = False
    declared: bool = False

    @property
    def is_ratio(self) -> bool:
        return self.denominator is not None

    @property
    def rate(self) -> Decimal | None:
        """numerator / denominator as a fraction of 1; None where there is none to speak of."""
        if self.hidden or self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def smallest(self) -> Decimal | None:
        """The smallest group of people the figure speaks of, nobody left out; None when it speaks of none."""
        sides = [side for side in (self.numerator, self.denominator) if side]
        return min(sides) if self.people and sides else None


@dataclasses.dataclass(frozen=True)
class Series:
    """Twelve months of one number; None for months that are not over yet or without data."""

    name: str
    unit: str
    months: tuple[int | None, ...]

    @property
    def total(self) -> int:
        return sum(month or 0 for month in self.months)


@dataclasses.dataclass(frozen=True)
class Standing:
    """One assessed office and its totals. `countable` is the part of the base that is decided so far."""

    code: str
    name: str
    group: str
    base: Decimal
    bonus: Decimal
    deduction: Decimal
    total: Decimal
    countable: Decimal
    undecided: int = 0
    grade: str = ""
    # More than 20 points do not apply: people decide (guide: scoring, totals).
    for_decision: bool = False

    @property
    def is_complete(self) -> bool:
        return self.undecided == 0


@dataclasses.dataclass(frozen=True)
class Row:
    """One office of a comparison, with the same figures in the same order as every other row."""

    code: str
    name: str
    figures: tuple[Figure, ...]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one office got for one indicator, and the numbers of the records it rests on."""

    code: str
    name: str
    state: State
    score: Decimal | None = None
    figure: Figure | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Indicator:
    """One item of the scheme with its rule in words; `points` None where it has no fixed number (deductions)."""

    number: str
    chapter: str
    name: str
    part: Part
    points: Decimal | None
    rule: str
    outcomes: tuple[Outcome, ...]

    @property
    def decided(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.state == State.DECIDED)


class Record(NamedTuple):
    """A record behind an indicator: its number, office, kind, counts and dates, never a person or a text."""

    indicator: str
    number: str
    office: str
    detail: str


@dataclasses.dataclass(frozen=True)
class AnnualFigures:
    """One annual report. `about_itself`: the office is the one assessed, not the one above those assessed.

    `scheme_code`, `scheme` and `basis` are empty, and so are standings and indicators, where no scheme assesses it.
    """

    office_code: str
    office: str
    year: int
    scheme_code: str
    scheme: str
    basis: str
    as_of: dt.datetime
    is_final: bool
    about_itself: bool
    offices_word: str
    headline: tuple[Figure, ...]
    series: tuple[Series, ...]
    breakdown: tuple[Row, ...]
    standings: tuple[Standing, ...]
    indicators: tuple[Indicator, ...]
    records: tuple[Record, ...]
    # What the offices of `breakdown` are: of a county that is assessed itself, its towns.
    below_word: str = ""
    # Number and sha256 of the publication these figures were taken from, once there is one.
    publication: str = ""
    publication_sha256: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether a scheme stands behind it; figures without a score otherwise."""
        return bool(self.scheme_code)

    @property
    def title(self) -> str:
        """What the report is called, without the office and the year before it."""
        return "统战工作目标管理考核情况报告" if self.is_scored else "统战工作情况报告"

    @property
    def groups(self) -> tuple[tuple[str, tuple[Standing, ...]], ...]:
        """Standings by group, groups in the order the scheme names them."""
        return tuple((name, tuple(rows)) for name, rows in groupby(self.standings, lambda s: s.group))

    @property
    def chapters(self) -> tuple[tuple[str, tuple[Indicator, ...]], ...]:
        return tuple((name, tuple(items)) for name, items in groupby(self.indicators, lambda i: i.chapter))


def without_small_figures(figures: AnnualFigures) -> AnnualFigures:
    """The same report with every figure of fewer than five people taken out, for readers outside their office."""
    rows = _hide_in_columns(figures.breakdown)
    return dataclasses.replace(
        figures,
        headline=tuple(_hidden(f) if _is_small(f) else f for f in figures.headline),
        breakdown=rows,
        indicators=tuple(_hide_in_indicator(indicator) for indicator in figures.indicators),
    )


def _is_small(figure: Figure) -> bool:
    return figure.smallest is not None and figure.smallest < SMALL


def _hidden(figure: Figure) -> Figure:
    return dataclasses.replace(figure, numerator=None, denominator=None, hidden=True)


def _hide_together(figures: list[Figure]) -> list[Figure]:
    """Hides the small figures of a column; a single one would follow from the total, so the next smallest goes too."""
    small = {index for index, figure in enumerate(figures) if figure.hidden or _is_small(figure)}
    if len(small) == 1:
        rest = [i for i, f in enumerate(figures) if i not in small and f.smallest is not None]
        if rest:
            small.add(min(rest, key=lambda i: figures[i].smallest or 0))
    return [_hidden(figure) if index in small else figure for index, figure in enumerate(figures)]


def _hide_in_columns(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if not rows:
        return rows
    columns = [_hide_together(list(column)) for column in zip(*(row.figures for row in rows), strict=True)]
    cells = list(zip(*columns, strict=True)) if columns else [()] * len(rows)
    return tuple(dataclasses.replace(row, figures=tuple(cell)) for row, cell in zip(rows, cells, strict=True))


def _hide_in_indicator(indicator: Indicator) -> Indicator:
    counted = [outcome.figure for outcome in indicator.outcomes if outcome.figure]
    kept = iter(_hide_together(counted))
    outcomes = tuple(dataclasses.replace(o, figure=next(kept)) if o.figure else o for o in indicator.outcomes)
    return dataclasses.replace(indicator, outcomes=outcomes)


def to_snapshot(figures: AnnualFigures) -> dict[str, Any]:
    """The figures as JSON values: decimals and dates as text, so that nothing is rounded on the way."""
    # A city's report has 100,000 records, texts all through: these need not be read back to be plain.
    rest = dataclasses.replace(figures, records=())
    plain = orjson.dumps(rest, default=str, option=orjson.OPT_PASSTHROUGH_DATETIME)
    records = [
        {"indicator": indicator, "number": number, "office": office, "detail": detail}
        for indicator, number, office, detail in figures.records
    ]
    return {**orjson.loads(plain), "records": records}


def from_snapshot(snapshot: dict[str, Any]) -> AnnualFigures:
    """The figures a snapshot was made of, equal to them in every value."""
    return _load(AnnualFigures, snapshot)


def checksum(snapshot: dict[str, Any]) -> str:
    """sha256 of the snapshot in one fixed spelling; printed in all three formats."""
    return hashlib.sha256(orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)).hexdigest()


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _load(kind: Any, value: Any) -> Any:
    """Builds what the type hint `kind` asks for from JSON; knows just the shapes used above."""
    if get_origin(kind) in (UnionType, Union):
        return None if value is None else _load(next(a for a in get_args(kind) if a is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_load(get_args(kind)[0], item) for item in value)
    if kind is Record:
        return Record(**value)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
        return kind(**{name: _load(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    if kind in (dt.date, dt.datetime):
        return kind.fromisoformat(value)
    return kind(value)

"""The metric registry: how facts climb from the apps to assessment, dashboards and reports without upward imports.

Each app states in `metrics.py` what it can count and registers it in `AppConfig.ready()`. `assessment` rolls all of
them up with INSERT … SELECT over `Metric.figures`. Definitions with their edge cases: guide/scoring.md.

People are served, never scored: a metric whose numerator is members, consents, withdrawals, use of the own file,
log-ins, online time or photos may be shown as a total (`scorable=False`) but is refused for scores (design §1).
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, LPad
from django.utils.functional import Promise

from apps.core.access import Actor, Permission
from apps.core.periods import Period, PeriodKind

# The columns of every figures query, in this order.
COLUMNS = ("period", "office_id", "numerator", "denominator")
ALL_PERIODS = frozenset(PeriodKind)
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class SQL:
    """A SELECT with positional %s parameters that gives COLUMNS, at most one row per period and office.

    The figures are those of the office itself: the rollup adds up the tree. `denominator` is NULL for a plain count.
    The reader wraps it: `INSERT INTO … SELECT … FROM (<text>) AS figure (period, office_id, numerator, denominator)`.
    """

    text: str
    params: tuple[Any, ...] = ()

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Self:
        """From a QuerySet whose `values_list` names COLUMNS in order."""
        text, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return cls(text, tuple(params))

    @classmethod
    def named(cls, text: str, **values: Any) -> Self:
        """From raw SQL with %(name)s parameters; a value may be used several times, a literal % is %%."""
        names = _NAMED.findall(text)
        return cls(_NAMED.sub("%s", text), tuple(values[name] for name in names))

    def fetch(self) -> list[tuple[str, int, int, int | None]]:
        """The rows; for tests and small readings, never for the rollup."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.text, self.params or None)
            return list(cursor.fetchall())


class Counted(StrEnum):
    """What a numerator counts. Closed: a new kind of thing to count is a decision, not a string."""

    PAIRS = "pairs"
    CONTACTS = "contacts"
    DUTIES = "duties"
    CASES = "cases"
    TASKS = "tasks"
    STAFFING = "staffing"
    MEETINGS = "meetings"
    ACTIVITIES = "activities"
    VENUES = "venues"
    COMMUNITIES = "communities"
    ORGANIZATIONS = "organizations"
    MATCHES = "matches"
    SERVICE_ANSWERS = "service_answers"
    # Only for totals on a dashboard, never for a score:
    MEMBERS = "members"
    CONSENTS = "consents"
    WITHDRAWALS = "withdrawals"
    OWN_FILE_USE = "own_file_use"
    SIGN_INS = "sign_ins"
    ONLINE_TIME = "online_time"
    PHOTOS = "photos"


NEVER_SCORED = frozenset(
    {
        Counted.MEMBERS,
        Counted.CONSENTS,
        Counted.WITHDRAWALS,
        Counted.OWN_FILE_USE,
        Counted.SIGN_INS,
        Counted.ONLINE_TIME,
        Counted.PHOTOS,
    }
)
# A second net for a metric that declares the wrong kind: the same subjects by their words in code and name.
_NEVER_SCORED_WORDS = re.compile(
    r"(?<![a-z0-9])(?:members?|consents?|consented|withdraw\w*|withdrew|own_?file|log_?ins?|sign_?ins?|online|photos?)"
    r"(?![a-z0-9])|成员(?:总)?数|人数|同意|退出|本人档案|登录|登陆|在线时长|打卡|签到|照片|图片",
    re.IGNORECASE,
)


# Figures that move when a member leaves; none of them may enter a rank among offices (leaving lowers no score).
_ABOUT_MEMBERS = frozenset(
    {Counted.PAIRS, Counted.CONTACTS, Counted.DUTIES, Counted.CASES, Counted.SERVICE_ANSWERS}
)


class MadeGood(StrEnum):
    """Until when what is missing from a figure can still be done."""

    IN_THE_YEAR = "in_the_year"
    # Due in quarters: what was missed in one that is over stays missed.
    IN_ITS_QUARTER = "in_its_quarter"
    # Each had its own day; what missed it stays missed.
    NEVER = "never"


class MetricRefused(Exception):
    """The metric would count people in a score, or its declaration is not whole."""


class Entry(NamedTuple):
    """Who wrote down what of a record and when. `by` is "" where nobody with an account did; `is_late`: its period was
    closed by then."""

    what: str
    by: str
    at: dt.datetime
    is_late: bool


# Of records by their keys: the entries of each, the first deed first. Asked for the rows that are shown, and no more.
EntriesOf = Callable[[Collection[Any]], Mapping[Any, Sequence[Entry]]]


@dataclass(frozen=True)
class Records:
    """What stands behind a figure: record numbers, offices, cadres, kinds, dates. Never a member's name or a text.

    `rows` can be sliced and counted (a QuerySet of tuples); each has one cell per column and one more at the end: the
    key, by which `entered` says who wrote the record down, and by which the page that `link` names is found, for those
    who hold its permission.
    """

    columns: tuple[str | Promise, ...]
    rows: Any = ()
    entered: EntriesOf | None = None
    link: str = ""
    link_permission: Permission | None = None

    def cells(self, most: int) -> list[tuple[Any, ...]]:
        """At most so many rows without their keys, which are not even fetched: for a document, which links to nothing."""
        if not isinstance(self.rows, QuerySet):
            return [tuple(row[:-1]) for row in self.rows[:most]]
        try:
            text, params = self.rows[:most].query.sql_with_params()
        except EmptyResultSet:
            return []
        names = [f"cell_{at}" for at in range(len(self.columns))]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(names)} FROM ({text}) AS found ({', '.join(names)}, key)",  # noqa: S608
                params,
            )
            return list(cursor.fetchall())


# All periods wanted, of one year, at once: one scan serves them all. Nothing later than the day is counted.
Figures = Callable[[Sequence[Period], dt.date], SQL]
# The office stands for itself and everything below it.
RecordsOf = Callable[[Actor, Any, Period, dt.date], Records]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number the software counts, by office and period.

    `figures(periods, today)` is one query for all offices; a period that is not over is counted up to `today`.
    Figures are summed over offices, never over periods. Without figures the metric is known and not yet counted:
    offices declare it, or it stays 未评. `records(actor, office, period, today)` gives the rows behind the figure
    that the actor may see, for the drill-down. Where such a row is itself a sum (a pair's year), `deeds` lists what
    it was summed from.
    """

    code: str
    name: str | Promise
    definition: str | Promise
    counts: Counted
    # "%" for a share, else the measure word of a count (and has_denominator=False).
    unit: str | Promise = "%"
    period_kinds: frozenset[PeriodKind] = ALL_PERIODS
    figures: Figures | None = None
    records: RecordsOf | None = None
    deeds: RecordsOf | None = None
    scorable: bool = True
    has_denominator: bool = True
    # The office should have made the thing: denominator 0 is 0 points instead of 不适用.
    owed: bool = False
    # Counted against a list somebody must keep: denominator 0 is 缺数据 (undecided) instead of 不适用.
    needs_list: bool = False
    made_good: MadeGood = MadeGood.IN_THE_YEAR
    # False: an office's figure is its own alone (meetings held), not the sum of those below.
    adds_up: bool = True

    @property
    def about_members(self) -> bool:
        return self.counts in _ABOUT_MEMBERS

    def supports(self, kind: PeriodKind) -> bool:
        return kind in self.period_kinds


class Registry:
    """The metrics of one program; tests make their own."""

    def __init__(self) -> None:
        self._metrics: dict[str, Metric] = {}

    def register(self, metric: Metric) -> Metric:
        """Raises MetricRefused. Registering the very same metric again changes nothing."""
        if refusal := _refusal(metric):
            raise MetricRefused(f"{metric.code}: {refusal}")
        if self._metrics.setdefault(metric.code, metric) != metric:
            raise MetricRefused(f"{metric.code}: registered twice")
        return metric

    def get(self, code: str) -> Metric | None:
        return self._metrics.get(code)

    def all(self) -> tuple[Metric, ...]:
        return tuple(self._metrics[code] for code in sorted(self._metrics))

    def scorable(self) -> Mapping[str, Metric]:
        """What a scheme's rules may use."""
        return {metric.code: metric for metric in self.all() if metric.scorable}


def _refusal(metric: Metric) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:[._][a-z0-9]+)+", metric.code):
        return "a code reads app.what_is_counted"
    if not metric.period_kinds:
        return "names no kind of period"
    if not (str(metric.name) and str(metric.definition) and str(metric.unit)):
        return "name, definition and unit are owed to the reader"
    if metric.scorable and metric.counts in NEVER_SCORED:
        return f"counts {metric.counts}; register it with scorable=False"
    if metric.scorable and _NEVER_SCORED_WORDS.search(f"{metric.code}\n{metric.name}"):
        return (
            "its name says that it counts people or their use of the system; register it with scorable=False"
        )
    return ""


METRICS = Registry()
register = METRICS.register


def register_all(metrics: Iterable[Metric]) -> None:
    for metric in metrics:
        register(metric)


def all_metrics() -> tuple[Metric, ...]:
    return METRICS.all()


def metric(code: str) -> Metric | None:
    return METRICS.get(code)


# Writing figures ------------------------------------------------------------------------------------------------------

# No rows: for periods that have not begun.
NOTHING = SQL("SELECT NULL::text, NULL::bigint, 0::bigint, 0::bigint WHERE false")


def begun(periods: Sequence[Period], as_of: dt.date) -> list[Period]:
    """The periods that have begun: a later one has no figure yet."""
    return [period for period in periods if period.start <= as_of]


def last_day(period: Period, as_of: dt.date) -> dt.date:
    """The last day that counts: the period's last, or today in a period under way."""
    return min(period.end, as_of)


def day(value: dt.date) -> str:
    """A day as an SQL literal."""
    return f"DATE '{value.isoformat()}'"


def by_office(
    source: str,
    periods: Sequence[Period],
    numerator: Callable[[Period], str],
    denominator: Callable[[Period], str] | None = None,
    *,
    params: tuple[Any, ...] = (),
) -> SQL:
    """One scan of `source` (anything that may stand after FROM and has `office_id`) for all periods.

    `numerator` and `denominator` give the aggregate for a period, e.g. ``count(*) FILTER (WHERE …)``. They stand
    before `source` in the text and may hold no parameters. Periods in which an office has nothing give no row.
    """
    if not periods:
        return NOTHING
    codes = ", ".join(f"'{period.code}'" for period in periods)
    above = ", ".join(numerator(period) for period in periods)
    below = ", ".join(denominator(period) if denominator else "NULL" for period in periods)
    text = f"""
        SELECT figure.period, summed.office_id, figure.numerator, figure.denominator
        FROM (
            SELECT office_id, ARRAY[{above}]::bigint[] AS above, ARRAY[{below}]::bigint[] AS below
            FROM {source}
            GROUP BY office_id
        ) AS summed
        CROSS JOIN LATERAL unnest(ARRAY[{codes}]::text[], summed.above, summed.below)
            AS figure(period, numerator, denominator)
        WHERE coalesce(figure.denominator, figure.numerator) > 0
    """  # noqa: S608 - codes and days are made from dates, never from what somebody typed
    return SQL(text, params)


# Writing records ----------------------------------------------------------------------------------------------------


def numbered(letter: str, field: str, digits: int) -> Combinable:
    """A record number in SQL: the letter and the id with leading zeros."""
    return Concat(
        Value(letter), LPad(Cast(F(field), TextField()), digits, Value("0")), output_field=TextField()
    )


def labelled(field: str, choices: Sequence[tuple[str, Any]]) -> Combinable:
    """A coded field as the reader's word for it."""
    cases = [When(**{field: code}, then=Value(str(label))) for code, label in choices]
    return Case(*cases, default=Value(""), output_field=TextField())

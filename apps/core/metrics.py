"""The metric registry: how facts climb from the apps to assessment, dashboards and reports without upward imports.

Each app states in `metrics.py` what it can count and registers it in `AppConfig.ready()`. `assessment` rolls all of
them up with INSERT … SELECT over `Metric.figures`. Definitions with their edge cases: guide/scoring.md.

People are served, never scored: a metric whose numerator is members, consents, withdrawals, use of the own file,
log-ins, online time or photos may be shown as a total (`scorable=False`) but is refused for scores (design §1).
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.core.access import Actor
from apps.core.periods import Period, PeriodKind

# The columns of every figures query, in this order.
COLUMNS = ("office_id", "cadre_id", "numerator", "denominator")
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class SQL:
    """A SELECT with positional %s parameters that gives COLUMNS, at most one row per office and cadre.

    cadre_id may be NULL; denominator is NULL for a plain count. The reader wraps it:
    `INSERT INTO … SELECT … FROM (<text>) AS figure (office_id, cadre_id, numerator, denominator)`.
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

    def fetch(self) -> list[tuple[int, int | None, int, int | None]]:
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


class MetricRefused(Exception):
    """The metric would count people in a score, or its declaration is not whole."""


Figures = Callable[[Period, dt.date], SQL]
Records = Callable[[Actor, Any, Period], QuerySet[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number the software counts, by office and period.

    `figures(period, today)` is one query for all offices; a period that is not over is counted up to `today`.
    Figures are summed over offices, never over periods. `records(actor, office, period)` gives the rows behind the
    figure that the actor may see, for the drill-down. `owed`: the office should have made the thing, so denominator
    0 is 0 points instead of 不适用.
    """

    code: str
    name: str | Promise
    definition: str | Promise
    unit: str | Promise
    counts: Counted
    period_kinds: frozenset[PeriodKind]
    figures: Figures
    records: Records
    scorable: bool = True
    has_denominator: bool = True
    owed: bool = False

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

"""The board of one office and period: every card of the page, of the print and of the workbook.

Reads rollup rows only, in a number of queries that does not grow with offices, people or visits.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from apps.assessment.models import Rollup
from apps.core.access import Actor, Permission, within
from apps.core.metrics import Metric
from apps.core.metrics import metric as metric_of
from apps.core.periods import Period, PeriodKind
from apps.core.small_numbers import own_paths
from apps.dashboard.figures import Figure, Headline, Reader, Wanted, known, read_facts
from apps.dashboard.slipping import Slip, explained, slipping
from apps.dashboard.tiles import Grid, grid_of
from apps.dashboard.trends import Trend, periods_of_trend, trend_of
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

# In the order in which a leader reads them.
HEADLINES = (
    "pairing.coverage",
    "duties.fulfilled",
    "pairing.contacted_in_quarter",
    "cases.closed_on_time",
    "visits.made",
)
LIGHTS = ("cases.open", "cases.yellow", "cases.red", "supervision.running")
# Of the five ones, which lags.
DUTIES = ("duties.talk", "duties.visit", "duties.activity", "duties.deed", "duties.suggestion")
ACTIVITIES = ("activities.held", "activities.ahead", "activities.plan_done")
QUARTERLY = ("duties.fulfilled", "pairing.contacted_in_quarter")
# What the tile grid and the trend may show.
TILED = (
    "duties.fulfilled",
    "pairing.contacted_in_quarter",
    "pairing.coverage",
    "cases.closed_on_time",
    "cases.red",
    "visits.made",
    "activities.held",
)
TRENDS = (
    "visits.made",
    "cases.closed_on_time",
    "cases.open",
    "cases.red",
    "supervision.red",
    "pairing.coverage",
    "pairing.first_contact_30d",
    "activities.held",
)


@dataclass(frozen=True)
class Asked:
    """What a board's address says."""

    office: Office
    period: Period
    tiled: str = TILED[0]
    trend: str = TRENDS[0]


@dataclass(frozen=True)
class OfficeRow:
    """One of the offices below, with the same figures."""

    office: Office
    figures: list[Figure]


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    asked: Asked
    headlines: list[Headline]
    slips: list[Slip]
    duties: list[Figure]
    lights: list[Figure]
    activities: list[Figure]
    trend: Trend | None
    quarters: list[tuple[Period, list[Figure]]]
    grid: Grid | None
    rows: list[OfficeRow]
    rollup: Rollup | None

    @property
    def office(self) -> Office:
        return self.asked.office

    @property
    def period(self) -> Period:
        return self.asked.period

    @property
    def metrics(self) -> list[Metric]:
        return [h.figure.metric for h in self.headlines]


def offices_below(office: Office) -> list[Office]:
    """The counties and towns below, in the order of the tree."""
    kinds = [OfficeKind.COUNTY, *TOWN_KINDS]
    below = Office.objects.filter(within([office.range], "path"), depth__gt=office.depth, kind__in=kinds)
    return list(below)


def side_by_side(office: Office, below: Sequence[Office]) -> list[Office]:
    """Those whose figures stand beside each other: counties of a city, towns of a county."""
    kinds = [OfficeKind.COUNTY] if office.kind == OfficeKind.CITY else list(TOWN_KINDS)
    return [each for each in below if each.depth == office.depth + 1 and each.kind in kinds]


def read_board(asked: Asked, actor: Actor, today: dt.date, below: Sequence[Office] | None = None) -> Board:
    """The board of one office: two queries, and one for the offices below unless they are given."""
    office, period = asked.office, asked.period
    if below is None:
        below = offices_below(office)
    headline, trend, tiled = known(HEADLINES, period.kind), metric_of(asked.trend), metric_of(asked.tiled)
    quarters = Period(PeriodKind.YEAR, period.year).parts(PeriodKind.QUARTER)
    moments = periods_of_trend(trend, period, today)
    earlier = [period.previous(), period.year_before()]
    rollups = {
        each.year: each
        for each in Rollup.objects.filter(Q(year__in={p.year for p in [period, *earlier, *moments]}))
    }
    facts = read_facts(
        Wanted([office], [*HEADLINES, *DUTIES, *LIGHTS, *ACTIVITIES], [period, *earlier]),
        Wanted([office], QUARTERLY, quarters),
        Wanted([office], [asked.trend], moments),
        Wanted(below, [*HEADLINES, *DUTIES], [period]),
        Wanted(below, [asked.tiled], [period]),
    )
    reader = Reader(facts, own_paths(actor, Permission.DASHBOARD_VIEW), frozenset(rollups))

    def figures(codes: Sequence[str]) -> list[Figure]:
        return [reader.figure(m, office, period) for m in known(codes, period.kind)]

    headlines = [Headline(*(reader.figure(m, office, each) for each in (period, *earlier))) for m in headline]
    rows = {each.path: OfficeRow(each, [reader.figure(m, each, period) for m in headline]) for each in below}
    every = [figure for row in rows.values() for figure in row.figures]
    return Board(
        asked=asked,
        headlines=headlines,
        slips=[
            explained(slip, reader, known(DUTIES, period.kind)) for slip in slipping(headlines, every, below)
        ],
        # A yearly duty is due in no single quarter: it would only say 不适用.
        duties=[figure for figure in figures(DUTIES) if figure.hidden or figure.share is not None],
        lights=figures(LIGHTS),
        activities=figures(ACTIVITIES),
        trend=trend_of(trend, office, moments, reader, today) if trend else None,
        quarters=[
            (quarter, [reader.figure(m, office, quarter) for m in known(QUARTERLY, PeriodKind.QUARTER)])
            for quarter in quarters
        ],
        grid=grid_of(office, below, tiled, period, reader)
        if tiled and below and tiled.supports(period.kind)
        else None,
        rows=[rows[each.path] for each in side_by_side(office, below)],
        rollup=rollups.get(period.year),
    )

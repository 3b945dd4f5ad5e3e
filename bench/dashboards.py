"""G7: the figures of a dashboard, for a county and for the city, against plain SQL from the records."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.rollup import roll_up
from apps.core.periods import Period, PeriodKind
from apps.dashboard.board import HEADLINES, Asked, Board, offices_below, read_board
from apps.offices.models import Office
from bench.browser import Unexpected
from bench.cast import busiest_town, county_of, user_with
from bench.measuring import Figure, Kind, Settings, raw_connection, times
from bench.plain import FROM_VISITS, Facts, facts_from_visits, facts_of_metric


def measure(settings: Settings) -> list[Figure]:
    """The year's dashboard of a county leader and of a city leader."""
    today = timezone.localdate()
    roll_up(today.year, today=today)
    county = county_of(busiest_town())
    figures = []
    for name, office, least, aim in (("county", county, 7, 10), ("city", county_of(county), 9, 20)):
        leader = user_with(RoleName.LEADER, office)
        ours, plain = _sides(office, leader, today)
        _compare(office, ours(), plain())
        mine, theirs = times(ours, plain, settings.rounds, repeat=5)
        said = f"{mine * 1000:.1f} ms", f"{theirs * 1000:.0f} ms"
        figures.append(Figure("G7", f"dashboard of a {name}", Kind.FASTER, theirs / mine, least, aim, *said))
    return figures


def _sides(office: Office, leader: User, today: dt.date) -> tuple[Callable[[], Board], Callable[[], Facts]]:
    period = Period(PeriodKind.YEAR, today.year)
    raw = raw_connection()
    return (
        lambda: read_board(Asked(office, period), leader, today),
        lambda: _plain(raw, office, period, today),
    )


def _plain(raw: Any, office: Office, period: Period, today: dt.date) -> Facts:
    """The same headlines of the office and of all below it, and the months and quarters of the year.

    Lights, activities and tiles are left out: what plain SQL would owe beside this is not held against it.
    """
    facts = facts_from_visits(raw, period.year, today, office.range)
    below = list(
        Office.objects.filter(path__gte=office.range.low, path__lt=office.range.high).values_list(
            "pk", "path"
        )
    )
    shown = [office, *offices_below(office)]
    for code in set(HEADLINES) - set(FROM_VISITS):
        leaves = facts_of_metric(raw, code, period, today, [pk for pk, _path in below])
        path_of = dict(below)
        for one in shown:
            parts = [counts for (_c, _p, pk), counts in leaves.items() if path_of[pk].startswith(one.path)]
            if parts:
                facts[code, period.code, one.pk] = (sum(p[0] for p in parts), sum(p[1] or 0 for p in parts))
    return facts


def _compare(office: Office, board: Board, facts: Facts) -> None:
    """Both sides say the same of the office itself. Raises Unexpected."""
    for headline in board.headlines:
        figure = headline.figure
        plain = facts.get((figure.metric.code, board.period.code, office.pk), (None, None))
        if (figure.numerator, figure.denominator) != plain:
            raise Unexpected(f"{figure.metric.code}: {figure} on the dashboard, {plain} in plain SQL")

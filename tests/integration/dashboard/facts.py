"""Figures and facts made by hand."""

import datetime as dt

from apps.accounts.models import User
from apps.assessment.models import MetricFact
from apps.core.metrics import Metric, metric
from apps.core.periods import Period
from apps.dashboard.board import Asked, Board, read_board
from apps.dashboard.figures import Figure
from apps.offices.models import Office

TODAY = dt.date(2026, 11, 22)
YEAR = Period.parse("2026")
COVERAGE = "pairing.coverage"


def fact(office: Office, period: str, above: int, below: int | None, code: str = COVERAGE) -> None:
    MetricFact.objects.create(metric=code, period=period, office=office, numerator=above, denominator=below)


def metric_of(code: str) -> Metric:
    found = metric(code)
    assert found is not None
    return found


def figure_of(above: int | None, below: int | None, code: str = COVERAGE, hidden: bool = False) -> Figure:
    nowhere = Office(code="9900", name="试验市", path="0001", depth=1)
    return Figure(metric_of(code), nowhere, YEAR, above, below, hidden)


def board_of(office: Office, actor: User, period: str = "2026") -> Board:
    return read_board(Asked(office, Period.parse(period)), actor, TODAY)

"""The rollup: every metric of every app, for every period of a year, summed up the tree into `MetricFact`.

Set-based: per metric one statement counts, sums up the tree, writes what changed and removes what is gone. The whole
year is one transaction under a lock, so readers see the old figures or the new ones, and killing it leaves the old.
Running it again writes nothing.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from apps.assessment.models import Rollup
from apps.assessment.scoring import score_schemes
from apps.core.metrics import Metric, all_metrics
from apps.core.periods import Period, PeriodKind
from apps.core.planning import set_based
from apps.offices.models import Office

# The first half of the advisory lock's key: "rollup" among whatever else may lock; the second half is the year.
LOCK = 7_011

# `leaf` is each office's own figure. An ancestor's path is a prefix of the office's, so the tree is summed by a join
# on prefixes: one hash join, whatever the depth.
_ADDED_UP = """
    SELECT leaf.period, above.id AS office_id,
        sum(leaf.numerator)::bigint AS numerator, sum(leaf.denominator)::bigint AS denominator
    FROM leaf
    JOIN offices_office office ON office.id = leaf.office_id
    CROSS JOIN LATERAL generate_series(%(step)s, length(office.path), %(step)s) AS up_to
    JOIN offices_office above ON above.path = left(office.path, up_to)
    GROUP BY leaf.period, above.id
"""
_OWN = "SELECT period, office_id, numerator, denominator FROM leaf"

_STATEMENT = """
    WITH leaf(period, office_id, numerator, denominator) AS ({figures}),
    fresh AS MATERIALIZED ({fresh}),
    gone AS (
        DELETE FROM assessment_metricfact fact
        WHERE fact.metric = %s AND fact.period = ANY(%s) AND NOT EXISTS (
            SELECT FROM fresh WHERE fresh.period = fact.period AND fresh.office_id = fact.office_id
        )
        RETURNING 1
    ), written AS (
        INSERT INTO assessment_metricfact AS fact (metric, period, office_id, numerator, denominator)
        SELECT %s, period, office_id, numerator, denominator FROM fresh
        -- What has not changed is left alone: a conflict would lock and log each row for nothing.
        WHERE NOT EXISTS (
            SELECT FROM assessment_metricfact known
            WHERE known.metric = %s AND known.period = fresh.period AND known.office_id = fresh.office_id
                AND known.numerator = fresh.numerator AND known.denominator IS NOT DISTINCT FROM fresh.denominator
        )
        ON CONFLICT (period, metric, office_id) DO UPDATE
            SET numerator = excluded.numerator, denominator = excluded.denominator
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""


@dataclass(frozen=True)
class RolledUp:
    """What a rollup did: how many facts it wrote or removed, and how many offices it scored."""

    year: int
    changed: int
    results: int


def roll_up(
    year: int, *, today: dt.date | None = None, progress: Callable[[int], None] = lambda percent: None
) -> RolledUp:
    """Count and score a year as of today. `progress` is told whole percents as the work goes on."""
    today = today or timezone.localdate()
    metrics = [metric for metric in all_metrics() if metric.figures is not None]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, year])
        changed = 0
        with set_based():
            for number, metric in enumerate(metrics, start=1):
                changed += write_facts(metric, year, today)
                progress(90 * number // len(metrics))
        Rollup.objects.update_or_create(year=year, defaults={"as_of": today, "counted_at": timezone.now()})
        results = score_schemes(year, today=today)
    progress(100)
    return RolledUp(year, changed, results)


def periods_of(metric: Metric, year: int) -> list[Period]:
    """Every period of the year that the metric supports."""
    whole = Period(PeriodKind.YEAR, year)
    return [period for kind in PeriodKind if metric.supports(kind) for period in whole.parts(kind)]


def write_facts(metric: Metric, year: int, today: dt.date) -> int:
    """The facts of one metric and year; how many rows changed. Runs inside the rollup's transaction."""
    if metric.figures is None:
        return 0
    whole = Period(PeriodKind.YEAR, year)
    sql = metric.figures(periods_of(metric, year), today)
    fresh = _ADDED_UP % {"step": Office.steplen} if metric.adds_up else _OWN
    codes = [period.code for kind in PeriodKind for period in whole.parts(kind)]
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT.format(figures=sql.text, fresh=fresh),
            [*sql.params, metric.code, codes, metric.code, metric.code],
        )
        return int(cursor.fetchone()[0])

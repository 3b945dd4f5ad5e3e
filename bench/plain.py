"""Figures straight from visits and duty entries, in plain SQL, without any row kept for the purpose."""

import datetime as dt
from typing import Any

from apps.core.access import WHOLE_TREE, OfficeRange
from apps.core.metrics import metric
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office
from apps.pairing.rebuild import RECOUNT
from bench.measuring import fetch

# The figures that rest on visits and duties; (metric, period, office id) → numerator, denominator.
FROM_VISITS = ("duties.fulfilled", "pairing.contacted_in_quarter", "visits.made")
Facts = dict[tuple[str, str, int], tuple[int, int | None]]

# `recounted` holds every pair's year, counted just now from what the pair did.
_FACTS = """
WITH period (code, is_month, first_month, last_month) AS (VALUES {periods}),
monthly AS (
    SELECT office_id, 'duties.fulfilled' AS metric, month, sum(done[month]) AS above, sum(due[month]) AS below
    FROM recounted CROSS JOIN generate_series(1, 12) AS month GROUP BY office_id, month
    UNION ALL
    SELECT office_id, 'pairing.contacted_in_quarter', 3 * quarter, sum(quarters_met[quarter]), sum(quarters_due[quarter])
    FROM recounted CROSS JOIN generate_series(1, 4) AS quarter GROUP BY office_id, quarter
    UNION ALL
    SELECT office_id, 'visits.made', extract(month FROM happened_on)::int, count(*), NULL
    FROM pairing_visit
    WHERE voided_at IS NULL AND happened_on BETWEEN %(first)s AND %(today)s
      AND office_path >= %(low)s AND office_path < %(high)s
    GROUP BY 1, 3
)
SELECT monthly.metric, period.code, above.id, sum(monthly.above)::bigint, sum(monthly.below)::bigint
FROM monthly
JOIN period ON monthly.month BETWEEN period.first_month AND period.last_month
    AND (monthly.metric = 'visits.made' OR NOT period.is_month)
JOIN offices_office office ON office.id = monthly.office_id
CROSS JOIN LATERAL generate_series(%(step)s, length(office.path), %(step)s) AS up_to
JOIN offices_office above ON above.path = left(office.path, up_to)
GROUP BY 1, 2, 3
HAVING coalesce(sum(monthly.below), sum(monthly.above)) > 0
"""


def facts_from_visits(raw: Any, year: int, today: dt.date, below: OfficeRange = WHOLE_TREE) -> Facts:
    """All periods of the year, all offices up the tree, of the pairs below."""
    parameters = {
        "year": year,
        "low": below.low,
        "high": below.high,
        "first": dt.date(year, 1, 1),
        "today": today,
        "step": Office.steplen,
    }
    with raw.cursor() as cursor:
        # As in the rebuild: right after a load the planner would choose loops.
        cursor.execute("BEGIN; SET LOCAL enable_nestloop = off; DROP TABLE IF EXISTS recounted")
        cursor.execute(RECOUNT, parameters)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        cursor.execute(_FACTS.format(periods=_periods(year, today)), parameters)
        rows = cursor.fetchall()
        cursor.execute("COMMIT")
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def _periods(year: int, today: dt.date) -> str:
    whole = Period(PeriodKind.YEAR, year)
    begun = [p for kind in PeriodKind for p in whole.parts(kind) if p.start <= today]
    return ", ".join(
        f"('{p.code}', {p.kind is PeriodKind.MONTH}, {p.start.month}, {p.end.month})" for p in begun
    )


def facts_of_metric(raw: Any, code: str, period: Period, today: dt.date, offices: list[int]) -> Facts:
    """One metric that is counted from its own records anyway, of these offices themselves."""
    counted = metric(code)
    assert counted is not None
    assert counted.figures is not None
    figures = counted.figures([period], today)
    rows = fetch(
        raw,
        f"SELECT * FROM ({figures.text}) AS figure (period, office_id, above, below) WHERE office_id = ANY(%s)",
        (*figures.params, offices),
    )
    return {(code, row[0], row[1]): (row[2], row[3]) for row in rows}

"""G6: the year's rollup against plain SQL straight from the visits, with identical output."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.assessment.models import MetricFact
from apps.assessment.rollup import roll_up, write_facts
from apps.core.metrics import metric
from bench.browser import Unexpected
from bench.measuring import Figure, Kind, Settings, raw_connection, seconds_of, times
from bench.plain import FROM_VISITS, Facts, facts_from_visits


def measure(settings: Settings) -> list[Figure]:
    """The figures that rest on visits and duties, for every office and period of the year."""
    today = timezone.localdate()
    raw = raw_connection()
    whole = seconds_of(lambda: roll_up(today.year, today=today))
    _compare(facts_from_visits(raw, today.year, today), _kept(today.year))
    ours, plain = times(
        _roll_up, lambda: facts_from_visits(raw, today.year, today), settings.rounds, repeat=2
    )
    said = f"{ours * 1000:.0f} ms (every metric and score, first time: {whole:.1f} s)", f"{plain:.2f} s"
    return [Figure("G6", "the year's rollup", Kind.FASTER, plain / ours, 12, 20, *said)]


@transaction.atomic
def _roll_up() -> None:
    today = timezone.localdate()
    for code in FROM_VISITS:
        counted = metric(code)
        assert counted is not None
        write_facts(counted, today.year, today)


def _kept(year: int) -> Facts:
    rows = MetricFact.objects.filter(metric__in=FROM_VISITS, period__startswith=str(year))
    keys = ("metric", "period", "office_id", "numerator", "denominator")
    return {row[:3]: row[3:] for row in rows.values_list(*keys)}


def _compare(plain: Facts, kept: Facts) -> None:
    """Raises Unexpected with a few of the differences."""
    if plain != kept:
        differing = sorted(set(plain.items()) ^ set(kept.items()), key=str)
        found: list[Any] = differing[:4]
        raise Unexpected(f"Plain SQL and the rollup differ in {len(differing)} figures, e.g. {found}")

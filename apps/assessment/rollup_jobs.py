"""The rollup as work of the job queue: the current year every few minutes, every year under assessment each night.

A slot that was missed is caught up by the next look at the clock (`apps.jobs.reaping`): its key is the kind and the slot.
"""

from typing import Any

from django.utils import timezone

from apps.assessment.models import Scheme
from apps.assessment.rollup import RolledUp, roll_up
from apps.jobs.running import Work

ROLLUP = "assessment.rollup"
NIGHTLY = "assessment.rollup_nightly"


def run(work: Work) -> dict[str, Any]:
    """Roll up the year that was asked for; without one, those that are due."""
    years = _years(work)
    done = [_one(work, year, number, len(years)) for number, year in enumerate(years)]
    return {"years": years, "changed": sum(each.changed for each in done)}


def _years(work: Work) -> list[int]:
    this_year = timezone.localdate().year
    if "year" in work.params:
        return [int(work.params["year"])]
    if work.job.kind == NIGHTLY:
        return sorted({this_year, *_open_years()})
    return [this_year]


def _open_years() -> list[int]:
    """Years whose entries may still come in: a December visit is entered in January."""
    today = timezone.localdate()
    return list(Scheme.objects.moving().filter(entry_deadline__gte=today).values_list("year", flat=True))


def _one(work: Work, year: int, number: int, of: int) -> RolledUp:
    return roll_up(year, progress=lambda percent: work.progress(number * 100 + percent, of * 100))

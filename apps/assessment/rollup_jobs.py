"""The rollup as work of the job queue: the current year every few minutes, every year under assessment each night.

A slot that was missed is caught up by the next look at the clock (`apps.jobs.reaping`): its key is the kind and the slot.
"""

from typing import Any

from django.utils import timezone

from apps.assessment.models import Scheme
from apps.assessment.rollup import RolledUp, roll_up
from apps.assessment.rounds.freezing import close_entries, entries_due, frozen_schemes
from apps.assessment.rounds.telling import tell_changed
from apps.jobs.running import Work

ROLLUP = "assessment.rollup"
NIGHTLY = "assessment.rollup_nightly"


def run(work: Work) -> dict[str, Any]:
    """Roll up the year that was asked for; without one, those that are due."""
    years = _years(work)
    done = [_one(work, year, number, len(years)) for number, year in enumerate(years)]
    found = {"years": years, "changed": sum(each.changed for each in done)}
    return found | _watch_rounds() if work.job.kind == NIGHTLY else found


def _watch_rounds() -> dict[str, int]:
    """Close what is due, and say where closed facts are counted otherwise now."""
    for scheme in entries_due(timezone.localdate()):
        close_entries(scheme, by=None)
    return {"differences": sum(tell_changed(scheme) for scheme in frozen_schemes())}


def _years(work: Work) -> list[int]:
    this_year = timezone.localdate().year
    if "year" in work.params:
        return [int(work.params["year"])]
    if work.job.kind == NIGHTLY:
        return sorted({this_year, *_open_years()})
    return [this_year]


def _open_years() -> list[int]:
    """Years whose entries may still come in (a December visit is entered in January), or whose facts are compared."""
    return [
        *Scheme.objects.moving().values_list("year", flat=True),
        *(scheme.year for scheme in frozen_schemes()),
    ]


def _one(work: Work, year: int, number: int, of: int) -> RolledUp:
    return roll_up(year, progress=lambda percent: work.progress(number * 100 + percent, of * 100))

"""The nightly full rebuild as work of the job queue. It must find no difference; where it does, the result says so."""

from dataclasses import asdict
from typing import Any

import structlog
from django.utils import timezone

from apps.jobs.running import Work
from apps.pairing.rebuild import rebuild_all

REBUILD = "pairing.rebuild"

log = structlog.get_logger()


def run(work: Work) -> dict[str, Any]:
    """Count this year and the last anew: in January entries for December still come in."""
    this_year = timezone.localdate().year
    found = {}
    for number, year in enumerate((this_year - 1, this_year)):
        differences = rebuild_all(year)
        if not differences.none:
            # On the first night of a year every pair gets its new row; anything else is a mistake somewhere.
            log.warning("pairing_years_differed", year=year, **asdict(differences))
        found[str(year)] = asdict(differences)
        work.progress(number + 1, 2)
    return {"differences": found}

"""The daily digest as scheduled work: `notifications` stands below and knows no jobs."""

from typing import Any

from django.utils import timezone

from apps.jobs.running import Work
from apps.notifications.digest import forget_old, send_digests


def run(work: Work) -> dict[str, Any]:
    """Tell everybody for whom something waits. A slot caught up at night or on a day off tells nobody."""
    now = timezone.now()
    return {"told": send_digests(now), "forgotten": forget_old(now)}

"""Lists of persons die 90 days after the activity; the number of those who came stays."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.activities.models import SignUp
from apps.jobs.running import Work

EXPIRE = "activities.expire_sign_ups"
KEPT_FOR = dt.timedelta(days=90)


def run(work: Work) -> dict[str, Any]:
    return {"deleted": expire_sign_ups(timezone.localdate())}


def expire_sign_ups(today: dt.date) -> int:
    """Delete the lists whose activity was held (or was to be held) more than 90 days ago. Returns how many rows."""
    over = today - KEPT_FOR
    ended = Q(activity__held_on__lt=over) | Q(activity__held_on__isnull=True, activity__planned_for__lt=over)
    deleted, _ = SignUp.objects.filter(ended).delete()
    return deleted

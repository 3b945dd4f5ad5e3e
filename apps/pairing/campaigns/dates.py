"""Targets that wait for a cadre: on 今日工作, on the calendar, in the digest."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.notifications.calendar import Entry
from apps.pairing.models import Target, TargetQuerySet

SOON = dt.timedelta(days=3)


def targets_of(cadre: Actor, today: dt.date) -> TargetQuerySet:
    """Whom the cadre is still to visit in campaigns that have begun, the most pressing first."""
    waiting = Target.objects.filter(
        assignee=cadre.pk, campaign__closed_at__isnull=True, campaign__starts_on__lte=today
    )
    found: TargetQuerySet = waiting.filter(campaign__ends_on__gte=today).open()
    return found.order_by("due_on", "campaign__ends_on", "pk")


def waiting(day: dt.date) -> Mapping[int, int]:
    """For each cadre, how many targets are late or due within three days."""
    due = Target.objects.filter(
        assignee__isnull=False,
        due_on__lte=day + SOON,
        campaign__closed_at__isnull=True,
        campaign__starts_on__lte=day,
        campaign__ends_on__gte=day,
    )
    return Counter(due.open().values_list("assignee", flat=True))


def entries(actor: Actor, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """One entry for each campaign and day on which something of the actor's is due. No names."""
    due = Target.objects.filter(
        assignee=actor.pk, due_on__gte=first, due_on__lte=last, campaign__closed_at__isnull=True
    ).open()
    days = due.order_by("due_on", "campaign").values("due_on", "campaign", "campaign__public_id")
    for day, number, public_id, n in days.annotate(n=Count("pk")).values_list(
        "due_on", "campaign", "campaign__public_id", "n"
    ):
        assert day is not None  # noqa: S101 - it lies between two days
        title = _("走访单位 %(n)d 家到期（D%(number)05d）") % {"n": n, "number": number}
        page = reverse("pairing:campaign", args=[public_id])
        yield Entry(day, title, f"campaign-{public_id}-{actor.pk}-{day:%Y%m%d}", page)

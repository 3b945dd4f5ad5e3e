"""What a dashboard's address may say: an office and a period. Anything else falls back to the usual."""

import datetime as dt

from django.http import HttpRequest

from apps.core.access import Actor, Permission
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office

FIRST_YEAR = 2020


def chosen_period(request: HttpRequest, today: dt.date) -> Period:
    """The period of `?period=`, else the current year; nonsense and far years fall back too."""
    try:
        period = Period.parse(request.GET.get("period", ""))
    except ValueError:
        return Period(PeriodKind.YEAR, today.year)
    if not FIRST_YEAR <= period.year <= today.year:
        return Period(PeriodKind.YEAR, today.year)
    return period


def offices_open_to(actor: Actor) -> "list[Office]":
    """The tops of the actor's subtrees, in order of the tree."""
    tops = {r.low for r in actor.office_ranges(Permission.DASHBOARD_VIEW)}
    return list(Office.objects.filter(path__in=tops))

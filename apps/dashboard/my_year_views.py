"""我的一年, and the same of one cadre for their leader."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.models import Grant, User
from apps.accounts.requests import SignedInRequest
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import WHOLE_TREE, Permission, requires, within
from apps.dashboard.asking import FIRST_YEAR
from apps.dashboard.my_year import CadreYear, cadres_of, year_of

YEARS_OFFERED = 3


@requires(Permission.VISIT_LOG)
@require_safe
@never_cache
def my_year(request: SignedInRequest) -> HttpResponse:
    """The cadre's own year."""
    user, today = request.user, timezone.localdate()
    year = _year(request, today.year)
    shown = year_of(user, year, [WHOLE_TREE], user, today)
    return _page(request, shown, today, is_own=True)


@requires(Permission.CADRE_YEAR)
@require_safe
def cadres(request: SignedInRequest) -> HttpResponse:
    """The cadres of the leader's offices by name, each to be opened by itself."""
    served = cadres_of(request.user, timezone.localdate())
    return render(request, "dashboard/cadres.html", {"served": served})


@requires(Permission.CADRE_YEAR)
@require_safe
@never_cache
def cadre_year(request: SignedInRequest, pk: int) -> HttpResponse:
    """One cadre's year, of what was done in the leader's offices. Written down."""
    leader, today = request.user, timezone.localdate()
    ranges = leader.office_ranges(Permission.CADRE_YEAR)
    serving = Grant.objects.current(today).filter(within(ranges, "office__path"), role=RoleName.CADRE)
    cadre = get_object_or_404(User.objects.filter(is_active=True, pk__in=serving.values("user")), pk=pk)
    year = _year(request, today.year)
    record(AuditEvent.Action.READ, target=cadre, by=leader, what="cadre_year", year=year)
    shown = year_of(cadre, year, ranges, leader, today)
    return _page(request, shown, today, is_own=False)


def _year(request: SignedInRequest, this_year: int) -> int:
    said = request.GET.get("year", "")
    year = int(said) if said.isascii() and said.isdecimal() and len(said) <= 4 else this_year
    return year if FIRST_YEAR <= year <= this_year else this_year


def _page(request: SignedInRequest, shown: CadreYear, today: dt.date, *, is_own: bool) -> HttpResponse:
    months = [
        (number, count if dt.date(shown.year, number, 1) <= today else None)
        for number, count in enumerate(shown.by_month, start=1)
    ]
    years = [(each, each == shown.year) for each in range(today.year, today.year - YEARS_OFFERED, -1)]
    context: dict[str, Any] = {"shown": shown, "is_own": is_own, "months": months, "years": years}
    return render(request, "dashboard/my_year.html", context)

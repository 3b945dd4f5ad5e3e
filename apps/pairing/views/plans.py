"""五个一方案: a year's duties of an office."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.offices.models import Office, paths_above
from apps.pairing.actions import save_plan
from apps.pairing.forms import PlanForm, plan_initial
from apps.pairing.models import DutyKind, PairingPlan
from apps.pairing.rules import DEFAULT_CAPACITY


@requires(Permission.PAIRING_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The plans that offices made; all others follow the nearest office above."""
    user = request.user
    ranges = user.office_ranges(Permission.PAIRING_VIEW)
    own_tops = Office.objects.filter(path__in=[r.low for r in ranges])
    seen = Office.objects.visible_to(user, Permission.PAIRING_VIEW) | Office.objects.filter(
        path__in={path for r in ranges for path in paths_above(r.low)}
    )
    plans = PairingPlan.objects.filter(office__in=seen).select_related("office").prefetch_related("duties")
    this_year = timezone.localdate().year
    manages = user.office_ranges(Permission.PAIRING_MANAGE)
    context = {
        "plans": [(plan, _in_words(plan)) for plan in plans.order_by("-year", "office__path")],
        "tops": [office for office in own_tops if any(r.holds(office.path) for r in manages)],
        "years": (this_year, this_year + 1),
        "manages": manages,
    }
    return render(request, "pairing/plans.html", context)


def _in_words(plan: PairingPlan) -> list[str]:
    order = list(DutyKind)
    duties = sorted(plan.duties.all(), key=lambda duty: order.index(DutyKind(duty.kind)))
    return [
        _("%(per)s%(number)d次%(kind)s")
        % {"per": duty.get_per_display(), "number": duty.number, "kind": duty.get_kind_display()}
        for duty in duties
        if duty.number
    ]


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """A plan; a new one begins as a copy of last year's, or of the one the office follows now."""
    user = request.user
    office = get_object_or_404(Office.objects.visible_to(user, Permission.PAIRING_MANAGE), code=code)
    source = _source(office, year)
    if request.method == "POST":
        form = PlanForm(request.POST)
        if form.is_valid():
            save_plan(
                office=office,
                year=year,
                capacity=form.cleaned_data["capacity"],
                duties=form.duties(),
                by=user,
            )
            messages.success(request, _("方案已保存，进度已按新方案重新计算。"))
            return redirect("pairing:plans")
    else:
        form = PlanForm(initial=_initial(source))
    context: dict[str, Any] = {"form": form, "office": office, "year": year, "source": source}
    return render(request, "pairing/plan.html", context, status=422 if form.errors else 200)


def _source(office: Office, year: int) -> PairingPlan | None:
    """This plan, or else last year's of the office, or else the nearest above of either year."""
    above = PairingPlan.objects.filter(office__path__in=paths_above(office.path), year__in=(year, year - 1))
    plans = above.select_related("office").prefetch_related("duties").order_by("-office__depth", "-year")
    return plans.first()


def _initial(source: PairingPlan | None) -> dict[str, Any]:
    if source is None:
        return plan_initial(DEFAULT_CAPACITY, [])
    return plan_initial(source.capacity, list(source.duties.all()))

"""五个一方案: a year's duties of an office."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.offices.models import Office, paths_above
from apps.pairing.actions import save_plan
from apps.pairing.actions.plans import has_begun
from apps.pairing.findings import Refused
from apps.pairing.forms import PlanForm, plan_initial
from apps.pairing.models import PairingPlan, PlanChange
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
    plans = PairingPlan.objects.filter(office__in=seen).select_related("office")
    plans = plans.prefetch_related("duties", Prefetch("changes", PlanChange.objects.order_by("from_on")))
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
    return [
        _("%(per)s%(number)d次%(kind)s")
        % {"per": duty.get_per_display(), "number": duty.number, "kind": duty.get_kind_display()}
        for duty in plan.latest_duties()
        if duty.number
    ]


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """A plan; a new one begins as a copy of last year's, or of the one the office follows now."""
    user = request.user
    office = get_object_or_404(Office.objects.visible_to(user, Permission.PAIRING_MANAGE), code=code)
    source = _source(office, year)
    is_own = source is not None and (source.office_id, source.year) == (office.pk, year)
    changes = is_own and has_begun(year)
    warned = False
    form = PlanForm(request.POST or None, initial=_initial(source), changes=changes)
    if request.method == "POST" and form.is_valid():
        try:
            save_plan(office=office, year=year, by=user, duties=form.duties(), **form.said())
        except Refused as refused:
            warned = refused.needs_confirmation_only
            for finding in refused.findings:
                show_refusal(form, finding)
        else:
            messages.success(request, _("方案已保存，进度已按新方案重新计算。"))
            return redirect("pairing:plans")
    context: dict[str, Any] = {
        "form": form,
        "office": office,
        "year": year,
        "source": source,
        "changes": changes,
        "warned": warned or "confirmed" in form.data,
    }
    return render(request, "pairing/plan.html", context, status=422 if form.errors else 200)


def _source(office: Office, year: int) -> PairingPlan | None:
    """This plan, or else last year's of the office, or else the nearest above of either year."""
    above = PairingPlan.objects.filter(office__path__in=paths_above(office.path), year__in=(year, year - 1))
    plans = above.select_related("office").prefetch_related("duties").order_by("-office__depth", "-year")
    return plans.first()


def _initial(source: PairingPlan | None) -> dict[str, Any]:
    if source is None:
        return plan_initial(DEFAULT_CAPACITY, [])
    return plan_initial(source.capacity, source.latest_duties()) | {"from_on": timezone.localdate()}

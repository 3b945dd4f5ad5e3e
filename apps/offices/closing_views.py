"""封账 of an office: which periods are closed, closing one, opening it again."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.access import ActorRequest, Permission, requires
from apps.core.forms import offer, show_refusal
from apps.core.periods import Period
from apps.core.refusals import Refusal
from apps.offices.closing import closable, close_period, reopen_period
from apps.offices.models import ClosedPeriod, Office

# Whoever manages pairs answers for what was entered: the business administrator, and no technical one.
manage = requires(Permission.PAIRING_MANAGE)


class CloseForm(forms.Form):
    period = forms.ChoiceField(label=gettext_lazy("时段"))


@manage
@require_http_methods(["GET", "POST"])
def periods(request: ActorRequest, code: str) -> HttpResponse:
    """The closed periods of an office, and a form to close another."""
    office = _office(request, code)
    form = CloseForm(request.POST or None)
    choices = [(period.code, period.label) for period in closable(office, timezone.localdate())]
    offer(form, period=choices)
    if request.method == "POST" and form.is_valid():
        try:
            close_period(office=office, period=Period.parse(form.cleaned_data["period"]), by=request.user)
            messages.success(request, _("已封账。"))
            return redirect("offices:periods", code=code)
        except Refusal as refusal:
            show_refusal(form, refusal)
    closed = ClosedPeriod.objects.filter(office=office).select_related("closed_by", "reopened_by")
    context = {"office": office, "form": form, "closed": closed.order_by("-ends_on", "-pk"), "any": choices}
    return render(request, "offices/periods.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def reopen(request: ActorRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Open a closed period again."""
    closed = get_object_or_404(ClosedPeriod, office=_office(request, code), public_id=public_id)
    try:
        reopen_period(closed=closed, by=request.user)
        messages.success(request, _("已重新开放。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("offices:periods", code=code)


def _office(request: ActorRequest, code: str) -> Office:
    found: Office = get_object_or_404(
        Office.objects.visible_to(request.user, Permission.PAIRING_MANAGE), code=code
    )
    return found

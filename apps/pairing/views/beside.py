"""What stands beside the visits: promises kept, and who may write for whom (代录)."""

import datetime as dt
import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal
from apps.pairing.actions import keep_promise, let_write, take_back
from apps.pairing.mentioned import find_colleague
from apps.pairing.models import Deputy, Promise
from apps.pairing.newcomers import tick_off
from apps.pairing.queries import written_for
from apps.pairing.views.entering import add_findings
from apps.pairing.visit_forms import DeputyForm

HALF_A_YEAR = dt.timedelta(days=182)


@requires(Permission.VISIT_LOG)
@require_POST
def kept(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """A promise was kept: by who made it, or by who took the member over."""
    today = timezone.localdate()
    mine = Q(visit__cadre=request.user) | Q(keeper=request.user.pk)
    promises = Promise.objects.with_keeper(today).filter(mine).select_related("visit")
    promise = get_object_or_404(promises, public_id=public_id)
    try:
        keep_promise(promise=promise, by=request.user)
        messages.success(request, _("已记下兑现日期。"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("pairing:visit", promise.visit.public_id)


@requires(Permission.VISIT_LOG)
@require_POST
def first_week(request: SignedInRequest) -> HttpResponse:
    """A step of one's own first week is done, or the list is closed."""
    tick_off(request.user, request.POST.get("step", ""))
    return redirect("dashboard:home")


@requires(Permission.VISIT_LOG)
@require_http_methods(["GET", "POST"])
def deputies(request: SignedInRequest) -> HttpResponse:
    """Who may write down my visits, and for whom I may."""
    user = request.user
    today = timezone.localdate()
    form = DeputyForm(request.POST or None, initial={"ends_on": today + HALF_A_YEAR})
    if request.method == "POST" and form.is_valid() and _let(form, user):
        messages.success(request, _("已授权代录。"))
        return redirect("pairing:deputies")
    context = {
        "form": form,
        "lets": Deputy.objects.current(today).filter(cadre=user).select_related("deputy"),
        "written_for": written_for(user, today),
    }
    return render(request, "pairing/deputies.html", context, status=422 if form.errors else 200)


def _let(form: DeputyForm, user: User) -> bool:
    said = form.cleaned_data
    try:
        let_write(cadre=user, deputy=find_colleague(user, said["deputy"]), ends_on=said["ends_on"])
    except Refusal as refusal:
        add_findings(form, refusal)
        return False
    return True


@requires(Permission.VISIT_LOG)
@require_POST
def end_deputy(request: SignedInRequest, number: int) -> HttpResponse:
    """Take it back."""
    let = get_object_or_404(Deputy.objects.filter(cadre=request.user), pk=number)
    take_back(let=let, by=request.user)
    messages.success(request, _("已收回代录授权。"))
    return redirect("pairing:deputies")

"""异议复核: what offices object to, and the answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Objection
from apps.assessment.round_views.common import done_or_refused, indicator_of, office_place, result_of
from apps.assessment.round_views.forms import AnswerForm, ObjectionForm
from apps.assessment.rounds import objecting
from apps.assessment.rounds.speaking import speaks_for, spoken_for
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.paging import list_page
from apps.core.refusals import Refusal


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def objection_list(request: SignedInRequest, code: str) -> HttpResponse:
    """What was objected to, open ones first."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    rows = (
        Objection.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW)
        .filter(indicator__section__scheme=scheme)
        .select_related("indicator", "office", "answered_by")
        .order_by("answered_at", "filed_at")
    )
    context = {
        "scheme": scheme,
        "page": list_page(request, rows),
        "until": objecting.objections_until(scheme),
        "own": [
            office
            for office in spoken_for(scheme, request.user)
            if objecting.may_object(scheme, office, request.user)
        ],
    }
    return TemplateResponse(request, "assessment/round/objections.html", context)


@requires(Permission.ASSESSMENT_STATE)
@require_http_methods(["GET", "POST"])
def object_to(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """File an objection to one item."""
    scheme, office = office_place(request, code, office_code, Permission.ASSESSMENT_STATE)
    found = indicator_of(scheme, indicator)
    if not speaks_for(office, request.user):
        raise Http404
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            objecting.object_to(found, office, text=form.cleaned_data["text"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("异议已提交，由没有评过这一项的人书面答复。"))
            return redirect("assessment:objections", code=code)
    result = result_of(scheme, office)
    item = result.items.filter(indicator=found).first() if result else None
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "item": item,
        "until": objecting.objections_until(scheme),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/object.html", context, status=status)


@requires(Permission.ASSESSMENT_VIEW)
@require_http_methods(["GET", "POST"])
def objection(request: SignedInRequest, pk: int) -> HttpResponse:
    """One objection; the answer is written here by somebody who did not examine the item."""
    row = get_object_or_404(
        Objection.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW).select_related(
            "indicator__section__scheme__office", "office", "filed_by", "answered_by"
        ),
        pk=pk,
    )
    scheme = row.indicator.section.scheme
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            objecting.answer_objection(row, answer=said["answer"], points=said["points"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已答复。"))
            return redirect("assessment:objection", pk=pk)
    is_open = row.state == Objection.State.FILED
    context = {
        "scheme": scheme,
        "row": row,
        "form": form,
        "why_not": objecting.why_not_answer(row, request.user) if is_open else "",
        "is_open": is_open,
        "may_withdraw": is_open and speaks_for(row.office, request.user),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/objection.html", context, status=status)


@requires(Permission.ASSESSMENT_STATE)
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Objection.objects.visible_to(request.user, Permission.ASSESSMENT_STATE).select_related("office"),
        pk=pk,
    )
    done_or_refused(request, lambda: objecting.withdraw_objection(row, by=request.user), _("异议已撤回。"))
    return redirect("assessment:objection", pk=pk)

"""申报数 and manual scores: who declares, who confirms."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.declaring import (
    declare_figure,
    give_manual_score,
    is_assessed_by,
    is_by_item,
    review_figure,
    takes_declarations,
)
from apps.assessment.evidence import Outcome
from apps.assessment.forms import DeclareForm, ReviewForm, VerdictForm
from apps.assessment.models import Assessed, DeclaredFigure, Indicator, ManualScore, Scheme
from apps.assessment.rounds.reviewing import may_examine, may_review
from apps.assessment.rules import Manual
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.offices.models import Office


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def declared_list(request: SignedInRequest, code: str) -> HttpResponse:
    """What the user's offices declared, what waits for a reviewer first."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    rows = (
        DeclaredFigure.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW)
        .filter(indicator__section__scheme=scheme)
        .select_related("indicator", "office", "declared_by", "reviewed_by", "evidence_file")
        .order_by("-state", "office__path", "pk")
    )
    declarable = [
        indicator
        for indicator in Indicator.objects.filter(section__scheme=scheme).select_related("section")
        if takes_declarations(indicator)
    ]
    own = Assessed.objects.filter(
        scheme=scheme, office__in=Office.objects.visible_to(request.user, Permission.FIGURE_DECLARE)
    ).select_related("office", "group")
    context = {
        "scheme": scheme,
        "page": list_page(request, rows),
        "own": [
            (each.office, mine)
            for each in (own if scheme.state == Scheme.State.OPEN else [])
            if (mine := [indicator for indicator in declarable if indicator.is_for(each.group.name)])
        ],
        "may_review": may_review(scheme, request.user),
    }
    return TemplateResponse(request, "assessment/declared.html", context)


def _place(
    request: SignedInRequest, code: str, office_code: str, indicator: int, permission: Permission
) -> tuple[Scheme, Office, Indicator]:
    scheme = scheme_or_404(request, code, permission)
    office = get_object_or_404(
        Office.objects.visible_to(request.user, permission),
        code=office_code,
        pk__in=scheme.assessed_offices.values("office"),
    )
    found = get_object_or_404(
        Indicator.objects.select_related("section__scheme__office"), pk=indicator, section__scheme=scheme
    )
    if not is_assessed_by(found, office):
        raise Http404
    return scheme, office, found


@requires(Permission.FIGURE_DECLARE)
@require_http_methods(["GET", "POST"])
def declare(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """Declare a figure, or one more matter, for an office."""
    scheme, office, found = _place(request, code, office_code, indicator, Permission.FIGURE_DECLARE)
    if not takes_declarations(found):
        raise Http404
    row = None
    if not is_by_item(found):
        row = DeclaredFigure.objects.filter(indicator=found, office=office).first()
    form = DeclareForm(request.POST or None, request.FILES or None, indicator=found, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            declare_figure(found, office, form.declared(), by=request.user, scan=form.cleaned_data["scan"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已申报，等待审核。"))
            return redirect("assessment:declared", code=code)
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "rule_text": found.rule.text(),
        "form": form,
    }
    return TemplateResponse(request, "assessment/declare.html", context, status=422 if form.errors else 200)


@requires(Permission.FIGURE_DECLARE)
@require_http_methods(["GET", "POST"])
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm a declared figure, or send it back with a reason."""
    row = get_object_or_404(
        DeclaredFigure.objects.visible_to(request.user, Permission.FIGURE_DECLARE).select_related(
            "indicator__section__scheme__office", "office", "declared_by", "reviewed_by", "evidence_file"
        ),
        pk=pk,
    )
    scheme = row.indicator.section.scheme
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm = request.POST.get("verdict") == "confirm"
        try:
            review_figure(row, confirm=confirm, note=form.cleaned_data["review_note"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已确认，下次汇总计入得分。") if confirm else _("已退回申报单位。"))
            return redirect("assessment:declared", code=scheme.code)
    context = {
        "scheme": scheme,
        "row": row,
        "rule_text": row.indicator.rule.text(),
        "form": form,
        "may_review": may_examine(scheme, row.office, request.user) and row.declared_by_id != request.user.pk,
    }
    return TemplateResponse(request, "assessment/review.html", context, status=422 if form.errors else 200)


@requires(Permission.FIGURE_DECLARE)
@require_http_methods(["GET", "POST"])
def verdict(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """A reviewer's word on a manual indicator."""
    scheme, office, found = _place(request, code, office_code, indicator, Permission.FIGURE_DECLARE)
    if not isinstance(found.rule, Manual) or not may_review(scheme, request.user):
        raise Http404
    known = ManualScore.objects.filter(indicator=found, office=office).first()
    initial = {"outcome": known.outcome, "points": known.points, "reason": known.reason} if known else None
    form = VerdictForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            give_manual_score(
                found,
                office,
                outcome=Outcome(form.cleaned_data["outcome"]),
                points=form.cleaned_data["points"] or Decimal(0),
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已评定，下次汇总计入得分。"))
            return redirect("assessment:result", code=code, office_code=office_code)
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "rule_text": found.rule.text(),
        "form": form,
    }
    return TemplateResponse(request, "assessment/verdict.html", context, status=422 if form.errors else 200)

"""满意度测评 of a scheme: send it out, print letters, end it, read the result."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Indicator, LettersRequest, Scheme, Survey, SurveyedOffice
from apps.assessment.rules import Survey as SurveyRule
from apps.assessment.surveys.asking import may_ask, open_survey
from apps.assessment.surveys.closing import close_survey
from apps.assessment.surveys.forms import OpenSurveyForm
from apps.assessment.surveys.letters import order_letters
from apps.assessment.surveys.results import counts_of, questions_of
from apps.assessment.surveys.second_person import answer_letters, may_answer
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.links import base_of
from apps.core.refusals import Refusal
from apps.members.delivering import LIMIT


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def surveys(request: SignedInRequest, code: str) -> HttpResponse:
    """Each survey of the scheme; of the user's offices how many were asked and, once it has ended, what came of it."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    context = {
        "scheme": scheme,
        "asked": [_survey_rows(request, indicator) for indicator in _indicators(scheme)],
        "may_ask": may_ask(scheme, request.user),
        "today": timezone.localdate(),
        "to_answer": _to_answer(scheme, request.user),
    }
    return TemplateResponse(request, "assessment/surveys/list.html", context)


def _indicators(scheme: Scheme) -> Any:
    return Indicator.objects.filter(section__scheme=scheme, rule_kind=SurveyRule.kind).select_related(
        "survey"
    )


def _survey_rows(request: SignedInRequest, indicator: Indicator) -> dict[str, Any]:
    survey = getattr(indicator, "survey", None)
    if survey is None:
        return {"indicator": indicator, "survey": None, "rows": []}
    seen = (
        SurveyedOffice.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW)
        .filter(survey=survey)
        .select_related("office")
        .order_by("office__path")
    )
    counts = counts_of(seen)
    asked = {each.surveyed_id: each for each in _own_requests(survey, request.user)}
    rows = [
        (surveyed, questions_of(counts.get(surveyed.pk, {})), asked.get(surveyed.pk)) for surveyed in seen
    ]
    return {"indicator": indicator, "survey": survey, "rows": rows}


def _own_requests(survey: Survey, by: User) -> Any:
    """What the user asked a second person for in this survey and still stands, the newest of an office last."""
    standing = LettersRequest.objects.waiting() | LettersRequest.objects.agreed()
    return standing.filter(surveyed__survey=survey, asker=by).order_by("pk")


def _to_answer(scheme: Scheme, by: User) -> Any:
    """What waits for the user's word."""
    if not may_answer(scheme, by):
        return ()
    asked = LettersRequest.objects.waiting().filter(surveyed__survey__indicator__section__scheme=scheme)
    return asked.exclude(asker=by).select_related("asker", "surveyed__office").order_by("pk")


def _asking(request: SignedInRequest, code: str, indicator: int) -> tuple[Scheme, Indicator]:
    """For those who ask; a survey of elsewhere does not exist."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    if not may_ask(scheme, request.user):
        raise Http404
    return scheme, get_object_or_404(_indicators(scheme).select_related("section__scheme"), pk=indicator)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def open_now(request: SignedInRequest, code: str, indicator: int) -> HttpResponse:
    """Draw the people and make their invitations."""
    scheme, found = _asking(request, code, indicator)
    form = OpenSurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_survey(found, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("测评已发出。请打印函件；有本人档案的成员会在其中看到。"))
            return redirect("assessment:surveys", code=code)
    context = {"scheme": scheme, "indicator": found, "rule_text": found.rule.text(), "form": form}
    return TemplateResponse(
        request, "assessment/surveys/open.html", context, status=422 if form.errors else 200
    )


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def close_now(request: SignedInRequest, code: str, indicator: int) -> HttpResponse:
    """End it before its last day."""
    _scheme, found = _asking(request, code, indicator)
    survey = get_object_or_404(Survey, indicator=found)
    try:
        close_survey(survey, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("测评已结束，下次汇总计入得分。"))
    return redirect("assessment:surveys", code=code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def letters(request: SignedInRequest, code: str, indicator: int, office_code: str) -> HttpResponse:
    """Ask for the PDF of an office's letters, or first for somebody's agreement to so many."""
    _scheme, found = _asking(request, code, indicator)
    surveyed = get_object_or_404(
        SurveyedOffice, survey__indicator=found, office__code=office_code, asked__gt=0
    )
    try:
        job = order_letters(surveyed, base=base_of(request), by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("assessment:surveys", code=code)
    if job is None:
        asked = _("30 天内打印的人数将超过 %(limit)d 人，已请另一名业务管理员同意。")
        messages.success(request, asked % {"limit": LIMIT})
        return redirect("assessment:surveys", code=code)
    return redirect("jobs:detail", job.public_id)


@requires(Permission.EXPORT_APPROVE)
@require_POST
def answer_request(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The second person's word on letters past what one user prints alone."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    if not may_answer(scheme, request.user):
        raise Http404
    asked = get_object_or_404(LettersRequest, pk=pk, surveyed__survey__indicator__section__scheme=scheme)
    agreed = request.POST.get("answer") == "agree"
    try:
        answer_letters(asked, agreed=agreed, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已同意，申请人 24 小时内可以打印。") if agreed else _("已退回申请。"))
    return redirect("assessment:surveys", code=code)

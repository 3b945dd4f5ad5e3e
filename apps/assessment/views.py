"""Pages of the assessment: schemes, results that explain themselves, declared figures."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.advice import advice_for
from apps.assessment.editing.limits import takes_changes
from apps.assessment.explaining import explain, parts_of, speaks_of_few, tree_of, waiting_figures
from apps.assessment.forms import SchemeFileForm
from apps.assessment.general_assessment import FORMATS, export_scores, may_hand_up
from apps.assessment.models import Result, ResultItem, Rollup, Scheme, WorkingCopy
from apps.assessment.numbers import percent, plain
from apps.assessment.rollup_jobs import ROLLUP
from apps.assessment.rounds.standing import round_of
from apps.assessment.schemeyaml import SchemeRefused
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal
from apps.jobs.actions import enqueue


def scheme_or_404(request: SignedInRequest, code: str, permission: Permission) -> Scheme:
    """A scheme the user may see with this permission; one of elsewhere does not exist."""
    found: Scheme = get_object_or_404(
        Scheme.objects.visible_to(request.user, permission).select_related("office"), code=code
    )
    return found


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def schemes(request: SignedInRequest) -> HttpResponse:
    """All schemes that concern the user's offices."""
    found = Scheme.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW).select_related("office")
    context = {
        "schemes": found,
        "rollups": {rollup.year: rollup for rollup in Rollup.objects.all()},
        "may_manage": Permission.ASSESSMENT_MANAGE in request.user.permissions,
    }
    return TemplateResponse(request, "assessment/schemes.html", context)


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def scheme_page(request: SignedInRequest, code: str) -> HttpResponse:
    """The tree of indicators with points and rules in words."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    context = {
        "scheme": scheme,
        "tree": tree_of(scheme),
        "groups": scheme.groups_with_offices(),
        "grades": [
            (grade.name, plain(grade.at_least), percent(grade.quota) if grade.quota else "")
            for grade in scheme.grade_bounds()
        ],
        "may_edit": request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office),
        "takes_changes": takes_changes(scheme),
        "is_unfinished": WorkingCopy.objects.filter(scheme=scheme).exists(),
    }
    return TemplateResponse(request, "assessment/scheme.html", context)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def import_scheme(request: SignedInRequest) -> HttpResponse:
    """A scheme file, or everything that is wrong with it."""
    form = SchemeFileForm(request.POST or None, request.FILES or None)
    findings = []
    if request.method == "POST" and form.is_valid():
        try:
            scheme = adopt_scheme(form.cleaned_data["file"].read(), by=request.user)
        except SchemeRefused as refused:
            findings = refused.findings
        else:
            messages.success(request, _("方案已导入为草稿，请核对后启动。"))
            return redirect("assessment:scheme", code=scheme.code)
    context = {"form": form, "findings": findings}
    status = 422 if findings or form.errors else 200
    return TemplateResponse(request, "assessment/import.html", context, status=status)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def open_scheme_now(request: SignedInRequest, code: str) -> HttpResponse:
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    if not request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Http404
    try:
        open_scheme(scheme, by=request.user)
    except SchemeRefused as refused:
        messages.error(request, _("方案还有 %(n)s 处待改，没有启动") % {"n": len(refused.findings)})
        return redirect("assessment:edit", code=code)
    messages.success(request, _("方案已启动为第 1 版；下次汇总后可看到得分。"))
    return redirect("assessment:scheme", code=code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def roll_up_now(request: SignedInRequest) -> HttpResponse:
    """Ask for a rollup of the current year; it goes on without the page."""
    enqueue(ROLLUP, params={"year": timezone.localdate().year}, by=request.user)
    messages.success(request, _("已开始汇总，完成后得分自动更新；进度见“任务”。"))
    return redirect("assessment:schemes")


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def export_final_scores(request: SignedInRequest, code: str) -> HttpResponse:
    """The decided scores as a file, for the general assessment of the county or city."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    wanted = request.POST.get("format")
    if wanted not in FORMATS or not request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Http404
    try:
        stored = export_scores(scheme, wanted, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("assessment:results", code=code)
    return redirect("files:download", stored.public_id)


# Results ------------------------------------------------------------------------------------------------------------


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def results(request: SignedInRequest, code: str) -> HttpResponse:
    """The offices of each group by score, as far as the user may see them."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    seen = (
        Result.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW)
        .filter(scheme=scheme)
        .select_related("office", "group")
        .order_by("group__position", "-total", "-earned", "office__path")
    )
    groups: dict[Any, list[Result]] = {}
    for each in seen:
        groups.setdefault(each.group, []).append(each)
    context = {
        "scheme": scheme,
        "groups": groups,
        "hidden": scheme.assessed_offices.count() - len(seen),
        "rollup": Rollup.objects.filter(year=scheme.year).first(),
        "waiting": waiting_figures(scheme),
        "may_hand_up": may_hand_up(scheme, request.user),
    }
    return TemplateResponse(request, "assessment/results.html", context)


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def result(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    """One office's score: every point opens to its rule, its figure and the records behind it."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    found = get_object_or_404(
        Result.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW).select_related(
            "scheme__office", "office", "group"
        ),
        scheme=scheme,
        office__code=office_code,
    )
    parts, items = parts_of(scheme), list(ResultItem.objects.filter(result=found))
    few = speaks_of_few(found, request.user)
    context: dict[str, Any] = {
        "scheme": scheme,
        "result": found,
        "sections": explain(found, hide_people=few, parts=parts, items=items),
        "rollup": Rollup.objects.filter(year=scheme.year).first(),
        "advice": advice_for(found, request.user, parts=parts, items=items),
        "may_declare": scheme.state == Scheme.State.OPEN
        and request.user.may(Permission.FIGURE_DECLARE, found.office),
        "may_review": request.user.may(Permission.FIGURE_DECLARE, scheme.office),
    }
    context |= round_of(found, context["sections"], request.user)
    return TemplateResponse(request, "assessment/result.html", context)

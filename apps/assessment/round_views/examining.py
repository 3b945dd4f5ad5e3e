"""审核: what is computed beside what is claimed, office by office; judges' marks; who examines."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.grids.signing import is_review_over
from apps.assessment.models import Assessed, Examiner, Group, Indicator, Mark, Scheme
from apps.assessment.round_views.common import assessed_place, done_or_refused, indicator_of, result_of
from apps.assessment.round_views.forms import ExaminersForm, MarkForm
from apps.assessment.rounds import judging
from apps.assessment.rounds.panels import Panel, examiners_of
from apps.assessment.rounds.reading import review_sections
from apps.assessment.rounds.reviewing import candidates, may_examine, may_review, name_examiners
from apps.assessment.rules import Judged
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal


@requires(Permission.FIGURE_DECLARE)
@require_safe
def examine(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    """One office for its reviewers: every item with what was computed, claimed, declared and judged."""
    scheme, office = assessed_place(request, code, office_code)
    if not may_review(scheme, request.user):
        raise Http404
    result = result_of(scheme, office)
    neighbours = list(Assessed.objects.filter(scheme=scheme).select_related("office"))
    context = {
        "scheme": scheme,
        "office": office,
        "result": result,
        "sections": review_sections(scheme, office, result, request.user.pk),
        "offices": [each.office for each in neighbours],
        "may_examine": may_examine(scheme, office, request.user)
        and scheme.state in (Scheme.State.OPEN, Scheme.State.REVIEW),
    }
    return TemplateResponse(request, "assessment/round/examine.html", context)


@requires(Permission.ASSESSMENT_JUDGE)
@require_safe
def judging_page(request: SignedInRequest, code: str) -> HttpResponse:
    """What the user judges: item by item, the offices of the group side by side; only their own marks."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_JUDGE)
    panel = Panel.load(scheme)
    judged = list(
        Indicator.objects.filter(section__scheme=scheme, rule_kind=Judged.kind)
        .select_related("section")
        .order_by("section__position", "position")
    )
    assessed = list(Assessed.objects.filter(scheme=scheme).select_related("office", "group"))
    mine = [each for each in assessed if request.user.pk in panel.judges.get(each.group_id, ())]
    items = [
        (
            indicator,
            [
                (
                    each,
                    judging.standing_of(panel, scheme, indicator, each.office_id, request.user.pk),
                    request.user.pk in panel.judges_of(each.office_id),
                )
                for each in mine
                if indicator.is_for(each.group.name)
            ],
        )
        for indicator in judged
    ]
    context = {
        "scheme": scheme,
        "items": items if mine else [],
        "waiting": judging.waiting_for_judge(scheme, request.user),
        "may_mark": scheme.state == Scheme.State.REVIEW,
    }
    return TemplateResponse(request, "assessment/round/judging.html", context)


@requires(Permission.ASSESSMENT_JUDGE)
@require_http_methods(["GET", "POST"])
def mark(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """One mark of the user, beside what the office says and the descriptors."""
    scheme, office = assessed_place(request, code, office_code)
    found = indicator_of(scheme, indicator)
    panel = Panel.load(scheme)
    if request.user.pk not in panel.judges_of(office.pk) or not isinstance(found.rule, Judged):
        raise Http404
    known = Mark.objects.filter(indicator=found, office=office, judge=request.user).first()
    form = MarkForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            judging.give_mark(found, office, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("评分已保存。"))
            return redirect("assessment:judging", code=code)
    rows = [row for part in review_sections(scheme, office, None, request.user.pk) for row in part.rows]
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "rule": found.rule,
        "row": next(row for row in rows if row.indicator.pk == found.pk),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/mark.html", context, status=status)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def examiners(request: SignedInRequest, code: str) -> HttpResponse:
    """Who reviews and who judges each group."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    if not request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Http404
    offered = {task: candidates(scheme, task) for task in Examiner.Task}
    if request.method == "POST":
        group = get_object_or_404(Group, pk=request.POST.get("group") or 0, scheme=scheme)
        if request.POST.get("task") not in Examiner.Task.values:
            raise Http404
        task = Examiner.Task(request.POST["task"])
        form = ExaminersForm(request.POST, offered=offered[task])
        if form.is_valid():
            users = list(form.cleaned_data["users"])
            done_or_refused(
                request, lambda: name_examiners(group, task, users, by=request.user), _("评审人员已更新。")
            )
        else:
            messages.error(request, _("所选人员没有相应的权限"))
        return redirect("assessment:examiners", code=code)
    named = {task: examiners_of(scheme, task) for task in Examiner.Task}
    cards = [
        (
            group,
            [
                (
                    task,
                    named[task].get(group.pk, []),
                    ExaminersForm(
                        offered=offered[task],
                        initial={"users": [user.pk for user in named[task].get(group.pk, [])]},
                        auto_id=f"{task}-{group.pk}-%s",
                    ),
                )
                for task in Examiner.Task
            ],
        )
        for group in scheme.groups.all()
    ]
    wanted = [
        each.rule.judges
        for each in Indicator.objects.filter(section__scheme=scheme, rule_kind=Judged.kind)
        if isinstance(each.rule, Judged)
    ]
    context = {
        "scheme": scheme,
        "cards": cards,
        "judges_wanted": max(wanted, default=0),
        "may_print": is_review_over(scheme),
    }
    return TemplateResponse(request, "assessment/round/examiners.html", context)

"""审核: what is computed beside what is claimed, office by office; judges' marks; who examines."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.assessment.grids.signing import is_review_over
from apps.assessment.models import Assessed, Examiner, Group, Indicator, Scheme
from apps.assessment.round_views.common import done_or_refused, indicator_of
from apps.assessment.round_views.forms import ExaminersForm, MarkForm
from apps.assessment.rounds import judging
from apps.assessment.rounds.panels import Panel, examiners_of
from apps.assessment.rounds.reading import Scored, review_sections, submitted
from apps.assessment.rounds.reviewing import candidates, may_review, name_examiners
from apps.assessment.rules import Judged
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.offices.models import Office


@requires(Permission.FIGURE_DECLARE)
@require_safe
def examine(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    """One office for its reviewers: every item with what was computed, claimed, declared and judged."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    if not may_review(scheme, request.user):
        raise Http404
    panel = Panel.load(scheme)
    office = _assessed(panel, office_code)
    scored = Scored.load(scheme, office)
    context = {
        "scheme": scheme,
        "office": office,
        "result": scored.result,
        "sections": review_sections(scheme, office, scored, panel, request.user.pk),
        "offices": panel.offices,
        "may_examine": panel.may_be_reviewed_by(office.pk, request.user.pk)
        and scheme.state in (Scheme.State.OPEN, Scheme.State.REVIEW),
    }
    return TemplateResponse(request, "assessment/round/examine.html", context)


def _assessed(panel: Panel, code: str) -> Office:
    """Who examines sees every office of the schemes they see."""
    for office in panel.offices:
        if office.code == code:
            return office
    raise Http404


@requires(Permission.ASSESSMENT_JUDGE)
@require_safe
def judging_page(request: SignedInRequest, code: str) -> HttpResponse:
    """What the user judges: item by item, the offices of the group side by side; only their own marks."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_JUDGE)
    panel = Panel.load(scheme)
    judged = judging.judged_items(scheme)
    mine = [each for each in panel.assessed if request.user.pk in panel.judges.get(each.group_id, ())]
    items = [(item, _places(panel, scheme, item, mine, request.user.pk)) for item in judged]
    context = {
        "scheme": scheme,
        "items": items if mine else [],
        "waiting": judging.owed_by(scheme, panel, judged, request.user),
        "may_mark": scheme.state == Scheme.State.REVIEW,
    }
    return TemplateResponse(request, "assessment/round/judging.html", context)


def _places(
    panel: Panel, scheme: Scheme, indicator: Indicator, assessed: list[Assessed], judge: int
) -> list[tuple[Assessed, judging.Standing, bool]]:
    """The offices of one item: how far its marks are, and whether this judge marks there."""
    return [
        (
            each,
            judging.standing_of(panel, scheme, indicator, each.office_id, judge),
            judge in panel.judges_of(each.office_id),
        )
        for each in assessed
        if indicator.is_for(each.group.name)
    ]


@requires(Permission.ASSESSMENT_JUDGE)
@require_http_methods(["GET", "POST"])
def mark(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """One mark of the user, beside what the office says and the descriptors."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    found = indicator_of(scheme, indicator)
    panel = Panel.load(scheme)
    office = _assessed(panel, office_code)
    if request.user.pk not in panel.judges_of(office.pk) or not isinstance(found.rule, Judged):
        raise Http404
    known = panel.marks.get((found.pk, office.pk), {}).get(request.user.pk)
    form = MarkForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            judging.give_mark(found, office, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("评分已保存。"))
            return redirect("assessment:judging", code=code)
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "rule": found.rule,
        "row": submitted(scheme, office, panel).row(found),
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
        _name(request, scheme, offered)
        return redirect("assessment:examiners", code=code)
    judged = [each.rule for each in judging.judged_items(scheme)]
    context = {
        "scheme": scheme,
        "cards": _cards(scheme, offered),
        "judges_wanted": max((rule.judges for rule in judged if isinstance(rule, Judged)), default=0),
        "may_print": is_review_over(scheme),
    }
    return TemplateResponse(request, "assessment/round/examiners.html", context)


Offered = dict[Examiner.Task, list[User]]


def _name(request: SignedInRequest, scheme: Scheme, offered: Offered) -> None:
    """What was chosen for one task of one group; a message says what became of it."""
    groups = {str(group.pk): group for group in scheme.groups.all()}
    group = groups.get(request.POST.get("group", ""))
    if group is None or request.POST.get("task") not in Examiner.Task.values:
        raise Http404
    task = Examiner.Task(request.POST["task"])
    form = ExaminersForm(request.POST, offered=offered[task])
    if not form.is_valid():
        messages.error(request, _("所选人员没有相应的权限"))
        return
    users = list(form.cleaned_data["users"])
    done_or_refused(
        request, lambda: name_examiners(group, task, users, by=request.user), _("评审人员已更新。")
    )


Card = tuple[Group, list[tuple[Examiner.Task, list[User], ExaminersForm]]]


def _cards(scheme: Scheme, offered: Offered) -> list[Card]:
    """Each group with both tasks: who is named, and the form to name others."""
    named = {task: examiners_of(scheme, task) for task in Examiner.Task}

    def form(task: Examiner.Task, group: Group, users: list[User]) -> ExaminersForm:
        chosen = {"users": [user.pk for user in users]}
        return ExaminersForm(offered=offered[task], initial=chosen, auto_id=f"{task}-{group.pk}-%s")

    def tasks(group: Group) -> list[tuple[Examiner.Task, list[User], ExaminersForm]]:
        users = {task: named[task].get(group.pk, []) for task in Examiner.Task}
        return [(task, users[task], form(task, group, users[task])) for task in Examiner.Task]

    return [(group, tasks(group)) for group in scheme.groups.all()]

"""审定: the leader's page of all totals and grades, and one office's grade."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Group, Objection, Scheme
from apps.assessment.round_views.common import assessed_place
from apps.assessment.round_views.forms import DecideForm
from apps.assessment.round_views.progress import offered_steps
from apps.assessment.rounds.deciding import Line, decision_lines, note_decision
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def decision(request: SignedInRequest, code: str) -> HttpResponse:
    """Every office with its points, the grade they give and the grade that is decided. For the office that assesses."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    may_decide = request.user.may(Permission.ASSESSMENT_DECIDE, scheme.office)
    if not may_decide and not may_review(scheme, request.user):
        raise Http404
    groups: dict[Group, list[Line]] = {}
    for line in decision_lines(scheme):
        groups.setdefault(line.result.group, []).append(line)
    objections = Objection.objects.filter(indicator__section__scheme=scheme)
    context = {
        "scheme": scheme,
        "groups": groups,
        "objections": objections.count(),
        "objections_open": objections.open().count(),
        "may_decide": may_decide and scheme.state == Scheme.State.OBJECTION,
        "offered": [each for each in offered_steps(scheme, request.user) if each.step.became == "decided"],
    }
    return TemplateResponse(request, "assessment/round/decision.html", context)


@requires(Permission.ASSESSMENT_DECIDE)
@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    """Note another grade than the points give, or a veto, each with what it rests on."""
    scheme, office = assessed_place(request, code, office_code)
    if not request.user.may(Permission.ASSESSMENT_DECIDE, scheme.office):
        raise Http404
    line = next((each for each in decision_lines(scheme) if each.result.office_id == office.pk), None)
    if line is None:
        raise Http404
    form = DecideForm(request.POST or None, scheme=scheme, known=line.decision)
    if request.method == "POST" and form.is_valid():
        try:
            note_decision(scheme, office, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已记下，审定时一并生效。"))
            return redirect("assessment:decision", code=code)
    context = {"scheme": scheme, "office": office, "line": line, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/decide.html", context, status=status)

"""进程: where the round stands, the next step and what stands in its way; what is missing; frozen facts."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.assessment.models import FrozenFacts, RoundStep, Scheme
from apps.assessment.rollup import roll_up
from apps.assessment.round_views.common import done_or_refused
from apps.assessment.round_views.forms import ReasonForm
from apps.assessment.rounds import freezing, telling
from apps.assessment.rounds.judging import waiting_for_judge
from apps.assessment.rounds.missing import by_office, missing_in
from apps.assessment.rounds.moving import Blocker, blockers, take_step
from apps.assessment.rounds.objecting import objections_until
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.rounds.speaking import spoken_for
from apps.assessment.rounds.states import S, Step, steps_from
from apps.assessment.rounds.stating import is_window_open
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.metrics import metric as metric_of
from apps.offices.models import Office

# More than the page can hold; the list of what is missing has them all.
BLOCKERS_SHOWN = 8
DIFFERENCES_SHOWN = 200


@dataclass(frozen=True)
class Station:
    """One state on the way, as the page draws it."""

    state: str
    label: Any
    is_done: bool
    is_now: bool
    step: RoundStep | None


@dataclass(frozen=True)
class Offered:
    """A step that this user may take, with what stands in its way."""

    step: Step
    blockers: list[Blocker]
    more: int = 0


def stations(scheme: Scheme, steps: list[RoundStep]) -> list[Station]:
    order = list(S)
    now = order.index(S(scheme.state))
    last = {step.became: step for step in steps}
    return [
        Station(state, state.label, number < now, number == now, last.get(state) if number <= now else None)
        for number, state in enumerate(order)
    ]


def offered_steps(scheme: Scheme, user: User) -> list[Offered]:
    """The steps from here that are the user's, forward ones first."""
    found = []
    for step in steps_from(scheme.state):
        if user.may(step.permission, scheme.office):
            in_the_way = blockers(scheme, step)
            found.append(Offered(step, in_the_way[:BLOCKERS_SHOWN], max(0, len(in_the_way) - BLOCKERS_SHOWN)))
    return found


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def round_page(request: SignedInRequest, code: str) -> HttpResponse:
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    steps = list(RoundStep.objects.filter(scheme=scheme).select_related("taken_by"))
    context = {
        "scheme": scheme,
        "stations": stations(scheme, steps),
        "steps": steps[::-1],
        "offered": offered_steps(scheme, request.user),
        "reason_form": ReasonForm(),
        "own": spoken_for(scheme, request.user),
        "window_open": is_window_open(scheme),
        "to_mark": waiting_for_judge(scheme, request.user),
        "until": objections_until(scheme) if scheme.state == S.OBJECTION else None,
        "may_review": may_review(scheme, request.user),
        "may_manage": request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office),
        "may_decide": request.user.may(Permission.ASSESSMENT_DECIDE, scheme.office),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "assessment/round/round.html", context)


@requires(Permission.ASSESSMENT_VIEW)
@require_POST
def step(request: SignedInRequest, code: str) -> HttpResponse:
    """Take one step, forward or back."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if form.errors and request.POST.get("reason"):
        messages.error(request, "；".join(str(each) for each in form.errors["reason"]))
        return redirect("assessment:round", code=code)
    done_or_refused(
        request,
        lambda: take_step(scheme, request.POST.get("became", ""), reason=reason, by=request.user),
        _("已进入下一步。"),
    )
    return redirect("assessment:round", code=code)


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def missing(request: SignedInRequest, code: str) -> HttpResponse:
    """缺项催报: office by office, as far as the user may see them."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    seen = set(
        Office.objects.visible_to(request.user, Permission.ASSESSMENT_VIEW)
        .filter(pk__in=scheme.assessed_offices.values("office"))
        .values_list("pk", flat=True)
    )
    found = [each for each in missing_in(scheme) if each.office.pk in seen]
    context = {
        "scheme": scheme,
        "offices": by_office(found),
        "number": len(found),
        "of_offices": len(seen),
        "may_remind": bool(found) and request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office),
    }
    return TemplateResponse(request, "assessment/round/missing.html", context)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def remind(request: SignedInRequest, code: str) -> HttpResponse:
    """催报: one message today to everybody who is asked for something."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    done_or_refused(
        request,
        lambda: telling.remind(scheme, by=request.user),
        _("已催报：同一个人一天只提醒一次。"),
    )
    return redirect("assessment:missing", code=code)


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def frozen(request: SignedInRequest, code: str) -> HttpResponse:
    """Frozen facts of the closed year, and what is counted otherwise now."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    if not may_review(scheme, request.user):
        raise Http404
    kept = list(FrozenFacts.objects.filter(scheme=scheme).select_related("frozen_by").defer("rows"))
    changed = freezing.changed_since(kept[-1]) if kept else []
    names = dict(Office.objects.filter(code__in={c.office for c in changed}).values_list("code", "name"))
    lines = [(metric_of(c.metric), names.get(c.office, c.office), c) for c in changed]
    context = {
        "scheme": scheme,
        "kept": kept[::-1],
        "lines": lines[:DIFFERENCES_SHOWN],
        "number": len(lines),
        "form": ReasonForm(),
        "may_freeze": scheme.state == S.REVIEW
        and bool(changed)
        and request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office),
    }
    return TemplateResponse(request, "assessment/round/frozen.html", context)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def freeze_again(request: SignedInRequest, code: str) -> HttpResponse:
    """Let what was corrected after the closing count, with a reason."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def freeze() -> None:
        roll_up(scheme.year)
        freezing.freeze_again(scheme, reason=reason, by=request.user)
        roll_up(scheme.year)

    done_or_refused(request, freeze, _("已重新封存，得分按更正后的数据计算。"))
    return redirect("assessment:frozen", code=code)

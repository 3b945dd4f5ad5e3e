"""移交: why and when, a successor for each pair, a look at the whole, and all of it at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal, uuids_in
from apps.core.refusals import Refusal
from apps.members.naming import Naming
from apps.pairing.handing_over import work
from apps.pairing.handing_over.applying import Plan, hand_over, what_stands_against
from apps.pairing.handing_over.reading import (
    cadres_with_pairs,
    concerned,
    pairs_to_hand_over,
    rows_for,
    work_of,
)
from apps.pairing.handing_over.terms import Terms
from apps.pairing.handover_forms import SuccessorsForm, TermsForm
from apps.pairing.models import Pairing, PairingQuerySet
from apps.pairing.views.entering import add_findings


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def hand(request: SignedInRequest) -> HttpResponse:
    """The wizard. Its first step stands in the address, the second is sent on through the review; nothing is kept."""
    user = request.user
    today = timezone.localdate()
    ticked = uuids_in(request.GET.getlist("pair"))
    cadres = None if ticked else cadres_with_pairs(user, today)
    form = TermsForm(request.GET if "why" in request.GET else None, cadres=cadres, initial=_initial(request))
    if not form.is_valid():
        status = 422 if form.errors else 200
        context = {"form": form, "ticked": len(ticked), "pairs": ticked, "planned": work.planned_work(user)}
        return render(request, "pairing/handover.html", context, status=status)
    pairs = pairs_to_hand_over(user, today)
    chosen = pairs.filter(public_id__in=ticked) if ticked else pairs.filter(cadre=form.cleaned_data["cadre"])
    return _second(request, chosen, form.terms(), whole=not ticked)


@requires(Permission.PAIRING_MANAGE)
@require_POST
def call_off(request: SignedInRequest, number: int) -> HttpResponse:
    """取消计划: the work stays in the hands it is in."""
    item = work.call_off(number, request.user)
    if item is None or item.planned is None:
        raise Http404
    said = {"work": item.label, "holder": item.planned.held_by.name}
    messages.success(request, _("已取消计划，“%(work)s”仍由%(holder)s办理。") % said)
    return redirect("pairing:hand_over")


def _second(request: SignedInRequest, chosen: PairingQuerySet, terms: Terms, *, whole: bool) -> HttpResponse:
    """Successors, then the review, then the deed."""
    user = request.user
    pairs = concerned(chosen, terms)
    stage = request.POST.get("stage", "edit")
    form = SuccessorsForm(
        request.POST or None,
        rows=rows_for(pairs, terms.granted_on(timezone.localdate())),
        work=work_of({pairing.cadre_id for pairing in pairs}, pairs, user, whole=whole),
        terms=terms,
    )
    context = _context(form, user, terms, pairs, chosen)
    if request.method == "GET" or not pairs or not form.is_valid() or stage == "edit":
        return _page(request, "pairing/handover_pairs.html", context, form, failed=stage != "edit")
    plan = form.plan()
    if stage == "apply" and _apply(request, form, plan):
        return redirect("pairing:pairs")
    against = what_stands_against(plan, user)
    for finding in against:
        if not form.has_error(finding.field):
            show_refusal(form, finding)
    if not all(finding.may_pass for finding in against):
        return _page(request, "pairing/handover_pairs.html", context, form, failed=True)
    context |= _reviewed(context, plan, warned=bool(against))
    return _page(request, "pairing/handover_review.html", context, form, failed=stage == "apply")


def _reviewed(context: dict[str, Any], plan: Plan, *, warned: bool) -> dict[str, Any]:
    rows = [{**row, "successor": plan.successors.get(row["pairing"])} for row in context["rows"]]
    return {"reviewed": rows, "passed": plan.work, "warned": warned}


def _apply(request: SignedInRequest, form: SuccessorsForm, plan: Plan) -> bool:
    try:
        made = hand_over(plan, by=request.user, confirmed=form.cleaned_data["confirmed"])
    except Refusal as refusal:
        add_findings(form, refusal)
        return False
    messages.success(request, _("已移交 %(n)d 个结对。") % {"n": len(made)})
    return True


def _page(
    request: SignedInRequest, template: str, context: dict[str, Any], form: SuccessorsForm, *, failed: bool
) -> HttpResponse:
    return render(request, template, context, status=422 if failed and form.errors else 200)


def _context(
    form: SuccessorsForm, user: User, terms: Terms, pairs: list[Pairing], chosen: PairingQuerySet
) -> dict[str, Any]:
    naming = Naming.of(user)
    return {
        "form": form,
        "terms": terms,
        "rows": [
            {"pairing": pairing, "label": naming.label_of(pairing.member), "to": to, "text": text}
            for pairing, to, text in form.pairs()
        ],
        "work": list(form.work()),
        "nobody": sum(not takers for takers in form.takers()),
        "left_out": chosen.count() - len(pairs),
    }


def _initial(request: SignedInRequest) -> dict[str, Any]:
    return {"last_on": timezone.localdate(), "cadre": request.GET.get("cadre", "")}

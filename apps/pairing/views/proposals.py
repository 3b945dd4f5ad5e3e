"""结对建议: ask for them, look at each with its reasons, accept all, some, or another cadre."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.paging import ListPage, list_page
from apps.members.models import Member
from apps.members.naming import Naming
from apps.offices.choices import chosen_office, office_choices
from apps.pairing.forms import ProposeForm
from apps.pairing.models import Proposal, ProposalRun
from apps.pairing.proposing.accepting import ask_to_accept
from apps.pairing.proposing.making import ask_for_proposals
from apps.pairing.proposing.others import Others, Taker
from apps.pairing.proposing.reasons import refusal_words


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """Ask for proposals; those of the last 30 days."""
    user = request.user
    form = ProposeForm(request.POST or None, offices=office_choices(user, Permission.PAIRING_MANAGE))
    if request.method == "POST" and form.is_valid():
        office = chosen_office(user, Permission.PAIRING_MANAGE, form.cleaned_data["office"])
        if office is not None:
            return redirect("jobs:detail", ask_for_proposals(office=office, by=user).public_id)
    runs = ProposalRun.objects.visible_to(user, Permission.PAIRING_MANAGE).counted()
    page = list_page(request, runs.select_related("office", "by").order_by("-pk"))
    context = {"form": form, "page": page, "runs": page.rows}
    return render(request, "pairing/proposals.html", context, status=422 if form.errors else 200)


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One run: each member with the proposed cadre and why. Nothing happens to a row that nobody ticked."""
    user = request.user
    runs = ProposalRun.objects.visible_to(user, Permission.PAIRING_MANAGE).select_related("office")
    run = get_object_or_404(runs, public_id=public_id)
    others = Others.of(run.office, timezone.localdate())
    if request.method == "POST":
        chosen = _chosen(request, run, others)
        if chosen:
            job = ask_to_accept(run=run, chosen=chosen, by=user)
            return redirect("jobs:detail", job.public_id)
        messages.warning(request, _("请先勾选要采纳的建议。"))
    rows = _proposals(user, run).select_related("member", "cadre", "office").order_by("state", "pk")
    page = list_page(request, rows, default_size=50)
    context = {
        "run": run,
        "page": page,
        "rows": _rows(page, others, Naming.of(user)),
        "open": _takeable(user, run).count(),
    }
    return render(request, "pairing/proposal.html", context)


def _proposals(user: User, run: ProposalRun) -> Any:
    """Rows whose member has neither withdrawn nor been merged since."""
    rows = Proposal.objects.visible_to(user, Permission.PAIRING_MANAGE).filter(run=run)
    return rows.exclude(member__status__in=[Member.Status.WITHDRAWN, Member.Status.MERGED])


def _takeable(user: User, run: ProposalRun) -> Any:
    return _proposals(user, run).filter(state=Proposal.State.OPEN, cadre__isnull=False)


def _chosen(request: SignedInRequest, run: ProposalRun, others: Others) -> Mapping[int, int]:
    """By proposal, the cadre to pair with: what was ticked, or with `all` every open one as proposed."""
    if "all" in request.POST:
        return dict(_takeable(request.user, run).values_list("pk", "cadre_id"))
    ticked = {int(pk) for pk in request.POST.getlist("proposal") if pk.isascii() and pk.isdigit()}
    rows = _proposals(request.user, run).filter(pk__in=ticked).exclude(state=Proposal.State.ACCEPTED)
    found = {}
    for proposal in rows:
        typed = request.POST.get(f"cadre-{proposal.pk}", "")
        wanted = int(typed) if typed.isascii() and typed.isdigit() else proposal.cadre_id
        if wanted in others.reaching(proposal.office_path):
            found[proposal.pk] = wanted
    return found


def _rows(page: ListPage[Proposal], others: Others, naming: Naming) -> list[dict[str, Any]]:
    return [
        {
            "proposal": proposal,
            "label": naming.label_of(proposal.member),
            "takers": _takers(proposal, others),
            "why_not": refusal_words(proposal.refusal),
        }
        for proposal in page.rows
    ]


def _takers(proposal: Proposal, others: Others) -> list[Taker]:
    """Who may be chosen: the proposed cadre first, then the nearest and least burdened."""
    if proposal.state == Proposal.State.ACCEPTED:
        return []
    takers = others.nearest(proposal.office_path)
    return sorted(takers, key=lambda taker: taker.pk != proposal.cadre_id)

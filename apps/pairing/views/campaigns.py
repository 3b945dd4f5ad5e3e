"""大走访: the list of campaigns, the page of one, its words and its end. Its targets stand in `campaign_targets`."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, may_at, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.offices.choices import chosen_office
from apps.pairing.campaigns.actions import begin_campaign, change_campaign, close_campaign
from apps.pairing.campaigns.forms import CampaignForm, CloseForm, TargetFilter
from apps.pairing.campaigns.listing import campaign_lines, in_order, openable, target_lines, targets_found
from apps.pairing.campaigns.progress import CampaignFigures, asked_in, figures_of
from apps.pairing.campaigns.summary import write_summary
from apps.pairing.models import Campaign, Target, TargetQuerySet

view = requires(Permission.PAIRING_VIEW)
manage = requires(Permission.PAIRING_MANAGE)


def seen_campaign(user: User, public_id: uuid.UUID) -> Campaign:
    seen = Campaign.objects.visible_to(user, Permission.PAIRING_VIEW)
    return get_object_or_404(seen.select_related("office", "closed_by"), public_id=public_id)


def run_campaign(user: User, public_id: uuid.UUID) -> Campaign:
    """A campaign that the user runs; to others it does not exist."""
    return get_object_or_404(
        Campaign.objects.run_by(user).select_related("office", "closed_by"), public_id=public_id
    )


@view
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Campaigns that run, or those that were closed; the newest first."""
    closed = request.GET.get("state") == "closed"
    seen = Campaign.objects.visible_to(request.user, Permission.PAIRING_VIEW)
    shown = seen.exclude(closed_at=None) if closed else seen.running()
    page = list_page(request, shown.select_related("office").order_by("-starts_on", "-pk"))
    context = {
        "page": page,
        "lines": campaign_lines(page.rows),
        "closed": closed,
        "today": timezone.localdate(),
        "may_manage": Permission.PAIRING_MANAGE in request.user.permissions,
    }
    return render(request, "pairing/campaigns.html", context)


@view
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Progress by office, the targets, what was asked."""
    user, today = request.user, timezone.localdate()
    campaign = seen_campaign(user, public_id)
    asked = asked_in(campaign)
    figures = figures_of(campaign, today, asked)
    form = TargetFilter(request.GET, offices=[(line.code, line.name) for line in figures.lines])
    page = list_page(
        request,
        in_order(filtered_targets(request, campaign, form)),
        counted=filtered_targets(request, campaign, form),
    )
    context = {
        "campaign": campaign,
        "figures": figures,
        "form": form,
        "page": page,
        "lines": target_lines(page.rows, user, today),
        "asked": openable(asked, user),
        "today": today,
        "query": request.GET.urlencode(),
        "may_manage": _manages(user, campaign) and not campaign.is_closed,
    }
    return page_or_fragment(request, "pairing/campaign.html", "pairing/_targets.html", context)


def filtered_targets(request: SignedInRequest, campaign: Campaign, form: TargetFilter) -> TargetQuerySet:
    """The targets of the campaign that the user sees and the address asks for."""
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    seen = Target.objects.visible_to(request.user, Permission.PAIRING_VIEW).filter(campaign=campaign)
    office = chosen_office(request.user, Permission.PAIRING_VIEW, wanted.get("office") or "")
    return targets_found(seen, wanted, office, timezone.localdate())


def _manages(user: User, campaign: Campaign) -> bool:
    return may_at(user, Permission.PAIRING_MANAGE, campaign.office_path)


@manage
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Begin a campaign; its targets are chosen next."""
    user = request.user
    form = CampaignForm(
        request.POST or None, actor=user, is_new=True, initial={"starts_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = begin_campaign(office=form.cleaned_data["office"], content=form.content(), by=user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("pairing:campaign_pick", made.public_id)
    return _form(request, form)


@manage
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Other words or days."""
    campaign = run_campaign(request.user, public_id)
    said = {name: getattr(campaign, name) for name in ("title", "purpose", "starts_on", "ends_on")}
    form = CampaignForm(request.POST or None, actor=request.user, is_new=False, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            change_campaign(campaign=campaign, content=form.content(), by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("pairing:campaign", public_id)
    return _form(request, form, campaign)


def _form(request: SignedInRequest, form: CampaignForm, campaign: Campaign | None = None) -> HttpResponse:
    context = {"form": form, "campaign": campaign}
    return render(request, "pairing/campaign_form.html", context, status=422 if form.errors else 200)


@view
@require_safe
def summary(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """小结: a page to print, from which the campaign is ended."""
    campaign = seen_campaign(request.user, public_id)
    return _summary(request, campaign, CloseForm())


def _summary(request: SignedInRequest, campaign: Campaign, form: CloseForm) -> HttpResponse:
    figures: CampaignFigures = figures_of(campaign)
    context = {
        "campaign": campaign,
        "figures": figures,
        "form": form,
        "may_close": _manages(request.user, campaign)
        and not campaign.is_closed
        and campaign.starts_on <= timezone.localdate(),
    }
    return render(request, "pairing/campaign_summary.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def close(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """End the campaign with its closing words."""
    campaign = run_campaign(request.user, public_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            close_campaign(campaign=campaign, summary=form.cleaned_data["summary"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("走访活动已结束。"))
            return redirect("pairing:campaign_summary", public_id)
    return _summary(request, campaign, form)


@view
@require_POST
def summary_file(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """小结 as a Word file, for whoever asks for it."""
    stored = write_summary(seen_campaign(request.user, public_id), by=request.user)
    return redirect("files:download", stored.public_id)

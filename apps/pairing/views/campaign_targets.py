"""The targets of a campaign: chosen, brought by a list, given out, set aside."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal, uuids_in
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.members.importing.batches import first_mapping, take_in
from apps.members.importing.kinds import kind_named
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch, OrganizationKind
from apps.members.organization_lists import found
from apps.members.views.rosters import next_page
from apps.offices.choices import chosen_office, office_choices
from apps.pairing.campaigns.actions import add_targets, assign, drop_targets, set_aside, take_up_again
from apps.pairing.campaigns.forms import AssignForm, OrganizationPick, TargetFilter, TargetListForm
from apps.pairing.campaigns.listing import cadres_of, offered
from apps.pairing.models import Campaign, Target, TargetQuerySet
from apps.pairing.views.campaigns import filtered_targets, run_campaign

manage = requires(Permission.PAIRING_MANAGE)


@manage
@require_http_methods(["GET", "POST"])
def pick(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose organizations from the list, some or all that the filter finds."""
    user = request.user
    campaign = run_campaign(user, public_id)
    offices = office_choices(user, Permission.MEMBER_VIEW)
    # First enterprises: most campaigns are for them.
    query = request.GET if request.GET else {"kind": OrganizationKind.ENTERPRISE}
    form = OrganizationPick(query, offices=offices)
    wanted: dict[str, Any] = {"q": "", "kind": "", "state": ""}
    if form.is_valid():
        wanted |= form.cleaned_data
    office = chosen_office(user, Permission.MEMBER_VIEW, wanted.get("office") or "")
    organizations = found(offered(campaign, user), wanted, office)  # type: ignore[arg-type]
    if request.method == "POST":
        if not request.POST.get("all"):
            organizations = organizations.filter(public_id__in=uuids_in(request.POST.getlist("organization")))
        return _added(request, campaign, organizations)
    page = list_page(request, organizations.select_related("office").order_by("office_path", "name", "pk"))
    context = {"campaign": campaign, "form": form, "page": page, "query": request.GET.urlencode()}
    return render(request, "pairing/campaign_pick.html", context)


def _added(request: SignedInRequest, campaign: Campaign, organizations: Any) -> HttpResponse:
    try:
        added = add_targets(campaign=campaign, organizations=organizations, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return _back(campaign)
    if not added:
        messages.warning(request, _("请先勾选单位。"))
        return redirect(request.get_full_path())
    messages.success(
        request, ngettext("已加入 %(n)d 家单位。", "已加入 %(n)d 家单位。", added) % {"n": added}
    )
    return _back(campaign)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def bring(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Upload a list of organizations; a dry run follows."""
    campaign = run_campaign(request.user, public_id)
    form = TargetListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return next_page(_opened(request, campaign, form.cleaned_data["sheet"]))
        except Refusal as refusal:
            form.add_error("sheet", refusal.message)
    context = {"campaign": campaign, "form": form}
    return render(request, "pairing/campaign_import.html", context, status=422 if form.errors else 200)


def _opened(request: SignedInRequest, campaign: Campaign, sheet: Any) -> ImportBatch:
    kind = ImportBatch.Kind.TARGETS
    upload = Upload.read(sheet.name, sheet, kind_named(kind).vocabulary)
    mapping = first_mapping(upload, campaign.office, kind)
    return take_in(
        upload=upload,
        mapping=mapping,
        office=campaign.office,
        by=request.user,
        kind=kind,
        about=campaign.pk,
    )


@manage
@require_POST
def give(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """分派: first to whom and by when, then it is done."""
    user, today = request.user, timezone.localdate()
    campaign = run_campaign(user, public_id)
    targets = _ticked(request, campaign).open()
    count = targets.count()
    if not count:
        messages.warning(request, _("请先勾选要分派的单位；已走访和不再走访的不用分派。"))
        return _back(campaign, request.GET.urlencode())
    is_said = "stage" in request.POST
    form = AssignForm(
        request.POST if is_said else None,
        cadres=cadres_of(campaign, today),
        initial={"due_on": campaign.ends_on},
    )
    if is_said and form.is_valid():
        said = form.cleaned_data
        try:
            given = assign(
                campaign=campaign,
                targets=targets,
                among=list(said["among"]),
                due_on=said["due_on"],
                by=user,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, ngettext("已分派 %(n)d 家。", "已分派 %(n)d 家。", given) % {"n": given}
            )
            return _back(campaign, request.GET.urlencode())
    context = {
        "campaign": campaign,
        "form": form,
        "count": count,
        "query": request.GET.urlencode(),
        "all": bool(request.POST.get("all")),
        "ticked": uuids_in(request.POST.getlist("target")),
    }
    return render(request, "pairing/campaign_assign.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def drop(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take what was chosen by mistake off the list."""
    campaign = run_campaign(request.user, public_id)
    try:
        gone = drop_targets(campaign=campaign, targets=_ticked(request, campaign), by=request.user)
        messages.success(request, ngettext("已移出 %(n)d 家。", "已移出 %(n)d 家。", gone) % {"n": gone})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(campaign, request.GET.urlencode())


@requires(Permission.PAIRING_VIEW)
@require_POST
def aside(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """No visit is wanted there any more, or is after all."""
    seen = Target.objects.visible_to(request.user, Permission.PAIRING_VIEW).select_related(
        "campaign", "office"
    )
    target = get_object_or_404(seen, public_id=public_id)
    act = take_up_again if request.POST.get("again") else set_aside
    try:
        act(target=target, by=request.user)
        messages.success(
            request, _("已恢复走访。") if request.POST.get("again") else _("不再走访，也不计入应走访数。")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(target.campaign, request.GET.urlencode())


def _ticked(request: SignedInRequest, campaign: Campaign) -> TargetQuerySet:
    """What was ticked, or all that the address asks for."""
    if not request.POST.get("all"):
        return Target.objects.filter(
            campaign=campaign, public_id__in=uuids_in(request.POST.getlist("target"))
        )
    offices = office_choices(request.user, Permission.PAIRING_VIEW)
    return filtered_targets(request, campaign, TargetFilter(request.GET, offices=offices))


def _back(campaign: Campaign, query: str = "") -> HttpResponse:
    page = reverse("pairing:campaign", args=[campaign.public_id])
    return redirect(f"{page}?{query}" if query else page)

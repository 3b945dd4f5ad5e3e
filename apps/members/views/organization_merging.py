"""Two entries of one organization made one, and separated again; an organization that moves to another office."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.paging import list_page, page_of
from apps.core.refusals import Refusal
from apps.members.models import Organization, OrganizationMerge
from apps.members.organization_actions import move_organization
from apps.members.organization_forms import MoveOrganizationForm, OrganizationMergeForm
from apps.members.organization_lists import found_by_words, lines_of
from apps.members.organization_merges import (
    Entry,
    merge_organizations,
    refusal_of,
    undo_organization_merge,
)
from apps.members.organization_review import lines
from apps.members.organization_twins import (
    MOST,
    different_pairs,
    kept_by,
    likely_pairs,
    look_again,
    say_different,
    twins_of,
)
from apps.members.versions import seen_version
from apps.members.views.organizations import find_organization

manage = requires(Permission.MEMBER_MANAGE)


@manage
@require_safe
def twins(request: SignedInRequest) -> HttpResponse:
    """疑似重复: entries that are likely one organization, among all that the user keeps."""
    page = page_of(request, likely_pairs(request.user), default_size=20)
    return render(request, "organizations/twins.html", {"page": page, "may_manage": True})


@manage
@require_safe
def different(request: SignedInRequest) -> HttpResponse:
    """What was said to be two organizations, with the way back."""
    page = list_page(request, different_pairs(request.user))
    return render(request, "organizations/different.html", {"page": page, "may_manage": True})


@manage
@require_POST
def say_two(request: SignedInRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """Two organizations: the pair is not shown again."""
    one = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    two = find_organization(request, other, Permission.MEMBER_MANAGE)
    if one != two:
        say_different(one=one, other=two, by=request.user)
        messages.success(request, _("已记为不是同一个单位，以后不再提示"))
    return redirect("organizations:twins")


@manage
@require_POST
def compare_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """They may be one after all."""
    look_again(pair=get_object_or_404(different_pairs(request.user), pk=pk), by=request.user)
    messages.success(request, _("已放回待核对"))
    return redirect("organizations:different")


@manage
@require_safe
def choose_twin(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """With which other entry this one is to be compared: likely ones, and whatever is searched for."""
    shown = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    words = request.GET.get("q", "").strip()[:60]
    others = found_by_words(kept_by(request.user), words) if words else Organization.objects.none()
    context = {
        "organization": shown,
        "words": words,
        "twins": twins_of(shown, request.user),
        "others": others.exclude(pk=shown.pk).select_related("office").order_by("name", "pk")[:MOST],
    }
    return render(request, "organizations/choose_twin.html", context)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def merge(request: SignedInRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """Both side by side: `public_id` stays, `other` becomes part of it."""
    kept = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    duplicate = find_organization(request, other, Permission.MEMBER_MANAGE)
    form = OrganizationMergeForm(request.POST or None)
    refused = refusal_of(kept, duplicate)
    if request.method == "POST" and form.is_valid() and not refused:
        said = form.cleaned_data
        try:
            merge_organizations(
                kept=Entry(organization=kept, version=said["kept_version"]),
                duplicate=Entry(organization=duplicate, version=said["duplicate_version"]),
                from_duplicate=frozenset(said["take"]),
                by=request.user,
            )
        except Refusal as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("已合并。三十天内可以在“团体和单位—已合并”中撤销"))
            return redirect("organizations:detail", kept.public_id)
    return _review(request, kept, duplicate, form, refused)


def _review(
    request: SignedInRequest,
    kept: Organization,
    duplicate: Organization,
    form: OrganizationMergeForm,
    refused: str,
) -> HttpResponse:
    taken = frozenset(form.cleaned_data.get("take", ())) if form.is_bound else None
    counts = lines_of([kept, duplicate], request.user, timezone.localdate())
    context = {
        "kept": kept,
        "duplicate": duplicate,
        "kept_version": seen_version(kept),
        "duplicate_version": seen_version(duplicate),
        "members": [line.members for line in counts],
        "lines": lines(kept, duplicate, taken),
        "refused": refused,
        "can_swap": not refusal_of(duplicate, kept),
    }
    status = 422 if form.errors else 409 if refused and form.is_bound else 200
    return render(request, "organizations/merge.html", context, status=status)


@manage
@require_safe
def merged(request: SignedInRequest) -> HttpResponse:
    """What was merged, the latest first, with the way back."""
    seen = OrganizationMerge.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    found = seen.select_related("kept__office", "duplicate__office", "by", "undone_by").order_by("-pk")
    context = {"page": list_page(request, found), "may_manage": True}
    return TemplateResponse(request, "organizations/merged.html", context)


@manage
@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both come back with their own links."""
    seen = OrganizationMerge.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    done = get_object_or_404(seen.select_related("duplicate__office"), pk=pk)
    if not request.user.may(Permission.MEMBER_MANAGE, done.duplicate.office):
        messages.error(request, _("另一个单位不在您的管理范围，请联系上级撤销"))
        return redirect("organizations:merged")
    try:
        undo_organization_merge(merge=done, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤销合并，两个单位都已恢复"))
    return redirect("organizations:merged")


@manage
@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Registered at another office from now on."""
    shown = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    form = MoveOrganizationForm(request.POST or None, actor=request.user, organization=shown)
    if request.method == "POST" and form.is_valid():
        try:
            move_organization(organization=shown, office=form.cleaned_data["office"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已改到%(office)s") % {"office": form.cleaned_data["office"].name})
            return redirect("organizations:detail", public_id)
    context: dict[str, Any] = {"form": form, "title": _("变更登记机构"), "organization": shown}
    return render(request, "organizations/form.html", context, status=422 if form.errors else 200)

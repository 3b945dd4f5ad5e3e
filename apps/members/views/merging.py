"""Two registrations made one, and separated again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.members.duplicate_forms import MergeForm
from apps.members.merge_review import lines
from apps.members.merges import Side, merge_members, refusal_of, undo_merge
from apps.members.models import Member, Merge

manage = requires(Permission.MEMBER_MANAGE)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def merge(request: SignedInRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """Both side by side: `public_id` stays, `other` becomes part of it."""
    kept, duplicate = _member(request, public_id), _member(request, other)
    form = MergeForm(request.POST or None)
    refused = refusal_of(kept, duplicate)
    if request.method == "POST" and form.is_valid() and not refused:
        said = form.cleaned_data
        try:
            merge_members(
                kept=Side(member=kept, version=said["kept_version"]),
                duplicate=Side(member=duplicate, version=said["duplicate_version"]),
                from_duplicate=frozenset(said["take"]),
                by=request.user,
            )
        except Refusal as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("已合并。三十天内可以在“重复登记—已合并”中撤销"))
            return redirect("members:detail", kept.public_id)
    return _review(request, kept, duplicate, form, refused)


def _review(
    request: SignedInRequest, kept: Member, duplicate: Member, form: MergeForm, refused: str
) -> HttpResponse:
    for member in (kept, duplicate):
        record(AuditEvent.Action.READ, target=member, by=request.user)
    taken = frozenset(form.cleaned_data.get("take", ())) if form.is_bound else None
    context = {
        "kept": kept,
        "duplicate": duplicate,
        "lines": lines(kept, duplicate, taken),
        "refused": refused,
        "can_swap": not refusal_of(duplicate, kept),
    }
    status = 422 if form.errors else 409 if refused and form.is_bound else 200
    return render(request, "members/merge.html", context, status=status)


@manage
@require_safe
def merges(request: SignedInRequest) -> HttpResponse:
    """What was merged, the latest first, with the way back."""
    found = Merge.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    found = found.select_related("kept__office", "duplicate", "by", "undone_by").order_by("-pk")
    return TemplateResponse(request, "members/merges.html", {"page": list_page(request, found)})


@manage
@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both come back with their own links."""
    found = Merge.objects.visible_to(request.user, Permission.MEMBER_MANAGE).select_related("duplicate")
    done = get_object_or_404(found, pk=pk)
    if not request.user.may(Permission.MEMBER_MANAGE, done.duplicate.office):
        messages.error(request, _("另一份登记不在您的管理范围，请联系上级撤销"))
        return redirect("members:merges")
    try:
        undo_merge(merge=done, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤销合并，两份登记都已恢复"))
    return redirect("members:merges")


def _member(request: SignedInRequest, public_id: UUID) -> Member:
    members = Member.objects.visible_to(request.user, Permission.MEMBER_MANAGE).select_related("office")
    return get_object_or_404(members, public_id=public_id)

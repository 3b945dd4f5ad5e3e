"""What was changed in a member's file."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.paging import SIZES, ListPage
from apps.members.history import history_of
from apps.members.models import Member
from apps.members.naming import may_open


@requires(Permission.MEMBER_VIEW)
@require_safe
@never_cache
def history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who changed what and when, old and new. For those who may read the file; others are asked why there."""
    members = Member.objects.visible_to(request.user, Permission.MEMBER_VIEW).select_related("office")
    member = get_object_or_404(members, public_id=public_id)
    if not may_open(request.user, member):
        return redirect("members:detail", public_id)
    record(AuditEvent.Action.READ, target=member, by=request.user)
    size = next((size for size in SIZES if str(size) == request.GET.get("size")), SIZES[0])
    pages = Paginator(history_of(member), size)
    shown = pages.get_page(request.GET.get("page"))
    page = ListPage(list(shown.object_list), shown.number, size, pages.count, request.GET)
    may_manage = request.user.may(Permission.MEMBER_MANAGE, member.office)
    context = {"member": member, "page": page, "may_manage": may_manage}
    return TemplateResponse(request, "members/history.html", context)

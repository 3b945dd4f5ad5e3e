"""Who left and when they are erased: by record number alone, with the holds of two persons."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires, within
from apps.core.forms import show_refusal
from apps.core.paging import list_page, page_of
from apps.core.refusals import Refusal
from apps.members.erasing.due import due_by_office
from apps.members.erasing.leaving import (
    agree_to_hold,
    ask_for_hold,
    erasure_due_on,
    leaving,
    say_told,
    with_holds,
)
from apps.members.erasing.retention import YEARS
from apps.members.leaving_forms import HoldForm, ToldForm
from apps.members.models import ErasureHold, Member, MemberQuerySet

manage = requires(Permission.MEMBER_MANAGE)


def _those_of(request: SignedInRequest) -> MemberQuerySet:
    return leaving().filter(within(request.user.office_ranges(Permission.MEMBER_MANAGE)))


@manage
@require_safe
def leaving_list(request: SignedInRequest) -> HttpResponse:
    """Who withdrew and is not erased yet, the next to go first."""
    today = timezone.localdate()
    page = list_page(request, with_holds(_those_of(request)).order_by("status_since", "pk"))
    rows = [(member, erasure_due_on(member, member.holds, today)) for member in page.rows]
    context = {"page": page, "rows": rows, "today": today, "told_form": ToldForm(initial={"told_on": today})}
    return TemplateResponse(request, "members/leaving.html", context)


@manage
@require_safe
def texts_due(request: SignedInRequest) -> HttpResponse:
    """Texts that the monthly job will empty, by office: how many of what, and when."""
    rows = due_by_office(request.user.office_ranges(Permission.MEMBER_MANAGE))
    page = page_of(request, rows)
    return TemplateResponse(request, "members/texts_due.html", {"page": page, "years": YEARS})


@manage
@require_http_methods(["GET", "POST"])
def hold(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask that somebody's records be kept for a while."""
    member: Member = get_object_or_404(_those_of(request).select_related("office"), public_id=public_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_hold(member=member, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已提出，经另一人同意后生效，并须书面告知本人。"))
            return redirect("members:leaving")
    context = {"form": form, "member": member}
    return TemplateResponse(request, "members/hold.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """The second person's word."""
    found = get_object_or_404(ErasureHold.objects.visible_to(request.user, Permission.MEMBER_MANAGE), pk=pk)
    try:
        agree_to_hold(hold=found, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已同意暂缓。请书面告知本人，并登记告知日期。"))
    return redirect("members:leaving")


@manage
@require_POST
def told(request: SignedInRequest, pk: int) -> HttpResponse:
    """The person was told in writing."""
    found = get_object_or_404(ErasureHold.objects.visible_to(request.user, Permission.MEMBER_MANAGE), pk=pk)
    form = ToldForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(_("请填写告知日期"))
        say_told(hold=found, on=form.cleaned_data["told_on"], by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已登记。"))
    return redirect("members:leaving")

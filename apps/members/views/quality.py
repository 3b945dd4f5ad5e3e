"""资料质量: numbers per office, the list behind each, and one file after the other."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.paging import list_page
from apps.members.actions import UNCONFIRMED_DAYS
from apps.members.organization_forms import OfficeFilter
from apps.members.person import particulars_of
from apps.members.quality import BY_CODE, ISSUES, Asked, Issue, confirm_checked, place_of, rows_of, with_issue
from apps.members.views.people import find_member
from apps.offices.choices import chosen_office
from apps.offices.models import Office

# Who keeps the files puts them right, and sees the names (decision 0002).
manage = requires(Permission.MEMBER_MANAGE)


@manage
@require_safe
@never_cache
def quality(request: SignedInRequest) -> HttpResponse:
    """What is missing or old in the files of an office and of those below it."""
    office = _office(request)
    rows = rows_of(_asked(request), office)
    context = {
        "form": _filter(request, office),
        "office": office,
        "whole": rows[0],
        "rows": rows[1:],
        "issues": ISSUES,
    }
    return render(request, "members/quality.html", context)


@manage
@require_safe
@never_cache
def quality_list(request: SignedInRequest, code: str) -> HttpResponse:
    """The files that have one issue."""
    issue, office = _issue(code), _office(request)
    found = with_issue(_asked(request), issue, office).select_related("office")
    context = {
        "form": _filter(request, office),
        "issue": issue,
        "office": office,
        "page": list_page(request, found),
        "pending_days": UNCONFIRMED_DAYS,
    }
    return render(request, "members/quality_list.html", context)


@manage
@require_safe
@never_cache
def quality_file(request: SignedInRequest, code: str, public_id: UUID) -> HttpResponse:
    """One file of the list, with the ones before and after it."""
    issue, office = _issue(code), _office(request)
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    record(AuditEvent.Action.READ, target=member, by=request.user)
    found = with_issue(_asked(request), issue, office)
    context = {
        **particulars_of(member),
        "issue": issue,
        "office": office,
        "place": place_of(found, member),
        "may_manage": True,
    }
    return render(request, "members/quality_file.html", context)


@manage
@require_POST
def check(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """资料核对无误; from a list on to the next file of it."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    confirm_checked(member=member, by=request.user)
    messages.success(request, _("已记录：今天核对无误"))
    if (issue := BY_CODE.get(request.POST.get("issue", ""))) is None:
        return redirect("members:detail", public_id)
    office = _office(request)
    following = place_of(with_issue(_asked(request), issue, office), member).after
    query = urlencode({"office": office.code})
    if following is None:
        return redirect(f"{reverse('members:quality_list', args=[issue.code])}?{query}")
    return redirect(f"{reverse('members:quality_file', args=[issue.code, following])}?{query}")


def _asked(request: SignedInRequest) -> Asked:
    return Asked.by(request.user, timezone.localdate())


def _issue(code: str) -> Issue:
    if code not in BY_CODE:
        raise Http404
    return BY_CODE[code]


def _office(request: SignedInRequest) -> Office:
    """The office asked for; else the one at the top of what the user keeps."""
    code = (request.POST if request.method == "POST" else request.GET).get("office", "")
    if found := chosen_office(request.user, Permission.MEMBER_MANAGE, code):
        return found
    kept = [r.low for r in request.user.office_ranges(Permission.MEMBER_MANAGE)]
    top: Office | None = Office.objects.filter(path__in=kept).order_by("depth", "path").first()
    if top is None:
        raise Http404
    return top


def _filter(request: SignedInRequest, office: Office) -> Any:
    return OfficeFilter({"office": office.code}, actor=request.user, permission=Permission.MEMBER_MANAGE)

"""People who might be registered twice: the warning while typing, and the work list of the scan."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.paging import list_page
from apps.jobs.actions import enqueue
from apps.members import candidate_actions
from apps.members.actions import Particulars
from apps.members.duplicate_forms import TypedSearch, typed_of
from apps.members.duplicate_scan import SCAN, likeliest_first
from apps.members.duplicates import Likeness
from apps.members.lookalikes import look
from apps.members.models import DuplicateCandidate, Member, Reason

manage = requires(Permission.MEMBER_MANAGE)
State = DuplicateCandidate.State
# What the work list shows; what was merged stands on a page of its own.
SHOWN = (State.OPEN, State.DIFFERENT)


@manage
@require_POST
@never_cache
def check(request: SignedInRequest) -> HttpResponse:
    """The warning for what is typed so far. Posted: names and numbers stand in no URL."""
    found = look(TypedSearch(request.POST).typed(_edited(request)), request.user)
    return render(request, "members/_lookalikes.html", {"found": found, "member": _edited(request)})


def warned(
    request: SignedInRequest, particulars: Particulars, context: dict[str, Any], member: Member | None = None
) -> bool:
    """Whether a sent form must be shown again with a warning; sending it a second time says: I have seen it."""
    found = look(typed_of(particulars, member), request.user)
    if not found or request.POST.get("seen") == found.mark:
        return False
    context["found"] = found
    return True


@manage
@require_safe
def candidates(request: SignedInRequest) -> HttpResponse:
    """The work list: pairs that look alike, the likeliest first, or those said to be two people."""
    asked = request.GET.get("state", "")
    state = asked if asked in SHOWN else State.OPEN
    found = DuplicateCandidate.objects.visible_to(request.user, Permission.MEMBER_MANAGE).filter(state=state)
    found = found.select_related("first__office", "second__office", "decided_by")
    page = list_page(request, likeliest_first(found))
    rows = [(pair, Likeness(tuple(map(Reason, pair.reasons))).explained) for pair in page.rows]
    return TemplateResponse(request, "members/duplicates.html", {"page": page, "rows": rows, "state": state})


@manage
@require_POST
def start_scan(request: SignedInRequest) -> HttpResponse:
    """Look through the registry now and not only tonight."""
    job = enqueue(SCAN, by=request.user)
    return redirect("jobs:detail", job.public_id)


@manage
@require_POST
def different(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two people: the pair leaves the list for good."""
    candidate_actions.say_different(candidate=_find(request, pk), by=request.user)
    messages.success(request, _("已记为不是同一人，以后不再提示"))
    return redirect("members:duplicates")


@manage
@require_POST
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back onto the list."""
    candidate_actions.look_again(candidate=_find(request, pk), by=request.user)
    return redirect("members:duplicates")


def _find(request: SignedInRequest, pk: int) -> DuplicateCandidate:
    found = DuplicateCandidate.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    return get_object_or_404(found, pk=pk)


def _edited(request: SignedInRequest) -> Member | None:
    """The member whose form is being typed in, where the actor may edit them."""
    try:
        public_id = UUID(request.POST.get("edited", ""))
    except ValueError:
        return None
    members = Member.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    return members.filter(public_id=public_id).first()

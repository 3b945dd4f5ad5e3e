"""Bulk actions: ticked rows, or all by filter. The filters stand in the URL, as on the list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal, uuids_in
from apps.core.refusals import Refusal
from apps.members.bulk import Selection, letters_for, move_members, undo_move
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.list_forms import MoveForm
from apps.members.listing import ListState
from apps.members.models import BulkMove, Member
from apps.members.naming import Naming
from apps.members.saved_views import Kept

MOST_NAMED = 50
# In the session until the list shows the toast.
MOVED = "members.moved"


def selection_of(request: SignedInRequest) -> Selection | None:
    """What was ticked; None for nothing."""
    state = ListState.of(request.GET, request.user, Kept(request.user).base(request.GET))
    if request.POST.get("all"):
        return Selection(state)
    ids = tuple(uuids_in(request.POST.getlist("member")))
    return Selection(state, ids) if ids else None


def _back(request: SignedInRequest) -> HttpResponse:
    """To the list as it was."""
    return redirect(f"{reverse('members:list')}?{request.GET.urlencode()}")


@requires(Permission.MEMBER_MANAGE)
@require_POST
@never_cache
def move(request: SignedInRequest) -> HttpResponse:
    """调整机构: first how many, and where to; then it is done, with an undo."""
    selection = selection_of(request)
    if selection is None:
        messages.warning(request, _("请先勾选成员"))
        return _back(request)
    form = MoveForm(request.POST if "office" in request.POST else None, actor=request.user)
    if form.is_valid():
        try:
            made = move_members(selection=selection, office=form.cleaned_data["office"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            request.session[MOVED] = str(made.public_id)
            return _back(request)
    context = {
        "form": form,
        "selection": selection,
        "count": selection.members(request.user).count(),
        "told": selection.state.told(request.user) if selection.ids is None else [],
        "query": request.GET.urlencode(),
    }
    return render(request, "members/move.html", context, status=422 if form.errors else 200)


@requires(Permission.MEMBER_MANAGE)
@require_POST
def undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a move back, one's own."""
    moves = BulkMove.objects.filter(by=request.user)
    made = get_object_or_404(moves, public_id=public_id)
    try:
        undo_move(move=made, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("members:moved", public_id)


@requires(Permission.MEMBER_MANAGE)
@require_safe
@never_cache
def moved(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What a move did, and what its undo left where it is."""
    moves = BulkMove.objects.filter(by=request.user).select_related("office")
    made = get_object_or_404(moves, public_id=public_id)
    naming = Naming.of(request.user)
    left = Member.objects.visible_to(request.user, Permission.MEMBER_VIEW).filter(pk__in=made.left)
    context = {
        "move": made,
        "back": len(made.members) - len(made.left),
        "left": [(m.public_id, naming.label_of(m)) for m in left.order_by("pinyin", "pk")[:MOST_NAMED]],
    }
    return render(request, "members/moved.html", context)


@requires(Permission.MEMBER_MANAGE)
@require_POST
@never_cache
def letters(request: SignedInRequest) -> HttpResponse:
    """提醒本人确认: a letter for each selected member who has not confirmed yet, to print and sign."""
    selection = selection_of(request) or Selection(ListState(), ())
    try:
        members = letters_for(selection=selection, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return _back(request)
    context = {
        "members": members,
        "text": CONSENT_TEXTS[CURRENT_VERSION],
        "query": request.GET.urlencode(),
    }
    return render(request, "members/letters.html", context)

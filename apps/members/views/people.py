"""A member's page, and how members are entered and edited."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.refusals import Refusal
from apps.members import actions
from apps.members.actions import ConsentGiven, EditConflict, RevealedField, TooManyReveals
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.differences import differences
from apps.members.evidence import store_evidence
from apps.members.forms import (
    ContactForm,
    EditMemberForm,
    NewMemberForm,
    OpeningForm,
    RevealForm,
    initial_of,
)
from apps.members.merges import standing_for
from apps.members.models import GONE, Member, OwnFileCode, TakenBack
from apps.members.naming import may_open
from apps.members.person import contact_data, person_context
from apps.members.purposes import OpeningPurpose, RevealPurpose
from apps.members.sections import sections_for
from apps.members.views.duplicates import warned

# In the session until the member's page shows the toast.
TAKEN_BACK = "members.taken_back"


def find_member(request: SignedInRequest, public_id: UUID, permission: Permission) -> Member:
    """The member, where the actor may do this kind of thing to it; elsewhere it does not exist."""
    members = Member.objects.visible_to(request.user, permission).select_related("office")
    return get_object_or_404(members, public_id=public_id)


def find_standing(request: SignedInRequest, public_id: UUID) -> Member | None:
    """The registration that stands for a merged one, where the actor may see that; None for any other member."""
    # Nothing of it is shown; the one that stands is looked for among those the actor sees.
    # nosemgrep: records-of-everybody
    merged = Member.objects.filter(public_id=public_id, status=Member.Status.MERGED).first()
    if merged is None:
        return None
    seen = Member.objects.visible_to(request.user, Permission.MEMBER_VIEW)
    return seen.filter(pk=standing_for(merged).pk).first()


@requires(Permission.MEMBER_VIEW)
@require_safe
@never_cache
def member(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One member. Above the member's own office it first asks why."""
    try:
        found = find_member(request, public_id, Permission.MEMBER_VIEW)
    except Http404:
        if stands := find_standing(request, public_id):
            return redirect("members:detail", stands.public_id)
        raise
    if not may_open(request.user, found):
        return render(request, "members/closed.html", {"member": found, "form": OpeningForm()})
    record(AuditEvent.Action.READ, target=found, by=request.user)
    return render(
        request, "members/detail.html", _page(request, found) | {"taken": _just_taken_back(request, found)}
    )


def _just_taken_back(request: SignedInRequest, member: Member) -> TakenBack | None:
    """What this reader took back a moment ago, for the toast that undoes it. Shown once."""
    if TAKEN_BACK not in request.session:
        return None
    return member.taken_back.filter(pk=request.session.pop(TAKEN_BACK), undone_at=None).first()


@requires(Permission.MEMBER_VIEW)
@require_POST
def open_member(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Read a file with a reason, which the member sees."""
    found = find_member(request, public_id, Permission.MEMBER_VIEW)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return render(request, "members/closed.html", {"member": found, "form": form}, status=422)
    purpose = OpeningPurpose(form.cleaned_data["purpose"])
    actions.open_with_reason(member=found, purpose=purpose, by=request.user)
    return redirect("members:detail", public_id)


@requires(Permission.MEMBER_VIEW)
@require_POST
@never_cache
def reveal(request: SignedInRequest, public_id: UUID, field: RevealedField) -> HttpResponse:
    """Number or address in full, for a purpose; written down, thirty an hour."""
    found = find_member(request, public_id, Permission.MEMBER_VIEW)
    if not may_open(request.user, found):
        return redirect("members:detail", public_id)
    form, status, shown = RevealForm(request.POST), 200, ""
    if form.is_valid():
        try:
            purpose = RevealPurpose(form.cleaned_data["purpose"])
            shown = actions.reveal(member=found, field=field, purpose=purpose, by=request.user)
        except TooManyReveals as refusal:
            form.add_error(None, refusal.message)
            status = 429
    else:
        status = 422
    context = _page(request, found) | {
        "reveal_form": form,
        "contact_data": contact_data(found, {field: shown}),
    }
    return page_or_fragment(
        request, "members/detail.html", "members/_contact_data.html", context, status=status
    )


def _page(request: SignedInRequest, found: Member) -> dict[str, Any]:
    """What the page shows; the reader's own deeds of this request included."""
    return {
        **person_context(found),
        "reveal_form": RevealForm(),
        "contact_data": contact_data(found),
        "contact_form": ContactForm(initial={"contact_preference": found.contact_preference}),
        "may_manage": request.user.may(Permission.MEMBER_MANAGE, found.office),
        "sections": sections_for(request.user, found),
        "own_letter": found.own_codes.filter(via=OwnFileCode.Via.LETTER).first(),
        "can_confirm": found.status == Member.Status.PENDING,
        "is_gone": found.status in GONE,
    }


@requires(Permission.MEMBER_MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def new_member(request: SignedInRequest) -> HttpResponse:
    """Enter somebody: with the signed sheet active, without it waiting for confirmation."""
    form = NewMemberForm(request.POST or None, request.FILES or None, actor=request.user)
    context: dict[str, Any] = {"form": form, "text": CONSENT_TEXTS[CURRENT_VERSION]}
    if request.method == "POST" and form.is_valid() and not warned(request, form.particulars(), context):
        try:
            consent = _consent(request, form)
            made = actions.register_member(particulars=form.particulars(), consent=consent, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已登记") if consent else _("已保存，待本人确认"))
            return redirect("members:detail", made.public_id)
    status = 422 if form.errors else 409 if "found" in context else 200
    return render(request, "members/new.html", context, status=status)


def _consent(request: SignedInRequest, form: NewMemberForm) -> ConsentGiven | None:
    if not form.cleaned_data["given_on"]:
        return None
    return ConsentGiven(
        given_on=form.cleaned_data["given_on"],
        evidence=store_evidence(form.cleaned_data["scan"], form.cleaned_data["office"], request.user),
    )


@requires(Permission.MEMBER_MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def edit_member(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Edit; where somebody saved in between, both versions side by side and nothing typed lost (409)."""
    found = find_member(request, public_id, Permission.MEMBER_MANAGE)
    form = EditMemberForm(request.POST or None, actor=request.user, member=found, initial=initial_of(found))
    context: dict[str, Any] = {"form": form, "member": found}
    status = 200
    if request.method == "POST" and form.is_valid() and warned(request, form.particulars(), context, found):
        status = 409
    elif request.method == "POST" and form.is_valid():
        typed = form.particulars()
        try:
            actions.edit_member(
                member=found, version=form.cleaned_data["version"], particulars=typed, by=request.user
            )
        except EditConflict as conflict:
            context["differences"] = differences(conflict.current, typed)
            # Saving again means: I have seen the other version.
            again = request.POST.copy()
            again["version"] = str(conflict.current.version)
            form.data = again
            status = 409
        else:
            messages.success(request, _("已保存"))
            return redirect("members:detail", public_id)
    elif form.errors:
        status = 422
    return render(request, "members/edit.html", context, status=status)

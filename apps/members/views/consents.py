"""What a member agreed to, takes back, or wants less of."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.members import actions
from apps.members.actions import ConsentGiven
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.evidence import store_evidence
from apps.members.forms import ContactForm, OneConsentForm, WithdrawForm
from apps.members.models import Consent, ContactPreference, Member
from apps.members.views.people import find_member

manage = requires(Permission.MEMBER_MANAGE)


@manage
@require_safe
def consent_text(request: SignedInRequest) -> HttpResponse:
    """The text to print, read out and sign."""
    return render(request, "members/consent_text.html", {"text": CONSENT_TEXTS[CURRENT_VERSION]})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Attach the signed sheet, or name who stood by: the member becomes active."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    form = OneConsentForm(request.POST or None, request.FILES or None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_consent(member=member, consent=_given(form, member, request), by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已确认，成员在册"))
            return redirect("members:detail", public_id)
    status = 422 if form.errors else 200
    context = {"form": form, "member": member, "text": CONSENT_TEXTS[CURRENT_VERSION]}
    return render(request, "members/confirm.html", context, status=status)


def _given(form: OneConsentForm, member: Member, request: SignedInRequest) -> ConsentGiven:
    said = form.cleaned_data
    in_person = said["how"] is Consent.How.IN_PERSON
    return ConsentGiven(
        given_on=said["given_on"],
        how=said["how"],
        evidence=store_evidence(said["scan"], member.office, request.user) if said["scan"] else None,
        witness=said["witness"] if in_person else None,
    )


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The member leaves: no reason is asked."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    form = WithdrawForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        actions.withdraw_member(member=member, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, _("已办理退出，资料不再显示"))
        return redirect("members:list")
    context = {"form": form, "member": member}
    return render(request, "members/withdraw.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def contact(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How the member wants to be met."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    form = ContactForm(request.POST)
    if form.is_valid():
        wanted = ContactPreference(form.cleaned_data["contact_preference"])
        actions.set_contact_preference(member=member, preference=wanted, by=request.user)
        messages.success(request, _("联系意愿已更新"))
    else:
        messages.error(request, _("请选择联系意愿"))
    return redirect("members:detail", public_id)

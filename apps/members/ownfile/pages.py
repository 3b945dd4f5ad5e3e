"""The own file itself: read, and what the member decides alone."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.links import address_of
from apps.core.qr import picture
from apps.core.refusals import Refusal
from apps.members import actions
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.erasing.leaving import erasure_due_on, hold_on
from apps.members.models import ContactPreference, Member
from apps.members.ownfile import codes
from apps.members.ownfile.access import MemberRequest, close_session, entrance_address, own_file
from apps.members.ownfile.agreeing import agree
from apps.members.ownfile.forms import OwnContactForm
from apps.members.ownfile.held import held_by, to_agree
from apps.members.ownfile.looks import PAGE, looks_page
from apps.members.sections import own_sections_for


@own_file
@require_safe
def file(request: MemberRequest) -> HttpResponse:
    """Everything that is held, on one page."""
    member, today = request.member, timezone.localdate()
    hold = hold_on(member, today)
    looks, more = looks_page(member, 1, size=PAGE // 4)
    context = {
        "member": member,
        **held_by(member),
        "sections": own_sections_for(member),
        "looks": looks,
        "more_looks": more,
        "contact_form": OwnContactForm(initial={"contact_preference": member.contact_preference}),
        "erasure_due_on": erasure_due_on(member, [hold] if hold else [], today),
        "hold": hold,
        "today": today,
    }
    return render(request, "ownfile/file.html", context)


@own_file
@require_safe
def looks(request: MemberRequest) -> HttpResponse:
    """Who looked, all of it, newest first."""
    typed = request.GET.get("page", "")
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    rows, more = looks_page(request.member, max(page, 1))
    return render(request, "ownfile/looks.html", {"looks": rows, "more": more, "page": max(page, 1)})


@own_file
@require_POST
def leave(request: MemberRequest) -> HttpResponse:
    """End the session."""
    answer = redirect(entrance_address())
    close_session(request, answer)
    return answer


@own_file
@require_POST
def contact(request: MemberRequest) -> HttpResponse:
    """Less contact, or none, or as usual; without a reason."""
    form = OwnContactForm(request.POST)
    if form.is_valid():
        wanted = ContactPreference(form.cleaned_data["contact_preference"])
        actions.set_contact_preference(member=request.member, preference=wanted, by=None)
        messages.success(request, _("联系意愿已更新，今天起生效"))
    else:
        messages.error(request, _("请选择联系意愿"))
    return redirect("own:file")


@own_file
@require_http_methods(["GET", "POST"])
def consent(request: MemberRequest) -> HttpResponse:
    """The text in force: to read, and to agree to where that is still owed."""
    member = request.member
    owed = to_agree(member, list(member.consents.all()))
    if request.method == "POST":
        try:
            agree(member)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("已记录您的同意。您可以随时撤回。"))
        return redirect("own:file")
    return render(request, "ownfile/consent.html", {"text": CONSENT_TEXTS[CURRENT_VERSION], "owed": owed})


@own_file
@require_http_methods(["GET", "POST"])
def withdraw(request: MemberRequest) -> HttpResponse:
    """Leave the registry. No reason is asked, and nothing else follows from it."""
    member = request.member
    if request.method == "POST" and member.status != Member.Status.WITHDRAWN:
        actions.withdraw_member(member=member, on=timezone.localdate(), by=None)
        messages.success(request, _("已办理退出。您的资料即刻不再显示和使用。"))
        return redirect("own:file")
    return render(request, "ownfile/withdraw.html", {"member": member})


@own_file
@require_POST
@sensitive_variables("code")
def next_time(request: MemberRequest) -> HttpResponse:
    """A code to come back with, shown once."""
    row, code = codes.code_for_next_time(request.member)
    link = address_of(cast(HttpRequest, request), f"my-{code}")
    context: dict[str, Any] = {"row": row, "code": code, "link": link, "qr": picture(link)}
    return render(request, "ownfile/next_time.html", context)

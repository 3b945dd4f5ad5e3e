"""What goes out to departments and askers, and what comes back on paper: links, letters, replies, scans."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework import departments, letters
from apps.casework.forms import HandOutForm, ReplyForm
from apps.casework.views.page import case_page, may_handle, shows_text, visible_case
from apps.casework.views.stepping import STEPS
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.links import address_of
from apps.core.refusals import Refusal
from apps.files.views import hand_over


@requires(Permission.CASE_HANDLE)
@require_POST
@sensitive_variables("secret")
def hand_out(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """交部门办理: the 交办单 and the link, shown once."""
    case = visible_case(request.user, public_id, Permission.CASE_HANDLE)
    form = HandOutForm(request.POST, case=case, auto_id="hand_out_%s")
    if not form.is_valid():
        return case_page(request, case, STEPS, refused=("hand_out", form), status=422)
    try:
        link, secret = departments.hand_out(case=case, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return case_page(request, case, STEPS, refused=("hand_out", form), status=422)
    case.refresh_from_db()
    letter = letters.handout_letter(case, link, timezone.localdate())
    stored = letters.write(letter, name=f"交办单-{case.number}", subject=case, by=request.user)
    context = {"case": case, "link": address_of(request, secret), "made": link, "letter": stored}
    return render(request, "casework/link.html", context)


@requires(Permission.CASE_HANDLE)
@require_POST
@sensitive_variables("secret")
def asker_link(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """The asker's link, shown once."""
    case = visible_case(request.user, public_id, Permission.CASE_HANDLE)
    try:
        link, secret = departments.give_asker_link(case=case, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("casework:case", public_id)
    context = {"case": case, "link": address_of(request, secret), "made": link}
    return render(request, "casework/link.html", context)


@requires(Permission.CASE_HANDLE)
@require_POST
def reply(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """代录答复."""
    case = visible_case(request.user, public_id, Permission.CASE_HANDLE)
    form = ReplyForm(request.POST, request.FILES, case=case, auto_id="reply_%s")
    if not form.is_valid():
        return case_page(request, case, STEPS, refused=("reply", form), status=422)
    try:
        departments.record_reply(case=case, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return case_page(request, case, STEPS, refused=("reply", form), status=422)
    messages.success(request, _("部门答复已登记，请回复提出人。"))
    return redirect("casework:case", public_id)


@requires(Permission.CASE_HANDLE)
@require_POST
def answer_letter(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """答复函: made for the one who asks for it, who then fetches it."""
    case = visible_case(request.user, public_id, Permission.CASE_HANDLE)
    if not case.answer or not shows_text(request.user, case):
        messages.error(request, _("还没有可以打印的答复。"))
        return redirect("casework:case", public_id)
    stored = letters.write_answer(case, timezone.localdate(), request.user)
    return redirect("files:download", stored.public_id)


@requires(Permission.CASE_HANDLE)
@require_safe
def scan(request: SignedInRequest, public_id: uuid.UUID, reply_id: uuid.UUID) -> HttpResponse | FileResponse:
    """The scan of a department's answer, for those who see the case's text; each time is written down."""
    case = visible_case(request.user, public_id, Permission.CASE_HANDLE)
    found = get_object_or_404(case.replies.select_related("scan"), public_id=reply_id)
    if found.scan is None or not shows_text(request.user, case) or not may_handle(request.user, case):
        raise Http404
    record(AuditEvent.Action.READ, target=found, by=request.user, case=case.pk)
    return hand_over(request, found.scan)

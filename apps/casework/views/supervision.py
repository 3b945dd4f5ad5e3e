"""督办单: answer, sign-off, and the letter."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.casework import letters, supervising
from apps.casework.clock import supervising_offices
from apps.casework.forms import AnswerLetterForm
from apps.casework.models import Supervision
from apps.casework.telling import link_of
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal


def visible_letter(user: User, public_id: uuid.UUID, permission: Permission) -> Supervision:
    rows = Supervision.objects.visible_to(user, permission)
    related = ("office", "case__lead_office", "task__lead_office")
    return get_object_or_404(rows.select_related(*related), public_id=public_id)


@requires(Permission.CASE_HANDLE)
@require_POST
def answer(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    letter = visible_letter(request.user, public_id, Permission.CASE_HANDLE)
    form = AnswerLetterForm(request.POST)
    if not form.is_valid():
        for error in form.errors.get("answer", []):
            messages.error(request, str(error))
        return redirect(link_of(letter.subject))
    said = form.cleaned_data["answer"]
    return _done(
        request,
        letter,
        lambda: supervising.answer_supervision(letter=letter, answer=said, by=request.user),
        _("已反馈。"),
    )


@requires(Permission.CASE_SUPERVISE)
@require_POST
def sign_off(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    letter = visible_letter(request.user, public_id, Permission.CASE_SUPERVISE)
    return _done(request, letter, lambda: supervising.sign_off(letter=letter, by=request.user), _("已销号。"))


@requires(Permission.CASE_SUPERVISE)
@require_POST
def send_back(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    letter = visible_letter(request.user, public_id, Permission.CASE_SUPERVISE)
    return _done(
        request, letter, lambda: supervising.send_back(letter=letter, by=request.user), _("已退回重新反馈。")
    )


@requires(Permission.CASE_VIEW)
@require_POST
def print_letter(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """The 督办单 as docx: numbers and days only."""
    letter = visible_letter(request.user, public_id, Permission.CASE_VIEW)
    above = supervising_offices(letter.office)
    made = letters.supervision_letter(letter, above[1] if len(above) > 1 else above[0])
    stored = letters.write(made, name=f"督办单-{letter.number}", subject=letter, by=request.user)
    return redirect("files:download", stored.public_id)


def _done(request: SignedInRequest, letter: Supervision, do: Callable[[], object], said: str) -> HttpResponse:
    try:
        do()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(link_of(letter.subject))

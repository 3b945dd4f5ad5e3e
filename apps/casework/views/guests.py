"""The pages of those who come with a link: a department answers, the asker judges. Registered with `core.links`."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.casework import departments
from apps.casework.actions import record_verdict, reopen_case, withdraw_case
from apps.casework.forms import AskAgainForm, AskerForm, DepartmentAnswerForm
from apps.casework.models import CaseLink, Via
from apps.casework.states import OPEN, CaseState
from apps.core import scope
from apps.core.forms import show_refusal
from apps.core.links import gone, register
from apps.core.refusals import Refusal


def register_links() -> None:
    register(departments.DEPARTMENT_WORD, department)
    register(departments.ASKER_WORD, asker)


@sensitive_variables("secret")
@scope.everything("the secret opens this one case")
def department(request: HttpRequest, secret: str) -> HttpResponse:
    """One case for one department, once. No name unless the asker agreed; looking does not use the link up."""
    link = departments.live_link(secret, CaseLink.Purpose.DEPARTMENT, timezone.localdate())
    if link is None:
        return gone(request)
    form = DepartmentAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            departments.reply_by_link(link=link, text=form.cleaned_data["text"])
        except departments.LinkGone:
            return gone(request)
        return render(request, "casework/guest_done.html")
    case = link.case
    named = case.asker_name if case.may_be_named else ""
    context = {"case": case, "link": link, "form": form, "asker": named}
    return render(request, "casework/guest_department.html", context, status=422 if form.errors else 200)


@sensitive_variables("secret")
@scope.everything("the secret opens this one case")
def asker(request: HttpRequest, secret: str) -> HttpResponse:
    """The asker's own case: whether the answer does, that it is no longer wanted, or that it is to be opened again."""
    link = departments.live_link(secret, CaseLink.Purpose.ASKER, timezone.localdate())
    if link is None:
        return gone(request)
    form = _asker_form(link.case.state)(request.POST or None)
    if request.method == "POST" and (form.is_valid() or "withdraw" in request.POST):
        try:
            _say(link, form, withdraw="withdraw" in request.POST)
        except departments.LinkGone:
            return gone(request)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return render(request, "casework/guest_done.html")
    context = {"case": link.case, "form": form, "link": link, "may_withdraw": link.case.state in _STILL_OPEN}
    return render(request, "casework/guest_asker.html", context, status=422 if form.errors else 200)


_STILL_OPEN = OPEN | {CaseState.ANSWERED}


def _asker_form(state: str) -> type[forms.Form]:
    """Answered: a verdict; over: why it is to be opened again; still open: nothing to fill in."""
    if state == CaseState.ANSWERED:
        return AskerForm
    return forms.Form if state in OPEN else AskAgainForm


@transaction.atomic
def _say(link: CaseLink, form: forms.Form, *, withdraw: bool) -> None:
    departments.use_up(link)
    if withdraw:
        withdraw_case(case=link.case, by=None, via=Via.LINK)
        return
    said = form.cleaned_data
    if isinstance(form, AskAgainForm):
        reopen_case(case=link.case, reason=said["reason"], by=None, via=Via.LINK)
        return
    record_verdict(
        case=link.case,
        verdict=said["verdict"],
        why=said["why"],
        via=Via.LINK,
        said_on=timezone.localdate(),
        by=None,
    )

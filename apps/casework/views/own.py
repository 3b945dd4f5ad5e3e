"""Cases in the member's own file: asked, read, judged, taken back, opened again. The member has no account."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.casework.actions import record_verdict, reopen_case, withdraw_case
from apps.casework.asking import ask as ask_case
from apps.casework.asking import kinds_open_to
from apps.casework.forms import AskAgainForm, AskerForm
from apps.casework.models import Case, CaseKind, Via
from apps.casework.once import OnceForm, enter_once
from apps.casework.states import OPEN, CaseState
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.core.texts import ShortTextField
from apps.members.models import Member
from apps.members.ownfile.access import MemberRequest, own_file

_MAY_BE_TAKEN_BACK = OPEN | {CaseState.ANSWERED}


class OwnCaseForm(OnceForm):
    """What the member asks, in their own words."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("类型"),
        coerce=CaseKind,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("投诉由上一级机构办理，联系您的干部和其所在机构看不到。"),
    )
    text = ShortTextField(
        label=gettext_lazy("事项"),
        rows=5,
        help_text=gettext_lazy("请写明是什么事、希望怎样办理。不要写他人的个人情况。"),
    )
    may_be_named = forms.BooleanField(
        label=gettext_lazy("同意转办时告知承办部门我的姓名"),
        required=False,
        help_text=gettext_lazy("不勾选时，承办部门看不到您的姓名。"),
    )

    def __init__(self, *args: Any, kinds: list[CaseKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if kinds == [CaseKind.COMPLAINT]:
            self.initial["kind"] = CaseKind.COMPLAINT
            del self.fields["may_be_named"]  # a complaint is handed to no department


def cases_section(member: Member) -> dict[str, Any]:
    """What the member asked, where it stands, and by when an answer is owed."""
    return {
        "cases": list(Case.objects.filter(member=member).order_by("-opened_on", "-pk")),
        "may_only_complain": kinds_open_to(member) == [CaseKind.COMPLAINT],
        "today": timezone.localdate(),
    }


@own_file
@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    """Ask, suggest, complain; complain also who has left."""
    form = OwnCaseForm(request.POST or None, kinds=kinds_open_to(request.member))
    if request.method == "POST" and form.is_valid():
        try:
            case = enter_once(ask_case, by=None, member=request.member, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            day = f"{case.due_on:%Y-%m-%d}"
            messages.success(
                request, _("已提交，编号 %(number)s，%(day)s 前答复") % {"number": case.number, "day": day}
            )
            return redirect("casework:own_case", case.public_id)
    return render(request, "casework/own_new.html", {"form": form}, status=422 if form.errors else 200)


@own_file
@require_http_methods(["GET", "POST"])
def case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One case. Answered: a verdict; over: why it is to be opened again."""
    found = own_case(request, public_id)
    form_class = _form_of(found)
    form = form_class(request.POST or None) if form_class else None
    if request.method == "POST" and form and form.is_valid():
        try:
            _say(found, form)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已提交"))
            return redirect("casework:own_case", public_id)
    context = {
        "case": found,
        "form": form,
        "steps": list(found.steps.select_related("office").order_by("pk")),
        "may_take_back": found.state in _MAY_BE_TAKEN_BACK,
    }
    return render(request, "casework/own_case.html", context, status=422 if form and form.errors else 200)


@own_file
@require_POST
def take_back(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """It is no longer wanted."""
    try:
        withdraw_case(case=own_case(request, public_id), by=None, via=Via.OWN_FILE)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤回"))
    return redirect("casework:own_case", public_id)


def own_case(request: MemberRequest, public_id: UUID) -> Case:
    """One of the member's own; another's does not exist."""
    cases = Case.objects.filter(member=request.member).select_related("office", "lead_office")
    return get_object_or_404(cases, public_id=public_id)


def _form_of(case: Case) -> type[forms.Form] | None:
    if case.state == CaseState.ANSWERED:
        return AskerForm
    may_reopen = case.state in (CaseState.CONFIRMED, CaseState.CLOSED) and case.reopened_on is None
    return AskAgainForm if may_reopen else None


def _say(case: Case, form: forms.Form) -> None:
    said = form.cleaned_data
    if isinstance(form, AskAgainForm):
        reopen_case(case=case, reason=said["reason"], via=Via.OWN_FILE, by=None)
        return
    today = timezone.localdate()
    record_verdict(
        case=case, verdict=said["verdict"], why=said["why"], via=Via.OWN_FILE, said_on=today, by=None
    )

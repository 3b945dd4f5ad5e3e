"""诉求建议事项: list, page, and one address for each step."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework import actions, deadlines
from apps.casework.forms import AdoptForm, AnswerForm, CaseFilter, CaseForm, CloseForm
from apps.casework.models import Case, CaseKind, CaseQuerySet
from apps.casework.origins import origin_of
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Member
from apps.members.naming import Naming
from apps.offices.choices import chosen_office, office_choices
from apps.offices.models import Office

SOON = dt.timedelta(days=7)


@requires(Permission.CASE_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Cases by state, kind, deadline and office; the most pressing first."""
    user = request.user
    today = timezone.localdate()
    form = CaseFilter(request.GET, offices=office_choices(user, Permission.CASE_VIEW))
    cases = _narrowed(Case.objects.visible_to(user, Permission.CASE_VIEW), form, user, today)
    page = list_page(
        request,
        cases.select_related("member", "office", "lead_office").order_by("due_on", "pk"),
        count_up_to=COUNT_UP_TO,
    )
    naming = Naming.of(user)
    context = {
        "form": form,
        "page": page,
        "rows": [(case, _asker(case, naming), days_over(case, today)) for case in page.rows],
        "may_handle": Permission.CASE_HANDLE in user.permissions,
    }
    return page_or_fragment(request, "casework/list.html", "casework/_rows.html", context)


def _narrowed(cases: CaseQuerySet, form: CaseFilter, user: User, today: dt.date) -> CaseQuerySet:
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    state, due = said.get("state", ""), said.get("due")
    if state == "":
        cases = cases.exclude(state__in=[Case.State.CLOSED, Case.State.WITHDRAWN])
    elif state != "all":
        cases = cases.filter(state=state)
    if kind := said.get("kind"):
        cases = cases.filter(kind=kind)
    if due == "overdue":
        cases = cases.open().filter(due_on__lt=today)
    elif due == "soon":
        cases = cases.open().filter(due_on__range=(today, today + SOON))
    if office := chosen_office(user, Permission.CASE_VIEW, said.get("office") or ""):
        cases = cases.of_office(office)
    return cases


def days_over(case: Case, today: dt.date) -> int:
    """Days past the deadline of a case that still waits for its answer; negative before it; 0 where answered."""
    is_open = case.state in (Case.State.REGISTERED, Case.State.ACCEPTED)
    return (today - case.due_on).days if is_open else 0


def _asker(case: Case, naming: Naming) -> str:
    """The asker's name or record number, as the actor may see it."""
    return naming.label_of(case.member) if case.member else ""


@requires(Permission.CASE_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One case with the steps that are open to the reader."""
    user = request.user
    case = _visible(user, public_id, Permission.CASE_VIEW)
    if case.member and _shows_name(user, case):
        record(AuditEvent.Action.READ, target=case.member, by=user, case=case.pk)
    return _page(request, user, case)


def _visible(user: User, public_id: uuid.UUID, permission: Permission) -> Case:
    cases = Case.objects.visible_to(user, permission)
    return get_object_or_404(
        cases.select_related("member", "office", "lead_office", "entered_by"), public_id=public_id
    )


def _shows_name(user: User, case: Case) -> bool:
    member = case.member
    return bool(
        member
        and member.status != Member.Status.WITHDRAWN
        and Naming.of(user).shows(member.pk, member.office_path)
    )


def _shows_text(user: User, case: Case) -> bool:
    """Whoever sees the asker's name, and who works in the office that enters or leads the case."""
    works_at = {r.low for r in user.office_ranges(Permission.CASE_HANDLE)}
    gone = case.member is not None and case.member.status == Member.Status.WITHDRAWN
    return not gone and (
        _shows_name(user, case) or bool(works_at & {case.office_path, case.lead_office.path})
    )


def _page(
    request: SignedInRequest, user: User, case: Case, refused: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """`refused`: a step's form that came back with errors; it keeps its place on the page."""
    today = timezone.localdate()
    context: dict[str, Any] = {
        "case": case,
        "asker": _asker(case, Naming.of(user)),
        "shows_text": _shows_text(user, case),
        "origin": origin_of(user, case.origin_kind, case.origin_id),
        "over": days_over(case, today),
        "accept_by": deadlines.accept_by(case.opened_on),
        "may_handle": Case.objects.visible_to(user, Permission.CASE_HANDLE).filter(pk=case.pk).exists(),
        "is_suggestion": case.kind == CaseKind.SUGGESTION,
        "error_form": refused,
    }
    initial = {"answered_on": today, "closed_on": today, "adopted_on": today}
    for name, form in (("answer_form", AnswerForm), ("close_form", CloseForm), ("adopt_form", AdoptForm)):
        context[name] = refused if isinstance(refused, form) else form(initial=initial)
    return render(request, "casework/case.html", context, status=status)


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Enter a case by itself; `?member=` names the asker, otherwise it is nobody's own."""
    user = request.user
    member = _asking(request, user)
    office = member.office if member else _own_office(user)
    form = CaseForm(request.POST or None, initial={"opened_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.open_case(**form.cleaned_data, office=office, by=user, member=member)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已登记，请在期限内答复。"))
            return redirect("casework:case", case.public_id)
    name = Naming.of(user).label(member.pk, member.office_path, member.name) if member else ""
    context = {"form": form, "asker": name, "office": office}
    return render(request, "casework/new.html", context, status=422 if form.errors else 200)


def _asking(request: SignedInRequest, user: User) -> Member | None:
    typed = request.GET.get("member", "")
    if not typed:
        return None
    try:
        public_id = uuid.UUID(typed)
    except ValueError:
        return None
    members = Member.objects.active() & Member.objects.visible_to(user, Permission.CASE_HANDLE)
    return members.select_related("office").filter(public_id=public_id).first()


def _own_office(user: User) -> Office:
    """The office in which the user handles cases; of several the one furthest down."""
    lows = [r.low for r in user.office_ranges(Permission.CASE_HANDLE)]
    return Office.objects.filter(path__in=lows).order_by("-depth", "path")[0]


def _step(
    request: SignedInRequest,
    public_id: uuid.UUID,
    form: forms.Form | None,
    do: Callable[[Case, User, dict[str, Any]], Case],
    done: str,
) -> HttpResponse:
    """One step of a case: form, action, message, back to the page."""
    user = request.user
    case = _visible(user, public_id, Permission.CASE_HANDLE)
    if form is not None and not form.is_valid():
        return _page(request, user, case, form, status=422)
    try:
        do(case, user, form.cleaned_data if form else {})
    except Refusal as refusal:
        if form is None:
            messages.error(request, refusal.message)
            return redirect("casework:case", case.public_id)
        show_refusal(form, refusal)
        return _page(request, user, case, form, status=409 if isinstance(refusal, Conflict) else 422)
    messages.success(request, done)
    return redirect("casework:case", case.public_id)


@requires(Permission.CASE_HANDLE)
@require_POST
def accept(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request, public_id, None, lambda case, by, said: actions.accept_case(case=case, by=by), _("已受理。")
    )


@requires(Permission.CASE_HANDLE)
@require_POST
def answer(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        AnswerForm(request.POST),
        lambda case, by, said: actions.answer_case(case=case, by=by, **said),
        _("答复已登记。"),
    )


@requires(Permission.CASE_HANDLE)
@require_POST
def close(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        CloseForm(request.POST),
        lambda case, by, said: actions.close_case(case=case, by=by, **said),
        _("已办结。"),
    )


@requires(Permission.CASE_HANDLE)
@require_POST
def adopt(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        AdoptForm(request.POST),
        lambda case, by, said: actions.adopt_suggestion(
            case=case, by=by, adopted_on=said["adopted_on"], document=said["adopted_document"]
        ),
        _("采纳已登记。"),
    )


@requires(Permission.CASE_HANDLE)
@require_POST
def withdraw(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        None,
        lambda case, by, said: actions.withdraw_case(case=case, by=by),
        _("已撤回。"),
    )

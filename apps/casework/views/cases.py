"""诉求建议事项: the list, the page, a new one."""

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.actions import open_case
from apps.casework.forms import CaseFilter, CaseForm
from apps.casework.ladder import Light, light
from apps.casework.models import Case, CaseQuerySet, Supervision
from apps.casework.once import enter_once
from apps.casework.states import CaseState
from apps.casework.views.page import asker_of, case_page, shows_name, visible_case
from apps.casework.views.stepping import STEPS
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.core.refusals import Refusal
from apps.members.models import Member
from apps.members.naming import Naming
from apps.offices.choices import chosen_office, office_choices
from apps.offices.models import Office

SOON = dt.timedelta(days=7)


@requires(Permission.CASE_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Cases by state, kind, deadline and office; the most pressing first. `?view=` mine or my office's."""
    user = request.user
    today = timezone.localdate()
    offices = office_choices(user, Permission.CASE_VIEW)
    form = CaseFilter(request.GET, offices=offices, leads=_lead_choices(user))
    cases = narrowed(Case.objects.visible_to(user, Permission.CASE_VIEW), form, user, today)
    page = list_page(
        request,
        cases.select_related("member", "organization", "office", "lead_office").order_by("due_on", "pk"),
        count_up_to=COUNT_UP_TO,
    )
    naming = Naming.of(user)
    context = {
        "form": form,
        "page": page,
        "rows": [
            (case, asker_of(case, naming), case.days_over(today), light_of(case, today)) for case in page.rows
        ],
        "may_handle": Permission.CASE_HANDLE in user.permissions,
        "view": request.GET.get("view", ""),
    }
    return page_or_fragment(request, "casework/list.html", "casework/_rows.html", context)


def light_of(case: Case, today: dt.date) -> Light:
    return light(case.due_on, today, is_open=case.is_open, is_paused=case.paused_on is not None)


def _lead_choices(user: User) -> list[tuple[str, str]]:
    """The offices that lead something the user sees."""
    led = Case.objects.visible_to(user, Permission.CASE_VIEW).open().values("lead_office")
    return [(office.code, office.name) for office in Office.objects.filter(pk__in=led)]


def narrowed(cases: CaseQuerySet, form: CaseFilter, user: User, today: dt.date) -> CaseQuerySet:
    """The cases that the filter bar asks for."""
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    state = said.get("state", "")
    if state == "":
        cases = cases.exclude(state__in=[CaseState.CLOSED, CaseState.MERGED, CaseState.WITHDRAWN])
    elif state != "all":
        cases = cases.filter(state=state)
    if kind := said.get("kind"):
        cases = cases.filter(kind=kind)
    cases = _by_deadline(cases, said.get("due") or "", today)
    if office := chosen_office(user, Permission.CASE_VIEW, said.get("office") or ""):
        cases = cases.of_office(office)
    if lead := said.get("lead"):
        cases = cases.filter(lead_office__code=lead)
    return _by_view(cases, said.get("view") or "", user)


def _by_deadline(cases: CaseQuerySet, due: str, today: dt.date) -> CaseQuerySet:
    if due == "overdue":
        return cases.open().filter(due_on__lt=today, paused_on=None)
    if due == "soon":
        return cases.open().filter(due_on__range=(today, today + SOON), paused_on=None)
    if due == "waiting":
        return cases.filter(paused_on__isnull=False)
    if due == "supervised":
        running = Supervision.objects.filter(signed_off_on=None, case__isnull=False)
        return cases.filter(pk__in=running.values("case"))
    return cases


def _by_view(cases: CaseQuerySet, view: str, user: User) -> CaseQuerySet:
    """`mine`: I handle it, or entered it and nobody handles it yet; `office`: led by an office where I serve."""
    if view == "mine":
        return cases.filter(Q(handler=user) | Q(handler=None, entered_by=user))
    if view == "office":
        return cases.filter(lead_office__path__in=[r.low for r in user.office_ranges(Permission.CASE_VIEW)])
    return cases


@requires(Permission.CASE_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One case. Reading it is written down for the asker where their name is shown to the reader."""
    user = request.user
    case = visible_case(user, public_id, Permission.CASE_VIEW)
    if case.member and shows_name(user, case):
        record(AuditEvent.Action.READ, target=case.member, by=user, case=case.pk)
    return case_page(request, case, STEPS)


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
            case = enter_once(
                partial(open_case, office=office, by=user), **form.cleaned_data, by=user, member=member
            )
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

"""交办任务: the list, a new one from any figure, case or meeting, the page, and its steps."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.casework import assigning, clock
from apps.casework.deadlines import last_day
from apps.casework.forms_tasks import (
    AssignForm,
    TaskAnswerForm,
    TaskDecideForm,
    TaskFilter,
    TaskReasonForm,
)
from apps.casework.ladder import light
from apps.casework.models import Case, Supervision, Task, TaskQuerySet, Term
from apps.casework.moving import CaseRefused
from apps.casework.offices import assignable_from
from apps.casework.origins import source_of
from apps.casework.states import TaskState
from apps.casework.terms import limit_of
from apps.core.access import Permission, may_at, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.offices.models import Office, OfficeKind

LONGEST_REFERENCE = 80


@requires(Permission.CASE_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Tasks, the most pressing first."""
    user, today = request.user, timezone.localdate()
    tasks = Task.objects.visible_to(user, Permission.CASE_VIEW)
    leads = Office.objects.filter(pk__in=tasks.open().values("lead_office"))
    form = TaskFilter(request.GET, leads=[(office.code, office.name) for office in leads])
    page = list_page(
        request,
        _narrowed(tasks, form, user, today).select_related("office", "lead_office").order_by("due_on", "pk"),
    )
    context = {
        "form": form,
        "page": page,
        "rows": [
            (task, task.days_over(today), light(task.due_on, today, is_open=task.is_open))
            for task in page.rows
        ],
        "may_assign": Permission.CASE_SUPERVISE in user.permissions,
        "view": request.GET.get("view", ""),
    }
    return page_or_fragment(request, "casework/tasks.html", "casework/_task_rows.html", context)


def _narrowed(tasks: TaskQuerySet, form: TaskFilter, user: User, today: dt.date) -> TaskQuerySet:
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    state, view = said.get("state", ""), said.get("view")
    if state == "":
        tasks = tasks.filter(state__in=[TaskState.ASSIGNED, TaskState.ANSWERED])
    elif state != "all":
        tasks = tasks.filter(state=state)
    if said.get("due") == "overdue":
        tasks = tasks.open().filter(due_on__lt=today)
    elif said.get("due") == "supervised":
        running = Supervision.objects.filter(signed_off_on=None, task__isnull=False)
        tasks = tasks.filter(pk__in=running.values("task"))
    if lead := said.get("lead"):
        tasks = tasks.filter(lead_office__code=lead)
    if view == "mine":
        tasks = tasks.filter(Q(handler=user) | Q(assigned_by=user))
    elif view == "office":
        tasks = tasks.filter(lead_office__path__in=[r.low for r in user.office_ranges(Permission.CASE_VIEW)])
    return tasks


@requires(Permission.CASE_SUPERVISE)
@require_http_methods(["GET", "POST"])
def assign(request: SignedInRequest) -> HttpResponse:
    """Hand something out; `?from=kind:reference` is what it is about."""
    user = request.user
    office = _own_office(user)
    kind, reference = _source(request)
    origin = source_of(user, kind, reference)
    due = last_day(limit_of(Term.TASK), timezone.localdate())
    form = AssignForm(request.POST or None, initial={"due_on": due}, offices=assignable_from(office))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            task = assigning.assign_task(
                text=said["text"],
                office=office,
                lead_office=said["lead_office"],
                assisting=list(said["assisting"]),
                due_on=said["due_on"],
                by=user,
                origin=(kind, reference) if origin else ("", ""),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已交办，承办机构会收到消息。"))
            return redirect("casework:task", task.public_id)
    context = {"form": form, "office": office, "origin": origin}
    return render(request, "casework/assign.html", context, status=422 if form.errors else 200)


def _source(request: SignedInRequest) -> tuple[str, str]:
    kind, _colon, reference = request.GET.get("from", "").partition(":")
    return kind[:12], reference[:LONGEST_REFERENCE]


def _own_office(user: User) -> Office:
    """The office for which the user hands out; of several the topmost."""
    lows = [r.low for r in user.office_ranges(Permission.CASE_SUPERVISE)]
    return Office.objects.filter(path__in=lows).order_by("depth", "path")[0]


def visible_task(user: User, public_id: uuid.UUID, permission: Permission) -> Task:
    tasks = Task.objects.visible_to(user, permission)
    return get_object_or_404(
        tasks.select_related("office", "lead_office", "handler", "assigned_by"), public_id=public_id
    )


@requires(Permission.CASE_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, visible_task(request.user, public_id, Permission.CASE_VIEW))


def _page(
    request: SignedInRequest, task: Task, refused: tuple[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    offered = _offered(user, task, today)
    step_forms: dict[str, forms.Form] = {
        step.name: step.form(auto_id=f"{step.name}_%s") for step in TASK_STEPS if step.name in offered
    }
    if refused:
        step_forms[refused[0]] = refused[1]
        offered.add(refused[0])
    context = {
        "case": task,
        "task": task,
        "light": light(task.due_on, today, is_open=task.is_open),
        "over": task.days_over(today),
        "origin": source_of(user, task.origin_kind, task.origin_ref),
        "offered": offered,
        "forms": step_forms,
        "steps": task.steps.select_related("by", "office").order_by("pk"),
        "letters": task.supervisions.order_by("pk"),
        "assisting": list(task.assisting.values_list("name", flat=True)),
        "may_handle": _leads(user, task),
        "may_supervise": Permission.CASE_SUPERVISE in user.permissions,
        "shows_text": True,
        "open_step": refused[0] if refused else "",
        "error_form": refused[1] if refused else None,
    }
    return render(request, "casework/task.html", context, status=status)


def _leads(user: User, task: Task) -> bool:
    """Departments do not sign in: those who handed it out write down for them."""
    place = task.office if task.lead_office.kind == OfficeKind.DEPARTMENT else task.lead_office
    return may_at(user, Permission.CASE_HANDLE, place.path)


def _offered(user: User, task: Task, today: dt.date) -> set[str]:
    """The steps that this user may take with the task now."""
    offered: set[str] = set()
    if task.is_open and _leads(user, task):
        offered.add("task_answer")
        if task.extension_asked_on is None and today <= task.due_on:
            offered.add("task_ask_extension")
    if may_at(user, Permission.CASE_SUPERVISE, task.office_path):
        if task.state == TaskState.ANSWERED:
            offered |= {"task_sign_off", "task_send_back"}
        if task.state in (TaskState.ASSIGNED, TaskState.ANSWERED):
            offered.add("task_cancel")
        if task.is_open and task.waits_for_extension and task.extension_asked_by_id != user.pk:
            offered.add("task_decide")
    return offered


@dataclass(frozen=True)
class TaskStep:
    """A step as the page offers it: its name, its address, who may, its form, what it does, what is said then."""

    name: str
    address: str
    permission: Permission
    done: Any
    do: Callable[[Task, User, dict[str, Any]], object]
    form: type[forms.Form] = forms.Form


TASK_STEPS = (
    TaskStep(
        "task_answer",
        "answer",
        Permission.CASE_HANDLE,
        gettext_lazy("已反馈，待交办机构销号。"),
        lambda task, by, said: assigning.answer_task(task=task, by=by, **said),
        TaskAnswerForm,
    ),
    TaskStep(
        "task_ask_extension",
        "ask-extension",
        Permission.CASE_HANDLE,
        gettext_lazy("延期申请已提交。"),
        lambda task, by, said: clock.ask_extension(subject=task, by=by, **said),
        TaskReasonForm,
    ),
    TaskStep(
        "task_decide",
        "decide-extension",
        Permission.CASE_SUPERVISE,
        gettext_lazy("延期申请已审批。"),
        lambda task, by, said: clock.decide_extension(subject=task, by=by, **said),
        TaskDecideForm,
    ),
    TaskStep(
        "task_sign_off",
        "sign-off",
        Permission.CASE_SUPERVISE,
        gettext_lazy("已销号。"),
        lambda task, by, said: assigning.sign_off_task(task=task, by=by),
    ),
    TaskStep(
        "task_send_back",
        "send-back",
        Permission.CASE_SUPERVISE,
        gettext_lazy("已退回。"),
        lambda task, by, said: assigning.send_task_back(task=task, by=by, **said),
        TaskReasonForm,
    ),
    TaskStep(
        "task_cancel",
        "cancel",
        Permission.CASE_SUPERVISE,
        gettext_lazy("已取消。"),
        lambda task, by, said: assigning.cancel_task(task=task, by=by, **said),
        TaskReasonForm,
    ),
)


def view_of(step: TaskStep) -> Callable[..., HttpResponse]:
    """The view of one step; what is refused is said beside its form, nothing typed is lost. Twin: `stepping.view_of`."""

    @requires(step.permission)
    @require_POST
    def take(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
        task = visible_task(request.user, public_id, step.permission)
        form = step.form(request.POST, auto_id=f"{step.name}_%s")
        if not form.is_valid():
            return _page(request, task, (step.name, form), status=422)
        try:
            step.do(task, request.user, form.cleaned_data)
        except CaseRefused as refusal:
            show_refusal(form, refusal)
            return _page(request, task, (step.name, form), status=422)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, str(step.done))
        return redirect("casework:task", public_id)

    return take


def urls() -> list[URLPattern]:
    return [
        path(f"tasks/<uuid:public_id>/{step.address}/", view_of(step), name=step.name) for step in TASK_STEPS
    ]


@requires(Permission.CASE_VIEW)
@require_safe
def matter(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """A case or a task: one address for lists that hold both."""
    if Task.objects.visible_to(request.user, Permission.CASE_VIEW).filter(public_id=public_id).exists():
        return redirect("casework:task", public_id)
    get_object_or_404(Case.objects.visible_to(request.user, Permission.CASE_VIEW), public_id=public_id)
    return redirect("casework:case", public_id)

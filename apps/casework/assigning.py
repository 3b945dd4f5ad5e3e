"""批示和交办: a leader's word from any figure, case or meeting becomes a task with the same ladder."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Task
from apps.casework.moving import CaseRefused, Word, needs, note
from apps.casework.offices import assignable_from
from apps.casework.states import TASK_MOVES, Step, TaskState
from apps.casework.telling import ANSWERED, GIVEN, SENT_BACK, handlers_at_lead, tell
from apps.core.access import Permission, may_at
from apps.core.refusals import Conflict
from apps.offices.models import Office


@transaction.atomic
def assign_task(
    *,
    text: str,
    office: Office,
    lead_office: Office,
    due_on: dt.date,
    by: User,
    assisting: list[Office] | None = None,
    origin: tuple[str, str] = ("", ""),
) -> Task:
    """Hand something out from `office`; `origin` is what it is about (`origins`). Raises CaseRefused."""
    today = timezone.localdate()
    if due_on < today:
        raise CaseRefused(_("期限不能早于今天。"), code="too_early", field="due_on")
    if not may_at(by, Permission.CASE_SUPERVISE, office.path):
        raise CaseRefused(_("由本机构负责人交办。"), code="not_yours")
    if not assignable_from(office).filter(pk=lead_office.pk).exists():
        raise CaseRefused(_("请选择可以主办的机构。"), code="office", field="lead_office")
    task = Task.objects.create(
        text=needs(text, "text", _("请填写交办事项。")),
        office=office,
        lead_office=lead_office,
        due_on=due_on,
        assigned_on=today,
        assigned_by=by,
        origin_kind=origin[0],
        origin_ref=origin[1],
    )
    task.assisting.set([helper for helper in assisting or [] if helper != lead_office])
    note(task, Step.OPEN, Word(by, today))
    record(AuditEvent.Action.CREATE, target=task, by=by)
    tell(handlers_at_lead(task), GIVEN, task, "given", day=due_on)
    return task


@transaction.atomic
def answer_task(*, task: Task, answer: str, by: User) -> Task:
    """What was done, by the office that leads."""
    answer = needs(answer, "answer", _("请填写办理情况。"))
    current = _locked(task)
    if not may_at(by, Permission.CASE_HANDLE, current.lead_office.path) and not _for_department(current, by):
        raise CaseRefused(_("这一步由主办机构办理。"), code="not_yours")
    today = timezone.localdate()
    current.answer, current.answered_on, current.handler = answer, today, current.handler or by
    _move(current, TaskState.ANSWERED, Step.ANSWER, Word(by, today), "answer", "answered_on", "handler")
    tell([current.assigned_by], ANSWERED, current, f"answered:{current.steps.count()}")
    return current


@transaction.atomic
def sign_off_task(*, task: Task, by: User) -> Task:
    """销号, by the office that handed it out."""
    current = _locked(task)
    _refuse_others(current, by)
    current.signed_off_on = timezone.localdate()
    return _move(current, TaskState.SIGNED_OFF, Step.CLOSE, Word(by, current.signed_off_on), "signed_off_on")


@transaction.atomic
def send_task_back(*, task: Task, reason: str, by: User) -> Task:
    """What was done does not do; the deadline stays."""
    reason = needs(reason, "reason", _("请写明退回的原因。"))
    current = _locked(task)
    _refuse_others(current, by)
    current.answered_on = None
    current = _move(
        current, TaskState.ASSIGNED, Step.RETURN, Word(by, timezone.localdate(), reason), "answered_on"
    )
    tell(handlers_at_lead(current), SENT_BACK, current, f"back:{current.steps.count()}")
    return current


@transaction.atomic
def cancel_task(*, task: Task, reason: str, by: User) -> Task:
    """No longer wanted."""
    reason = needs(reason, "reason", _("请写明取消的原因。"))
    current = _locked(task)
    _refuse_others(current, by)
    return _move(current, TaskState.CANCELLED, Step.WITHDRAW, Word(by, timezone.localdate(), reason))


def _for_department(task: Task, by: User) -> bool:
    """Departments do not sign in: those who handle cases at the office that handed it out write it down for them."""
    is_department = task.lead_office.kind == "department"
    return is_department and may_at(by, Permission.CASE_HANDLE, task.office_path)


def _locked(task: Task) -> Task:
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("office", "lead_office", "handler", "assigned_by").get(pk=task.pk)


def _refuse_others(task: Task, by: User) -> None:
    if not may_at(by, Permission.CASE_SUPERVISE, task.office_path):
        raise CaseRefused(_("由交办的机构办理。"), code="not_yours")


def _move(task: Task, to: TaskState, step: Step, word: Word, *fields: str) -> Task:
    if (task.state, to) not in TASK_MOVES:
        raise Conflict(
            _("此任务现在是“%(state)s”，不能进行这一步。") % {"state": task.get_state_display()}, code="state"
        )
    task.state = to
    task.save(update_fields=["state", *fields])
    note(task, step, word)
    record(AuditEvent.Action.CHANGE, target=task, by=word.by, step=str(step), state=str(to))
    return task

"""What moves a deadline: waiting for the asker, and the one extension."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.deadlines import Limit, after_pause, extended, silent_from
from apps.casework.models import Case, Task, Term
from apps.casework.moving import CaseRefused, Word, change, locked, move, needs, note, refuse_others
from apps.casework.offices import serving_at
from apps.casework.states import CaseState, Side, Step
from apps.casework.telling import ASKED, GRANTED, REFUSED, responsible, tell
from apps.casework.terms import limit_of
from apps.core.access import Permission, may_at
from apps.core.refusals import Conflict
from apps.offices.models import Office, paths_above

PAUSABLE = (CaseState.ACCEPTED, CaseState.IN_HAND, CaseState.REOPENED)


@transaction.atomic
def pause_case(*, case: Case, reason: str, by: User) -> Case:
    """We wait for the asker (papers, a word): the clock stands still from today."""
    reason = needs(reason, "reason", _("请写明在等提出人的什么。"))
    current = locked(case)
    if current.state not in PAUSABLE or current.paused_on is not None:
        raise Conflict(_("此事项现在不能暂停计时。"), code="state")
    refuse_others(current, Side.LEAD, by)
    today = timezone.localdate()
    return change(current, Step.PAUSE, Word(by, today, reason), paused_on=today)


@transaction.atomic
def resume_case(*, case: Case, by: User) -> Case:
    """The asker has come back: the deadline is later by the working days of the wait."""
    current = locked(case)
    if current.paused_on is None:
        raise Conflict(_("此事项没有暂停计时。"), code="state")
    refuse_others(current, Side.LEAD, by)
    today = timezone.localdate()
    due = after_pause(current.due_on, current.paused_on, today)
    return change(current, Step.RESUME, Word(by, today), paused_on=None, due_on=due)


def answer_by_silence(case: Case, today: dt.date) -> Case | None:
    """Called by the clock: more than ten working days without a word from the asker count as answered."""
    current = locked(case)
    if current.paused_on is None or not current.is_open or today < silent_from(current.paused_on):
        return None
    day = silent_from(current.paused_on)
    due = after_pause(current.due_on, current.paused_on, day)
    word = Word(None, day, str(_("提出人超过 10 个工作日没有回应，视为已答复。")))
    return move(current, Step.ANSWER, word, answered_on=day, due_on=due, paused_on=None)


# -- extension ---------------------------------------------------------------------------------------


@transaction.atomic
def ask_extension(*, subject: Case | Task, reason: str, by: User) -> Case | Task:
    """Ask for the one extension, before the deadline and with a reason."""
    reason = needs(reason, "reason", _("请写明延期的原因。"))
    current = _running(subject)
    _refuse_other_lead(current, by)
    if current.extension_asked_on is not None:
        raise Conflict(_("已经申请过延期。"), code="asked_before")
    today = timezone.localdate()
    if extension_of(current).extension == 0:
        raise CaseRefused(_("这类事项没有延期。"), code="no_extension")
    if today > current.due_on:
        raise CaseRefused(_("期限已过，不能再申请延期。"), code="too_late")
    _write(
        current, Step.ASK_EXTENSION, Word(by, today, reason), extension_asked_on=today, extension_asked_by=by
    )
    tell(_who_decides(current, by), ASKED, current, f"asked:{today}")
    return current


@transaction.atomic
def decide_extension(*, subject: Case | Task, grant: bool, reason: str, by: User) -> Case | Task:
    """Grant or refuse it, by another person, before the deadline; with a reason. Refused, it may be asked again."""
    reason = needs(reason, "reason", _("请写明理由。"))
    current = _running(subject)
    if not current.waits_for_extension:
        raise Conflict(_("没有待审批的延期申请。"), code="state")
    _refuse_decider(current, by)
    today = timezone.localdate()
    if grant and today > current.due_on:
        raise CaseRefused(_("期限已过，不能再批准延期。"), code="too_late")
    word = Word(by, today, reason)
    if grant:
        due = extended(current.due_on, extension_of(current))
        _write(current, Step.GRANT_EXTENSION, word, extension_granted_on=today, due_on=due, yellow_on=None)
    else:
        _write(current, Step.REFUSE_EXTENSION, word, extension_asked_on=None, extension_asked_by=None)
    tell(responsible(current), GRANTED if grant else REFUSED, current, f"decided:{today}", day=current.due_on)
    return current


def extension_of(subject: Case | Task) -> Limit:
    """The limit that says by how much this may be extended."""
    return limit_of(subject.kind if isinstance(subject, Case) else Term.TASK)


def _running(subject: Case | Task) -> Case | Task:
    """Locked, and still owed an answer."""
    current: Case | Task
    if isinstance(subject, Case):
        current = locked(subject)
    else:
        rows = Task.objects.select_for_update(of=("self",)).select_related("office", "lead_office")
        current = rows.get(pk=subject.pk)
    if not current.is_open:
        raise Conflict(_("已经答复或结束，不再计时。"), code="state")
    return current


def _write(subject: Case | Task, step: Step, word: Word, **changes: object) -> None:
    if isinstance(subject, Case):
        change(subject, step, word, **changes)
        return
    for name, value in changes.items():
        setattr(subject, name, value)
    subject.save(update_fields=[*changes])
    note(subject, step, word)
    record(AuditEvent.Action.CHANGE, target=subject, by=word.by, step=str(step), fields=sorted(changes))


def _refuse_other_lead(subject: Case | Task, by: User) -> None:
    if isinstance(subject, Case):
        refuse_others(subject, Side.LEAD, by)
    elif not may_at(by, Permission.CASE_HANDLE, subject.lead_office.path):
        raise CaseRefused(_("这一步由主办机构办理。"), code="not_yours")


def _refuse_decider(subject: Case | Task, by: User) -> None:
    """Somebody who supervises the lead office (for a task: the office that handed it out), not the one who asked."""
    place = subject.office.path if isinstance(subject, Task) else subject.lead_office.path
    if not (may_at(by, Permission.CASE_SUPERVISE, place) or _supervises_entering(subject, by)):
        raise CaseRefused(_("延期由主办机构或上级的负责人审批。"), code="not_yours")
    if subject.extension_asked_by_id == by.pk:
        raise CaseRefused(_("申请人不能审批自己的申请。"), code="own_request")


def _supervises_entering(subject: Case | Task, by: User) -> bool:
    """A department's case is watched over by those who watch over the office that entered it."""
    return isinstance(subject, Case) and may_at(by, Permission.CASE_SUPERVISE, subject.office_path)


def _who_decides(subject: Case | Task, asker: User) -> list[User]:
    """Those who supervise at the lead office itself, or at the next office above that has somebody."""
    today = timezone.localdate()
    place = subject.office if isinstance(subject, Task) else subject.lead_office
    for office in supervising_offices(place):
        found = [user for user in serving_at(office, Permission.CASE_SUPERVISE, today) if user.pk != asker.pk]
        if found:
            return found
    return []


def supervising_offices(office: Office) -> list[Office]:
    """The office and those above it, nearest first."""
    return list(Office.objects.filter(path__in=paths_above(office.path)).order_by("-path"))

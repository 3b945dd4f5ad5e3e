"""Taking a step with a case: under a lock, only where the table allows it, by those whose step it is, written down."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case, StepTaken, Task
from apps.casework.states import MOVES, Side, Step, target_of
from apps.core import scope
from apps.core.access import Permission, may_at
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office, OfficeKind


class CaseRefused(Refusal):
    """The step breaks a rule of cases."""


@dataclass(frozen=True)
class Word:
    """Who takes a step, when and why. `by` is None for the clock, the asker and departments; `via` says how then."""

    by: User | None
    on: dt.date
    reason: str = ""
    via: str = ""
    office: Office | None = None


def locked(case: Case) -> Case:
    """The case as it is now, held until the end of the transaction."""
    rows = Case.objects.select_for_update(of=("self",))
    return rows.select_related("office", "lead_office", "member").get(pk=case.pk)


def move(case: Case, step: Step, word: Word, *, checked: bool = False, **changes: Any) -> Case:
    """Lock, check, change the state and what belongs to it. Raises Conflict in another state, CaseRefused for others.

    `checked`: whose step it is was seen to by the caller.
    """
    current = locked(case)
    target = target_of(current.state, step)
    if target is None:
        raise Conflict(
            _("此事项现在是“%(state)s”，不能进行这一步。") % {"state": current.get_state_display()},
            code="state",
        )
    if not checked:
        refuse_others(current, MOVES[step].side, word.by)
    return change(current, step, word, state=target, **changes)


def change(case: Case, step: Step, word: Word, **changes: Any) -> Case:
    """Write a step that was checked. `case` is locked."""
    for name, value in changes.items():
        setattr(case, name, value)
    if changes:
        with scope.everything("whose step it is was checked; it may take the case out of their reach"):
            case.save(update_fields=[*changes])
    note(case, step, word)
    record(
        AuditEvent.Action.CHANGE,
        target=case,
        by=word.by,
        step=str(step),
        fields=sorted(changes),
        state=str(case.state),
    )
    return case


def note(subject: Case | Task, step: Step, word: Word) -> StepTaken:
    """A line of the timeline."""
    return StepTaken.objects.create(
        case=subject if isinstance(subject, Case) else None,
        task=subject if isinstance(subject, Task) else None,
        step=step,
        on=word.on,
        by=word.by,
        via=word.via,
        reason=word.reason,
        office=word.office,
    )


def sides_of(user: User, case: Case) -> frozenset[Side]:
    """For whom the user may act. Departments do not sign in: where one leads, the entering office does its steps."""
    entering = may_at(user, Permission.CASE_HANDLE, case.office_path)
    lead = may_at(user, Permission.CASE_HANDLE, case.lead_office.path)
    lead = lead or (entering and case.lead_office.kind == OfficeKind.DEPARTMENT)
    sides = {Side.ENTERING: entering, Side.LEAD: lead, Side.ASKER: entering or lead}
    return frozenset(side for side, held in sides.items() if held)


def refuse_others(case: Case, side: Side, by: User | None) -> None:
    if by is not None and side not in sides_of(by, case):
        raise CaseRefused(_("这一步由%(side)s办理。") % {"side": side.label}, code="not_yours")


def not_in_future(day: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise CaseRefused(_("日期不能晚于今天。"), code="future", field=field)


def not_before(day: dt.date, first: dt.date, field: str, message: object) -> None:
    if day < first:
        raise CaseRefused(message, code="too_early", field=field)


def needs(text: str, field: str, message: object) -> str:
    """What was typed, trimmed. Raises CaseRefused where nothing was."""
    if not text.strip():
        raise CaseRefused(message, code="required", field=field)
    return text.strip()

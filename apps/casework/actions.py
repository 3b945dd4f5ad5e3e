"""What is done with a case. Each state follows from the one before; a step out of order is refused."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework import deadlines, hooks
from apps.casework.models import Case, CaseKind
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Member
from apps.offices.models import Office

State = Case.State


class CaseRefused(Refusal):
    """The step breaks a rule of cases."""


@transaction.atomic
def open_case(
    *,
    kind: str,
    text: str,
    office: Office,
    by: User,
    opened_on: dt.date,
    member: Member | None = None,
    origin: tuple[str, int] | None = None,
) -> Case:
    """Enter a thing asked, suggested or complained of; `office` enters and leads it. Raises CaseRefused."""
    _not_in_future(opened_on, "opened_on")
    origin_kind, origin_id = origin or ("", None)
    case = Case.objects.create(
        kind=kind,
        text=text,
        office=office,
        lead_office=office,
        member=member,
        origin_kind=origin_kind,
        origin_id=origin_id,
        opened_on=opened_on,
        due_on=deadlines.due_on(kind, opened_on),
        entered_by=by,
    )
    record(AuditEvent.Action.CREATE, target=case, by=by, kind=kind)
    hooks.run(hooks.when_case_opened, case)
    return case


@transaction.atomic
def accept_case(*, case: Case, by: User, lead_office: Office | None = None) -> Case:
    """Take the case on, by the office that entered it or by another that will lead."""
    case = _locked(case, State.REGISTERED)
    case.state = State.ACCEPTED
    if lead_office is not None:
        case.lead_office = lead_office
    return _changed(case, by, "state", "lead_office")


@transaction.atomic
def answer_case(*, case: Case, answer: str, answered_on: dt.date, by: User) -> Case:
    """Write down what the asker was told, and when."""
    case = _locked(case, State.REGISTERED, State.ACCEPTED)
    _not_in_future(answered_on, "answered_on")
    _not_before(answered_on, case.opened_on, "answered_on", _("答复日期不能早于登记日期。"))
    case.state, case.answer, case.answered_on = State.ANSWERED, answer, answered_on
    return _changed(case, by, "state", "answer", "answered_on")


@transaction.atomic
def close_case(*, case: Case, closed_on: dt.date, deed_done: bool, by: User) -> Case:
    """End an answered case; `deed_done` where something was done for the asker (办实事), not only said."""
    case = _locked(case, State.ANSWERED)
    _not_in_future(closed_on, "closed_on")
    assert case.answered_on is not None  # noqa: S101 by constraint of the table
    _not_before(closed_on, case.answered_on, "closed_on", _("办结日期不能早于答复日期。"))
    case.state, case.closed_on, case.deed_done = State.CLOSED, closed_on, deed_done
    _changed(case, by, "state", "closed_on", "deed_done")
    hooks.run(hooks.when_case_closed, case)
    return case


@transaction.atomic
def adopt_suggestion(*, case: Case, adopted_on: dt.date, document: str, by: User) -> Case:
    """Note that a suggestion was adopted, and in which document."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.kind != CaseKind.SUGGESTION or case.state == State.WITHDRAWN:
        raise CaseRefused(_("只有建议可以登记采纳。"), code="not_a_suggestion")
    _not_in_future(adopted_on, "adopted_on")
    _not_before(adopted_on, case.opened_on, "adopted_on", _("采纳日期不能早于登记日期。"))
    if not document.strip():
        raise CaseRefused(_("请填写采纳的文件或依据。"), code="required", field="adopted_document")
    case.adopted_on, case.adopted_document = adopted_on, document.strip()
    return _changed(case, by, "adopted_on", "adopted_document")


@transaction.atomic
def withdraw_case(*, case: Case, by: User) -> Case:
    """Take back what was not closed yet: the asker changed their mind, or it was entered by mistake."""
    case = _locked(case, State.REGISTERED, State.ACCEPTED, State.ANSWERED)
    case.state = State.WITHDRAWN
    _changed(case, by, "state")
    hooks.run(hooks.when_case_withdrawn, case)
    return case


@transaction.atomic
def withdraw_untouched(*, origin: tuple[str, int], by: User) -> int:
    """Withdraw the cases of an origin that was entered by mistake, as far as nobody took them on. Returns how many."""
    untouched = Case.objects.filter(origin_kind=origin[0], origin_id=origin[1], state=State.REGISTERED)
    return len([withdraw_case(case=case, by=by) for case in untouched])


def _locked(case: Case, *states: str) -> Case:
    """The case as it is now, held until the end of the transaction. Raises Conflict in another state."""
    current = Case.objects.select_for_update().get(pk=case.pk)
    if current.state not in states:
        raise Conflict(
            _("此事项现在是“%(state)s”，不能进行这一步。") % {"state": current.get_state_display()},
            code="state",
        )
    return current


def _changed(case: Case, by: User, *fields: str) -> Case:
    case.save(update_fields=fields)
    record(AuditEvent.Action.CHANGE, target=case, by=by, fields=sorted(fields), state=case.state)
    return case


def _not_in_future(day: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise CaseRefused(_("日期不能晚于今天。"), code="future", field=field)


def _not_before(day: dt.date, first: dt.date, field: str, message: object) -> None:
    if day < first:
        raise CaseRefused(message, code="too_early", field=field)

"""What is done with a case, from its entry to its end. Which step may follow which stands in `states`."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework import hooks
from apps.casework.deadlines import last_day, silent_from
from apps.casework.models import AdoptedLevel, Case, CaseKind, Verdict
from apps.casework.moving import (
    CaseRefused,
    Word,
    change,
    locked,
    move,
    needs,
    not_before,
    not_in_future,
    note,
    refuse_others,
)
from apps.casework.offices import may_lead
from apps.casework.states import CaseState, Side, Step
from apps.casework.telling import tell_lead_office, tell_returned
from apps.casework.terms import limit_of
from apps.members.models import Member, Organization
from apps.offices.models import Office

__all__ = ["CaseRefused"]


@transaction.atomic
def open_case(
    *,
    kind: str,
    text: str,
    office: Office,
    by: User | None,
    opened_on: dt.date,
    member: Member | None = None,
    organization: Organization | None = None,
    origin: tuple[str, int] | None = None,
    may_be_named: bool = False,
    via: str = "",
    confidential: bool = False,
    kept_from: User | None = None,
    public_id: uuid.UUID | None = None,
) -> Case:
    """Enter a thing asked, suggested or complained of; `office` enters and leads it. Raises CaseRefused.

    `by` None: the member, in the own file. `public_id`: see `once`. `confidential`, `kept_from`: see `asking.complain`.
    """
    not_in_future(opened_on, "opened_on")
    origin_kind, origin_id = origin or ("", None)
    case = Case.objects.create(
        kind=kind,
        text=text,
        office=office,
        lead_office=office,
        member=member,
        organization=organization,
        may_be_named=may_be_named,
        origin_kind=origin_kind,
        origin_id=origin_id,
        opened_on=opened_on,
        due_on=last_day(limit_of(kind), opened_on),
        entered_by=by,
        confidential=confidential,
        kept_from=kept_from,
        public_id=public_id or uuid.uuid4(),
    )
    note(case, Step.OPEN, Word(by, opened_on, via=via))
    record(AuditEvent.Action.CREATE, target=case, by=by, kind=kind)
    hooks.run(hooks.when_case_opened, case)
    return case


@transaction.atomic
def accept_case(*, case: Case, by: User) -> Case:
    """Take the case on for the office that leads it; whoever does is its handler."""
    return move(case, Step.ACCEPT, Word(by, timezone.localdate()), handler=by)


@transaction.atomic
def start_case(*, case: Case, by: User) -> Case:
    """Work on it has begun."""
    return move(case, Step.START, Word(by, timezone.localdate()), handler=by)


@transaction.atomic
def answer_case(*, case: Case, answer: str, answered_on: dt.date, by: User) -> Case:
    """Write down what the asker was told, and when. A wait for the asker ends with it."""
    not_in_future(answered_on, "answered_on")
    current = locked(case)
    since = current.reopened_on or current.opened_on
    not_before(answered_on, since, "answered_on", _("答复日期不能早于登记日期。"))
    return move(
        current,
        Step.ANSWER,
        Word(by, answered_on),
        answer=answer,
        answered_on=answered_on,
        paused_on=None,
        handler=current.handler or by,
    )


@transaction.atomic
def close_case(*, case: Case, closed_on: dt.date, deed_done: bool, by: User) -> Case:
    """End an answered case; `deed_done` where something was done for the asker (办实事), not only said.

    The asker has said what they think of it, or nobody in the registry asked, or they were silent for more than ten
    working days.
    """
    not_in_future(closed_on, "closed_on")
    current = locked(case)
    if current.state == CaseState.ANSWERED and current.answered_on:
        not_before(closed_on, current.answered_on, "closed_on", _("办结日期不能早于答复日期。"))
        _refuse_unheard(current, closed_on)
    current = move(current, Step.CLOSE, Word(by, closed_on), closed_on=closed_on, deed_done=deed_done)
    hooks.run(hooks.when_case_closed, current)
    return current


def waits_for_verdict(case: Case, day: dt.date) -> bool:
    """Whether the asker may still say what they think of the answer, so that it is no end yet."""
    answered = case.state == CaseState.ANSWERED and case.answered_on is not None
    return answered and case.has_asker and day < silent_from(case.answered_on or day)


def _refuse_unheard(case: Case, day: dt.date) -> None:
    if waits_for_verdict(case, day):
        raise CaseRefused(
            _("请先登记提出人的评价；超过 10 个工作日没有回应的，可以直接办结。"), code="verdict_first"
        )


@transaction.atomic
def adopt_suggestion(
    *, case: Case, adopted_on: dt.date, document: str, by: User, level: str = "", result: str = ""
) -> Case:
    """Note that a suggestion was adopted: by which floor, in which document, and what came of it."""
    current = locked(case)
    if current.kind != CaseKind.SUGGESTION or current.state in (CaseState.WITHDRAWN, CaseState.MERGED):
        raise CaseRefused(_("只有建议可以登记采纳。"), code="not_a_suggestion")
    refuse_others(current, Side.ASKER, by)
    not_in_future(adopted_on, "adopted_on")
    not_before(adopted_on, current.opened_on, "adopted_on", _("采纳日期不能早于登记日期。"))
    _refuse_lower_level(current, level)
    return change(
        current,
        Step.ADOPT,
        Word(by, adopted_on),
        adopted_on=adopted_on,
        adopted_by_level=level,
        adopted_document=needs(document, "adopted_document", _("请填写采纳的文件或依据。")),
        adopted_result=result,
    )


def _refuse_lower_level(case: Case, level: str) -> None:
    """Taken up again further up, the higher floor counts; it never goes down."""
    floors = ["", *AdoptedLevel.values]
    if case.adopted_on and floors.index(level) < floors.index(case.adopted_by_level):
        raise CaseRefused(_("采纳层级只能向上更改。"), code="lower_level", field="adopted_by_level")


@transaction.atomic
def return_case(*, case: Case, reason: str, by: User) -> Case:
    """Send it back to the office that entered it: not clear, or not for us."""
    reason = needs(reason, "reason", _("请写明退回的原因。"))
    current = locked(case)
    word = Word(by, timezone.localdate(), reason)
    current = move(current, Step.RETURN, word, lead_office=current.office, handler=None, paused_on=None)
    tell_returned(current)
    return current


@transaction.atomic
def resubmit_case(*, case: Case, reason: str, by: User) -> Case:
    """Enter a returned case again; what was missing stands in the reason, the asker's words stay."""
    reason = needs(reason, "reason", _("请写明补充了什么。"))
    return move(case, Step.RESUBMIT, Word(by, timezone.localdate(), reason))


@transaction.atomic
def transfer_case(*, case: Case, to: Office, reason: str, by: User) -> Case:
    """Give the lead to another office, which takes it on or sends it back. The deadline runs on."""
    reason = needs(reason, "reason", _("请写明转办的原因。"))
    current = locked(case)
    if to == current.lead_office or not may_lead(current).filter(pk=to.pk).exists():
        raise CaseRefused(_("请选择另一个可以主办的机构。"), code="office", field="lead_office")
    refuse_others(current, Side.LEAD, by)
    word = Word(by, timezone.localdate(), reason, office=to)
    current = move(current, Step.TRANSFER, word, lead_office=to, handler=None, paused_on=None)
    current.assisting.remove(to)
    tell_lead_office(current)
    return current


@transaction.atomic
def set_assisting(*, case: Case, offices: list[Office], by: User) -> Case:
    """Which offices help the one that leads (协办)."""
    current = locked(case)
    refuse_others(current, Side.LEAD, by)
    allowed = set(may_lead(current).values_list("pk", flat=True)) - {current.lead_office_id}
    if any(office.pk not in allowed for office in offices):
        raise CaseRefused(_("请选择主办机构以外、可以协办的机构。"), code="office", field="assisting")
    current.assisting.set(offices)
    return change(current, Step.ASSIST, Word(by, timezone.localdate()))


@transaction.atomic
def merge_case(*, case: Case, into: Case, reason: str, by: User) -> Case:
    """The same matter, already led by the same office: one of the two goes on."""
    reason = needs(reason, "reason", _("请写明并案的原因。"))
    # Locked in the order of their keys, so that two merges never wait for each other.
    for row in sorted((case, into), key=lambda row: row.pk):
        locked(row)
    other = locked(into)
    current = locked(case)
    if other.pk == current.pk or not other.is_open or other.lead_office_id != current.lead_office_id:
        raise CaseRefused(_("只能并入同一主办机构正在办理的另一件事项。"), code="merge", field="into")
    word = Word(by, timezone.localdate(), reason)
    return move(current, Step.MERGE, word, merged_into=other, paused_on=None)


@transaction.atomic
def withdraw_case(*, case: Case, by: User | None, via: str = "", reason: str = "") -> Case:
    """Take back what was not closed yet. Only the asker does: by their link, or by a call that `by` writes down.

    Without `via` it was entered by mistake: whoever entered it takes it back before anybody took it on.
    """
    current = locked(case)
    if not via and (current.state != CaseState.REGISTERED or by is None or current.entered_by_id != by.pk):
        raise CaseRefused(_("只有提出人本人可以撤回；登记有误的，由登记人在受理前撤回。"), code="not_yours")
    if via:
        refuse_others(current, Side.ASKER, by)
    return _withdraw(current, Word(by, timezone.localdate(), reason, via))


@transaction.atomic
def withdraw_untouched(*, origin: tuple[str, int], by: User) -> int:
    """Withdraw the cases of an origin that was entered by mistake, as far as nobody took them on. Returns how many."""
    cases = Case.objects.filter(origin_kind=origin[0], origin_id=origin[1], state=CaseState.REGISTERED)
    return len([_withdraw(case, Word(by, timezone.localdate())) for case in cases])


def _withdraw(case: Case, word: Word) -> Case:
    current = move(case, Step.WITHDRAW, word, checked=True, paused_on=None)
    hooks.run(hooks.when_case_withdrawn, current)
    return current


@transaction.atomic
def record_verdict(
    *, case: Case, verdict: str, via: str, said_on: dt.date, by: User | None, why: str = ""
) -> Case:
    """What the asker said of the answer. Unsatisfied opens the case once more, with a deadline of its own."""
    not_in_future(said_on, "said_on")
    current = locked(case)
    if current.answered_on:
        not_before(said_on, current.answered_on, "said_on", _("评价日期不能早于答复日期。"))
    if verdict == Verdict.UNSATISFIED:
        why = needs(why, "why", _("请写明不满意的原因。"))
    word = Word(by, said_on, why, via)
    current = move(
        current,
        Step.CONFIRM,
        word,
        verdict=verdict,
        verdict_on=said_on,
        verdict_via=via,
        verdict_why=why,
    )
    if verdict == Verdict.UNSATISFIED and current.reopened_on is None:
        current = _reopen(current, word)
    return current


@transaction.atomic
def reopen_case(*, case: Case, reason: str, via: str, by: User | None) -> Case:
    """The asker comes back to a case that was answered or closed; once."""
    reason = needs(reason, "reason", _("请写明重新办理的原因。"))
    current = locked(case)
    if current.reopened_on is not None:
        raise CaseRefused(_("这件事项已经重新办理过一次，请另行登记。"), code="reopened_before")
    return _reopen(current, Word(by, timezone.localdate(), reason, via))


def _reopen(case: Case, word: Word) -> Case:
    """The clock begins anew; figures keep the first deadline (guide: reopened = not on time)."""
    current = move(
        case,
        Step.REOPEN,
        word,
        reopened_on=word.on,
        first_due_on=case.due_on,
        due_on=last_day(limit_of(case.kind), word.on),
        closed_on=None,
        deed_done=False,
        yellow_on=None,
        extension_asked_on=None,
        extension_asked_by=None,
        extension_granted_on=None,
    )
    hooks.run(hooks.when_case_reopened, current)
    tell_lead_office(current)
    return current

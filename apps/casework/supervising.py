"""督办: the answer to a 督办单, and its sign-off (销号)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.clock import supervising_offices
from apps.casework.models import Supervision
from apps.casework.moving import CaseRefused, needs
from apps.casework.offices import serving_at
from apps.casework.telling import ANSWERED, SENT_BACK, handlers_at_lead, tell
from apps.core.access import Permission, may_at
from apps.core.refusals import Conflict


@transaction.atomic
def answer_supervision(*, letter: Supervision, answer: str, by: User) -> Supervision:
    """What the office has done since, and by when it will be done."""
    answer = needs(answer, "answer", _("请填写反馈内容。"))
    current = _locked(letter)
    if current.answered_on is not None:
        raise Conflict(_("这份督办单已经反馈。"), code="state")
    if not may_at(by, Permission.CASE_HANDLE, current.office_path):
        raise CaseRefused(_("由被督办的机构反馈。"), code="not_yours")
    current.answer, current.answered_on, current.answered_by = answer, timezone.localdate(), by
    _save(current, by, "answer", "answered_on", "answered_by")
    tell(
        _above(current), ANSWERED, current.subject, f"supervision:{current.pk}:answered:{current.answered_on}"
    )
    return current


@transaction.atomic
def sign_off(*, letter: Supervision, by: User) -> Supervision:
    """销号: answered well enough, and the matter itself is no longer owed an answer."""
    current = _locked(letter)
    _refuse_own(current, by)
    if current.answered_on is None or current.signed_off_on is not None:
        raise Conflict(_("反馈以后才能销号，并且只能销号一次。"), code="state")
    if current.subject.is_open:
        raise CaseRefused(_("事项还没有答复，不能销号。"), code="still_open")
    current.signed_off_on, current.signed_off_by = timezone.localdate(), by
    return _save(current, by, "signed_off_on", "signed_off_by")


@transaction.atomic
def send_back(*, letter: Supervision, by: User) -> Supervision:
    """The answer does not do: the office answers again."""
    current = _locked(letter)
    _refuse_own(current, by)
    if current.answered_on is None or current.signed_off_on is not None:
        raise Conflict(_("没有待审核的反馈。"), code="state")
    last = current.answered_on
    current.answer, current.answered_on, current.answered_by = "", None, None
    _save(current, by, "answer", "answered_on", "answered_by")
    tell(
        handlers_at_lead(current.subject), SENT_BACK, current.subject, f"supervision:{current.pk}:back:{last}"
    )
    return current


def _locked(letter: Supervision) -> Supervision:
    rows = Supervision.objects.select_for_update(of=("self",))
    return rows.select_related("office", "case__lead_office", "task__lead_office").get(pk=letter.pk)


def _save(letter: Supervision, by: User, *fields: str) -> Supervision:
    letter.save(update_fields=fields)
    record(AuditEvent.Action.CHANGE, target=letter, by=by, fields=sorted(fields))
    return letter


def _refuse_own(letter: Supervision, by: User) -> None:
    """Whoever supervises the office; not the one who wrote the answer."""
    if not may_at(by, Permission.CASE_SUPERVISE, letter.office_path):
        raise CaseRefused(_("由负责督办的人办理。"), code="not_yours")
    if letter.answered_by_id == by.pk:
        raise CaseRefused(_("不能给自己的反馈销号。"), code="own_answer")


def _above(letter: Supervision) -> list[User]:
    """Who signs off: those who supervise one floor up, or the next that has somebody."""
    today = timezone.localdate()
    for office in [*supervising_offices(letter.office)[1:], letter.office]:
        if found := serving_at(office, Permission.CASE_SUPERVISE, today):
            return found
    return []

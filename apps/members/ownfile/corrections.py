"""更正: the member says what should stand in a field; the office applies it or answers why not."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.listed import listed
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Category, Correction, Member

_SEPARATOR = ","


class CorrectionRefused(Refusal):
    """The correction breaks a rule."""


@transaction.atomic
def ask_correction(*, member: Member, field: str, wanted: str) -> Correction:
    """The member's word on one field; said again before anybody decided, it replaces what was said before."""
    if member.status == Member.Status.WITHDRAWN:
        raise CorrectionRefused(_("您已退出登记，资料不再使用"))
    Member.objects.select_for_update().get(pk=member.pk)
    asked = Correction.objects.filter(member=member, field=field, state=Correction.State.OPEN).first()
    correction = asked or Correction(member=member, field=field)
    correction.wanted, correction.asked_on = wanted, timezone.localdate()
    correction.save()
    return correction


@transaction.atomic
def apply_correction(*, correction: Correction, by: User) -> Correction:
    """What the member wanted stands in the file from now on. Posts are written by hand before this."""
    current = _open(correction)
    if current.field != Correction.Field.POSTS:
        _write(current, by)
    return _decide(current, Correction.State.APPLIED, "", by)


@transaction.atomic
def answer_correction(*, correction: Correction, answer: str, by: User) -> Correction:
    """The file stays as it is; the member reads why."""
    if not answer.strip():
        raise CorrectionRefused(_("请写明不更正的理由"), field="answer")
    return _decide(_open(correction), Correction.State.ANSWERED, answer.strip(), by)


def stored(field: str, value: Any) -> str:
    """A cleaned value of the form in the one form in which it is kept."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    return _SEPARATOR.join(value) if isinstance(value, list) else str(value or "")


def told(correction: Correction) -> str:
    """What is wanted, in words."""
    wanted = str(correction.wanted)
    if correction.field == Correction.Field.GENDER:
        return str(dict(Member.Gender.choices).get(wanted, _("未填")))
    if correction.field == Correction.Field.CATEGORIES:
        words = dict(Category.choices)
        return listed(words[one] for one in wanted.split(_SEPARATOR) if one in words)
    return wanted or str(_("删除"))


def _write(correction: Correction, by: User) -> None:
    member = Member.objects.select_for_update().get(pk=correction.member_id)
    wanted = str(correction.wanted)
    value: Any = wanted
    if correction.field == Correction.Field.BIRTH_MONTH:
        value = dt.date.fromisoformat(f"{wanted}-01") if wanted else None
    elif correction.field == Correction.Field.CATEGORIES:
        value = [one for one in wanted.split(_SEPARATOR) if one]
    setattr(member, correction.field, value)
    member.version += 1
    member.checked_on = timezone.localdate()
    member.save()
    record(AuditEvent.Action.CHANGE, target=member, by=by, fields=[correction.field], asked_by_member=True)


def _decide(correction: Correction, state: str, answer: str, by: User) -> Correction:
    correction.state, correction.answer = state, answer
    correction.decided_on, correction.decided_by = timezone.localdate(), by
    # What was wanted stands in the file now, or was not taken: it is not kept twice.
    correction.wanted = ""
    correction.save()
    record(AuditEvent.Action.CHANGE, target=correction, by=by, fields=["state"], state=str(state))
    return correction


def _open(correction: Correction) -> Correction:
    current = Correction.objects.select_for_update().get(pk=correction.pk)
    if current.state != Correction.State.OPEN:
        raise Conflict(_("这项申请已经处理过了。"), code="decided")
    return current

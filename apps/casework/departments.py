"""Departments will not log in: a 交办单 and a one-time link go out to them, and what they say comes back or is written down."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import digest_of
from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case, CaseLink, Reply, Via
from apps.casework.moving import CaseRefused, Word, change, locked, not_before, not_in_future, refuse_others
from apps.casework.offices import may_lead
from apps.casework.states import OPEN, CaseState, Side, Step
from apps.casework.telling import REPLIED, responsible, tell
from apps.core.links import new_secret
from apps.core.refusals import Conflict
from apps.core.workdays import WorkCalendar
from apps.files.models import StoredFile
from apps.files.storage import store_upload
from apps.files.uploads import check_scan
from apps.members.models import Member
from apps.offices.models import Office, OfficeKind

DEPARTMENT_WORD, ASKER_WORD = "d", "a"
# A department's link lives until the deadline and so many working days; the asker's so many days.
AFTER_DUE = 5
ASKER_DAYS = 30


class LinkGone(CaseRefused):
    """Used, taken back, run out, or its case is over."""


@transaction.atomic
def hand_out(*, case: Case, office: Office, may_be_named: bool, by: User) -> tuple[CaseLink, str]:
    """Give the case to a department to work on; gives its link and the link's secret, once. Earlier links end.

    The asker is named only where `may_be_named` says that they agreed; agreed once, it stays agreed.
    """
    current = locked(case)
    refuse_others(current, Side.LEAD, by)
    if not current.is_open or current.state == CaseState.RETURNED:
        raise Conflict(_("此事项现在不能交部门办理。"), code="state")
    if office.kind != OfficeKind.DEPARTMENT or not may_lead(current).filter(pk=office.pk).exists():
        raise CaseRefused(_("请选择承办部门。"), code="office", field="office")
    if office.pk != current.lead_office_id:
        current.assisting.add(office)
    word = Word(by, timezone.localdate(), office=office)
    named = current.may_be_named or may_be_named
    change(current, Step.HAND_OUT, word, may_be_named=named)
    return _make_link(current, CaseLink.Purpose.DEPARTMENT, by, _last_day(current), office)


def _last_day(case: Case) -> dt.date:
    """From the deadline, or from today where that is over."""
    return WorkCalendar().add_workdays(max(case.due_on, timezone.localdate()), AFTER_DUE).day


@transaction.atomic
def give_asker_link(*, case: Case, by: User) -> tuple[CaseLink, str]:
    """A link with which the asker says whether the answer does, takes the case back, or opens it again (once)."""
    current = locked(case)
    refuse_others(current, Side.ASKER, by)
    if not current.has_asker or not asker_may_speak(current):
        raise Conflict(_("此事项现在不需要提出人评价。"), code="state")
    last = timezone.localdate() + dt.timedelta(days=ASKER_DAYS)
    return _make_link(current, CaseLink.Purpose.ASKER, by, last)


def asker_may_speak(case: Case) -> bool:
    """Open or answered: take back, judge. Over: open again, if that was not done before."""
    ended = case.state in (CaseState.CONFIRMED, CaseState.CLOSED) and case.reopened_on is None
    return ended or case.state in OPEN | {CaseState.ANSWERED}


def _make_link(
    case: Case, purpose: str, by: User, last_day: dt.date, office: Office | None = None
) -> tuple[CaseLink, str]:
    earlier = case.links.filter(purpose=purpose, office=office, used_at=None, revoked_at=None)
    earlier.update(revoked_at=timezone.now())
    secret = new_secret(DEPARTMENT_WORD if purpose == CaseLink.Purpose.DEPARTMENT else ASKER_WORD)
    link = CaseLink.objects.create(
        case=case, purpose=purpose, office=office, digest=digest_of(secret), made_by=by, last_day=last_day
    )
    record(AuditEvent.Action.INVITE, target=case, by=by, purpose=str(purpose), link=link.pk)
    return link, secret


def live_link(secret: str, purpose: str, today: dt.date) -> CaseLink | None:
    """The link of a secret, while it can be used."""
    links = CaseLink.objects.select_related(
        "case__member", "case__organization", "case__office", "case__lead_office", "office"
    )
    link = links.filter(digest=digest_of(secret), purpose=purpose).first()
    if link is None or not link.is_live(today) or _is_over(link):
        return None
    return link


def _is_over(link: CaseLink) -> bool:
    member = link.case.member
    if member is not None and member.status == Member.Status.WITHDRAWN:
        return True
    if link.purpose == CaseLink.Purpose.DEPARTMENT:
        return link.case.state not in OPEN
    return not asker_may_speak(link.case)


def use_up(link: CaseLink) -> None:
    """A link answers once. Raises LinkGone where it was used meanwhile."""
    used = CaseLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(used_at=timezone.now())
    if not used:
        raise LinkGone(_("这个链接已经用过。"), code="used")


@transaction.atomic
def reply_by_link(*, link: CaseLink, text: str) -> Reply:
    """The department's own answer; it goes to those who answer the asker."""
    use_up(link)
    case = locked(link.case)
    assert link.office is not None  # noqa: S101 by constraint of the table
    reply = Reply.objects.create(
        case=case, office=link.office, text=text, replied_on=timezone.localdate(), via=Via.LINK
    )
    record(AuditEvent.Action.CREATE, target=reply, by=None, case=case.pk)
    tell(responsible(case), REPLIED, case, f"replied:{reply.pk}")
    return reply


@transaction.atomic
def record_reply(*, case: Case, office: Office, text: str, replied_on: dt.date, scan: Any, by: User) -> Reply:
    """代录答复: what the department wrote, with the scan of it. Raises apps.files.uploads.UploadRefused."""
    current = locked(case)
    refuse_others(current, Side.LEAD, by)
    if not current.is_open:
        raise Conflict(_("此事项已经答复或结束。"), code="state")
    if office.kind != OfficeKind.DEPARTMENT or not may_lead(current).filter(pk=office.pk).exists():
        raise CaseRefused(_("请选择答复的部门。"), code="office", field="office")
    not_in_future(replied_on, "replied_on")
    not_before(replied_on, current.opened_on, "replied_on", _("答复日期不能早于登记日期。"))
    stored = store_upload(
        scan, check_scan(scan), purpose=StoredFile.Purpose.REPLY, owner=by, office_path=current.office_path
    )
    reply = Reply.objects.create(
        case=current,
        office=office,
        text=text,
        replied_on=replied_on,
        via=Via.PAPER,
        scan=stored,
        recorded_by=by,
    )
    record(AuditEvent.Action.CREATE, target=reply, by=by, case=current.pk)
    return reply

"""Who left and when they are erased: by itself, 15 days after the withdrawal, unless a hold stops it for a while."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Refusal
from apps.members.erasing.erasing import erase_members
from apps.members.erasing.ledger import not_erased_yet
from apps.members.models import ERASED_AFTER, LONGEST_HOLD, ErasureHold, Member, MemberQuerySet

if TYPE_CHECKING:
    from apps.jobs.running import Work


class HoldRefused(Refusal):
    """The hold breaks a rule; the message is fit to show."""


def leaving() -> MemberQuerySet:
    """Who withdrew and is not erased yet. Nobody sees more of them than the record number."""
    return Member.objects.filter(status=Member.Status.WITHDRAWN, erased_at__isnull=True)


def with_holds(members: MemberQuerySet) -> MemberQuerySet:
    """With the office and, as `holds`, what was asked to keep them, the latest first. Two queries."""
    holds = ErasureHold.objects.select_related("asked_by").order_by("-pk")
    return members.select_related("office").prefetch_related(
        Prefetch("erasure_holds", holds, to_attr="holds")
    )


def due(on: dt.date) -> MemberQuerySet:
    """Whose 15 days are over and whom no hold keeps."""
    held = ErasureHold.objects.in_force(on).filter(member=OuterRef("pk"))
    return leaving().filter(~Exists(held), status_since__lte=on - ERASED_AFTER)


def erasure_due_on(member: Member, holds: Iterable[ErasureHold], today: dt.date) -> dt.date | None:
    """The day on which somebody who withdrew is erased, as far as is known today; None for everybody else."""
    if member.status != Member.Status.WITHDRAWN:
        return None
    kept = [hold.ends_on + dt.timedelta(days=1) for hold in holds if hold.is_in_force(today)]
    return max([member.status_since + ERASED_AFTER, *kept])


def hold_on(member: Member, today: dt.date) -> ErasureHold | None:
    """What keeps the member's records today, as the member is told in the own file."""
    return ErasureHold.objects.in_force(today).filter(member=member).order_by("-ends_on").first()


def erase_due(on: dt.date) -> int:
    """Erase them, each in a transaction of their own: one that fails holds up nobody else. Gives how many."""
    return sum(erase_members([pk], why="withdrawn") for pk in due(on).values_list("pk", flat=True))


@transaction.atomic
def ask_for_hold(*, member: Member, clause: str, ends_on: dt.date, by: User) -> ErasureHold:
    """Keep somebody's records for a while; it takes effect when a second person agrees. Raises HoldRefused."""
    today = timezone.localdate()
    current = leaving().select_for_update().filter(pk=member.pk).first()
    if current is None:
        raise HoldRefused(_("这份档案不在待删除之列，请刷新页面"))
    if not today < ends_on <= today + LONGEST_HOLD:
        raise HoldRefused(_("暂缓最长六个月，到期日应在今天之后"), field="ends_on")
    try:
        with transaction.atomic():
            hold = ErasureHold.objects.create(
                member=current,
                office=current.office,
                clause=clause,
                ends_on=ends_on,
                asked_on=today,
                asked_by=by,
            )
    except IntegrityError as twice:
        raise HoldRefused(_("今天已对这份档案提出过暂缓")) from twice
    record(AuditEvent.Action.CREATE, target=hold, by=by, member=current.pk, clause=clause)
    return hold


@transaction.atomic
def agree_to_hold(*, hold: ErasureHold, by: User) -> None:
    """The second person. Raises HoldRefused for who asked, and for what is no longer open."""
    current = ErasureHold.objects.select_for_update().get(pk=hold.pk)
    if current.agreed_by_id is not None or current.member.erased_at is not None:
        raise HoldRefused(_("这份暂缓已有结论，请刷新页面"))
    if current.asked_by_id == by.pk:
        raise HoldRefused(_("提出暂缓的人不能自己同意，请由另一人办理"))
    current.agreed_by, current.agreed_at = by, timezone.now()
    current.save(update_fields=["agreed_by", "agreed_at"])
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["agreed_by"])


@transaction.atomic
def say_told(*, hold: ErasureHold, on: dt.date, by: User) -> None:
    """The letter reached the person on this day."""
    if on > timezone.localdate():
        raise HoldRefused(_("告知日期不能晚于今天"), field="told_on")
    ErasureHold.objects.filter(pk=hold.pk).update(told_on=on)
    record(AuditEvent.Action.CHANGE, target=hold, by=by, fields=["told_on"])


def erase_again() -> None:
    """A restored back-up holds people who were erased since: they go before anybody gets in."""
    if brought_back := not_erased_yet():
        erase_members(brought_back, why="restored")


def run(work: "Work") -> dict[str, Any]:
    """The nightly job."""
    return {"erased": erase_due(timezone.localdate())}

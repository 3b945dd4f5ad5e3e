"""结对 begins and ends."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Conflict
from apps.members.models import Member
from apps.pairing.findings import refuse_if
from apps.pairing.models import HandoverNote, Pairing
from apps.pairing.progress import FOLLOWED
from apps.pairing.rules import end_findings, last_deed_on, start_findings
from apps.pairing.years import forget_years_after, lock_members, recompute, years_since


@transaction.atomic
def start_pairing(
    *, member: Member, cadre: User, started_on: dt.date, by: User, confirmed: bool = False
) -> Pairing:
    """Pair the member with the cadre from that day on. Raises Refused with what stands against it."""
    today = timezone.localdate()
    member = lock_members([member.pk])[member.pk]
    refuse_if(
        start_findings(member=member, cadre=cadre, started_on=started_on, today=today), confirmed=confirmed
    )
    try:
        with transaction.atomic():
            pairing = Pairing.objects.create(
                office=member.office, member=member, cadre=cadre, started_on=started_on, created_by=by
            )
    except IntegrityError as error:
        raise Conflict(_("该成员在这段时间已有结对干部。"), code="paired", field="member") from error
    recompute([member], years_since(started_on, today))
    record(AuditEvent.Action.CREATE, target=pairing, by=by, member=member.pk, cadre=cadre.pk)
    return pairing


@transaction.atomic
def end_pairing(*, pairing: Pairing, ended_on: dt.date, reason: str, by: User) -> Pairing:
    """End the pair with that day. Raises Refused, or Conflict where it has already ended."""
    today = timezone.localdate()
    lock_members([pairing.member_id])
    pairing = Pairing.objects.select_for_update().get(pk=pairing.pk)
    if pairing.has_ended(today):
        raise Conflict(_("这个结对已经结束。"), code="ended")
    refuse_if(end_findings(pairing, ended_on=ended_on, today=today))
    return _end(pairing, ended_on, reason, by)


@transaction.atomic
def ask_for_another(*, member: Member) -> None:
    """The member wants another cadre; no reason is asked. The pair ends today, and a pair to come is off."""
    today = timezone.localdate()
    lock_members([member.pk])
    pairing = Pairing.objects.select_for_update().active(today).filter(member=member).first()
    if pairing is None or pairing.ended_on == today:
        raise Conflict(_("现在没有结对的干部。"), code="no_pair")
    _end(pairing, max(today, last_deed_on(pairing) or today), Pairing.EndReason.MEMBER_ASKED, None)


def _settle_following(pairing: Pairing, ended_on: dt.date, reason: str) -> None:
    """A pair that was to follow a cover (代管) moves up where the cover ends early, and is off where the member is gone
    or wants somebody else."""
    planned = Pairing.objects.filter(member=pairing.member_id, started_on__gt=timezone.localdate())
    if reason not in FOLLOWED:
        planned.delete()
    elif following := planned.order_by("started_on").first():
        following.started_on = ended_on + dt.timedelta(days=1)
        following.save(update_fields=["started_on"])


def end_for_withdrawal(member: Member, on: dt.date, by: Actor | None) -> None:
    """A step of `members` when a member withdraws."""
    _end_with_member(member, on, Pairing.EndReason.WITHDRAWN, by)


def end_for_going(member: Member, on: dt.date, by: Actor | None) -> None:
    """A step of `members` when a member moved away or died."""
    _end_with_member(member, on, Pairing.EndReason.LEFT, by)


def _end_with_member(member: Member, on: dt.date, reason: str, by: Actor | None) -> None:
    """The pairs end, whatever was entered for later days stays."""
    lock_members([member.pk])
    today = timezone.localdate()
    Pairing.objects.filter(member=member, started_on__gt=max(on, today)).delete()
    HandoverNote.objects.filter(pairing__member=member).delete()
    goes_on = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    for pairing in Pairing.objects.select_for_update().filter(goes_on, member=member):
        _end(pairing, max(on, pairing.started_on, last_deed_on(pairing) or on), reason, by)
    count_again(member, on, by)


def count_again(member: Member, on: dt.date, by: Actor | None) -> None:
    """A step of `members` when a member wants more or less contact, or leaves: what is due from that day changes."""
    locked = lock_members([member.pk])
    recompute(locked.values(), years_since(on, timezone.localdate()))


def _end(pairing: Pairing, ended_on: dt.date, reason: str, by: Actor | None) -> Pairing:
    pairing.ended_on, pairing.end_reason = ended_on, reason
    pairing.save(update_fields=["ended_on", "end_reason"])
    _settle_following(pairing, ended_on, reason)
    forget_years_after(pairing, ended_on.year)
    # The member is read again: it may have been changed in this very transaction.
    recompute([Member.objects.get(pk=pairing.member_id)], years_since(ended_on, timezone.localdate()))
    record(AuditEvent.Action.CHANGE, target=pairing, by=by, fields=["ended_on"], reason=reason)
    return pairing

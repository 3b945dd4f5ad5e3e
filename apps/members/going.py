"""Who moved away or died: nobody is to meet them any more, past figures keep them, and two years later they are erased.

No consent is taken back by it: whoever moved keeps the own file and may withdraw. Said by mistake, it is taken back.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Conflict
from apps.members.actions import MemberRefused
from apps.members.erasing.erasing import erase_members
from apps.members.hooks import run_contact_change, run_going
from apps.members.models import (
    GONE,
    Appointment,
    Consent,
    Member,
    OwnFileCode,
    OwnFileSession,
    PublicSeat,
)
from apps.members.organization_actions import end_posts


@transaction.atomic
def say_gone(*, member: Member, status: Member.Status, on: dt.date, by: Actor) -> Member:
    """The member moved away or died on that day: pairs end, and what is due from then on. Raises MemberRefused."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.status != Member.Status.ACTIVE:
        raise MemberRefused(_("只有在册成员可以登记迁出或去世，请刷新页面"))
    if on > timezone.localdate():
        raise MemberRefused(_("日期不能晚于今天"), field="on")
    _set(current, status, on)
    if status == Member.Status.DECEASED:
        _end_what_was_held(current, on)
    run_going(current, on, by)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["status"])
    return current


@transaction.atomic
def say_back(*, member: Member, by: Actor) -> Member:
    """It was a mistake, or who moved came back: active again. Pairs and posts that ended stay ended. Raises Conflict."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.status not in GONE:
        raise Conflict(_("这名成员不是迁出或去世状态，请刷新页面"))
    gone_since = current.status_since
    consent = Consent.objects.filter(member=current, withdrawn_on__isnull=True).latest("given_on", "pk")
    _set(current, Member.Status.ACTIVE, consent.given_on)
    run_contact_change(current, gone_since, by)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["status"])
    return current


def long_gone(last_day: dt.date) -> QuerySet[Member]:
    """Who was gone on that day already and is not erased."""
    return Member.objects.filter(status__in=GONE, status_since__lte=last_day, erased_at__isnull=True)


@transaction.atomic
def erase_long_gone(members: Collection[int]) -> int:
    """How the monthly job ends what it listed a month before. A row without a name is hidden as if withdrawn."""
    Member.objects.filter(pk__in=members).update(status=Member.Status.WITHDRAWN)
    return erase_members(members, why="gone")


def _set(member: Member, status: Member.Status, since: dt.date) -> None:
    member.status, member.status_since = status, since
    member.version += 1
    member.save()


def _end_what_was_held(member: Member, on: dt.date) -> None:
    """Posts, seats, and the ways into the own file."""
    end_posts(Appointment.objects.filter(member=member), on)
    end_posts(PublicSeat.objects.filter(member=member), on)
    OwnFileSession.objects.filter(member=member).delete()
    OwnFileCode.objects.filter(member=member).delete()

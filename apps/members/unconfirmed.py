"""Rows that nobody confirmed: erased after 60 days, with their history (design §1, consent is real)."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.members.actions import UNCONFIRMED_DAYS
from apps.members.models import Appointment, Member, registrations_of

if TYPE_CHECKING:
    from apps.jobs.running import Work


@transaction.atomic
def erase_unconfirmed(today: dt.date) -> int:
    """Erase who has been 待本人确认 for more than 60 days. Gives how many. An audit row with the id stays."""
    old = Member.objects.filter(
        status=Member.Status.PENDING, status_since__lt=today - dt.timedelta(days=UNCONFIRMED_DAYS)
    )
    ids = registrations_of(list(old.select_for_update().values_list("pk", flat=True)))
    targets = list(Member.objects.filter(pk__in=ids).values_list("pk", "office_path"))
    Appointment.objects.filter(member__in=ids).delete()
    Member.objects.filter(pk__in=ids).delete()
    # The history tables have no foreign keys: what a cascade leaves is the person.
    apps.get_model("members", "AppointmentEvent").objects.filter(member_id__in=ids).delete()
    apps.get_model("members", "PublicSeatEvent").objects.filter(member_id__in=ids).delete()
    apps.get_model("members", "MemberEvent").objects.filter(pgh_obj_id__in=ids).delete()
    record_many(
        AuditEvent.Action.VOID, label=Member._meta.label_lower, targets=targets, by=None, why="unconfirmed"
    )
    return len(ids)


def run(work: "Work") -> dict[str, Any]:
    """The nightly job."""
    return {"erased": erase_unconfirmed(timezone.localdate())}

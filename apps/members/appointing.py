"""任职 and 公职席位 of a member: entered, changed, ended, taken back. What ended stays in the record, a mistake in the history."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Appointment, Member, Organization, PublicSeat, TakenBack
from apps.members.versions import HistoryGone, latest_version, revive, version

Held = TypeVar("Held", Appointment, PublicSeat)


class AppointmentRefused(Refusal):
    """The deed breaks a rule of appointments."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is entered of an appointment; text is already cleaned."""

    title: str
    starts_on: dt.date | None = None
    term: int | None = None
    term_ends_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Seat:
    """What is entered of a public seat."""

    kind: str
    level: str
    sector: str = ""
    starts_on: dt.date | None = None
    term: int | None = None
    term_ends_on: dt.date | None = None


@transaction.atomic
def appoint(*, member: Member, organization: Organization, post: Post, by: Actor) -> Appointment:
    """The member takes up a post. Raises AppointmentRefused."""
    _hold(member)
    if organization.ended_on:
        raise AppointmentRefused(_("这个团体或单位已经终止"), field="organization")
    _refuse_second(member, organization, post.title)
    _refuse_dates(post)
    made = Appointment.objects.create(member=member, organization=organization, **asdict(post))
    _written(member, by)
    return made


@transaction.atomic
def change_appointment(*, appointment: Appointment, post: Post, by: Actor) -> None:
    """Correct what stands there: title, from, term. Raises AppointmentRefused, or Conflict where it has ended."""
    _hold(appointment.member)
    current = _held(appointment)
    if post.title != current.title:
        _refuse_second(current.member, current.organization, post.title)
    _refuse_dates(post)
    Appointment.objects.filter(pk=current.pk).update(**asdict(post))
    _written(current.member, by)


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: dt.date, by: Actor) -> None:
    """The member left the post on that day."""
    _hold(appointment.member)
    _end(_held(appointment), on)
    _written(appointment.member, by)


@transaction.atomic
def take_seat(*, member: Member, seat: Seat, by: Actor) -> PublicSeat:
    """The member takes a public seat. Raises AppointmentRefused."""
    _hold(member)
    _refuse_second_seat(member, seat)
    _refuse_dates(seat)
    made = PublicSeat.objects.create(member=member, **_fitting(seat))
    _written(member, by)
    return made


@transaction.atomic
def change_seat(*, held: PublicSeat, seat: Seat, by: Actor) -> None:
    """Correct what stands there. Raises AppointmentRefused, or Conflict where it has ended."""
    _hold(held.member)
    current = _held(held)
    if (seat.kind, seat.level) != (current.kind, current.level):
        _refuse_second_seat(current.member, seat)
    _refuse_dates(seat)
    PublicSeat.objects.filter(pk=current.pk).update(**_fitting(seat))
    _written(current.member, by)


@transaction.atomic
def end_seat(*, held: PublicSeat, on: dt.date, by: Actor) -> None:
    """The member left the seat on that day."""
    _hold(held.member)
    _end(_held(held), on)
    _written(held.member, by)


@transaction.atomic
def take_back(*, held: Appointment | PublicSeat, reason: TakenBack.Reason, by: Actor) -> TakenBack:
    """It was entered by mistake: the row goes, whether it had ended or not. Raises AppointmentRefused, Conflict."""
    _hold(held.member)
    row = type(held)._default_manager.filter(pk=held.pk).first()
    if row is None:
        raise Conflict(_("这项任职已经撤回，请刷新页面"), code="taken_back")
    what = TakenBack.What.POST if isinstance(held, Appointment) else TakenBack.What.SEAT
    made = TakenBack.objects.create(
        member=held.member, what=what, event=latest_version(row), reason=reason, by_id=by.pk
    )
    row.delete()
    _written(held.member, by)
    return made


@transaction.atomic
def put_back(*, taken: TakenBack, by: Actor) -> None:
    """Taking it back was the mistake: it stands as it stood. Raises AppointmentRefused, Conflict."""
    _hold(taken.member)
    current = TakenBack.objects.get(pk=taken.pk)
    if current.undone_at:
        raise Conflict(_("这项任职已经恢复，请刷新页面"), code="put_back")
    try:
        with transaction.atomic():
            _revive(current)
    except (HistoryGone, IntegrityError, Organization.DoesNotExist):
        raise AppointmentRefused(_("同一任职已经重新登记，或所在单位已不在名录，不能恢复")) from None
    current.undone_at, current.undone_by_id = timezone.now(), by.pk
    current.save(update_fields=["undone_at", "undone_by"])
    _written(taken.member, by)


def _revive(taken: TakenBack) -> None:
    if taken.what == TakenBack.What.SEAT:
        revive(PublicSeat, taken.event)
        return
    place = Organization.objects.get(pk=version(Appointment, taken.event).organization_id)
    revive(Appointment, taken.event)
    if place.merged_into_id:
        # Merged since: what was held there is held in the entry that stands.
        Appointment.objects.filter(member=taken.member, organization=place).update(
            organization=place.merged_into_id
        )


def _hold(member: Member) -> None:
    """One change at a time: two forms sent at once must not both enter the post."""
    status = Member.objects.select_for_update().values_list("status", flat=True).get(pk=member.pk)
    if status in (Member.Status.WITHDRAWN, Member.Status.DECEASED):
        raise AppointmentRefused(_("这名成员已退出或去世，不再登记任职"))


def _held(row: Held) -> Held:
    row.refresh_from_db()
    if row.ends_on:
        raise Conflict(_("这项任职已经结束，请刷新页面"), code="ended")
    return row


def _end(row: Appointment | PublicSeat, on: dt.date) -> None:
    if on > timezone.localdate():
        raise AppointmentRefused(_("日期不能晚于今天"), field="on")
    if row.starts_on and on < row.starts_on:
        raise AppointmentRefused(_("结束日期不能早于任职起"), field="on")
    row.ends_on = on
    row.save(update_fields=["ends_on"])


def _refuse_second(member: Member, organization: Organization, title: str) -> None:
    held = Appointment.objects.filter(member=member, organization=organization, title=title)
    if held.filter(ends_on__isnull=True).exists():
        raise AppointmentRefused(_("这项任职已经登记，仍在任"), field="title")


def _refuse_second_seat(member: Member, seat: Seat) -> None:
    held = PublicSeat.objects.filter(member=member, kind=seat.kind, level=seat.level, ends_on__isnull=True)
    if held.exists():
        raise AppointmentRefused(_("这一层级的席位已经登记，仍在任；连任请先结束上一届"), field="level")


def _refuse_dates(wanted: Post | Seat) -> None:
    if wanted.starts_on and wanted.starts_on > timezone.localdate():
        raise AppointmentRefused(_("任职起不能晚于今天"), field="starts_on")
    if wanted.starts_on and wanted.term_ends_on and wanted.term_ends_on < wanted.starts_on:
        raise AppointmentRefused(_("任期止不能早于任职起"), field="term_ends_on")


def _fitting(seat: Seat) -> dict[str, object]:
    if seat.kind == PublicSeat.Kind.CPPCC_MEMBER and seat.level == PublicSeat.Level.TOWN:
        raise AppointmentRefused(_("乡镇不设政协，请选择其他层级"), field="level")
    # A sector belongs to the conference only.
    return {**asdict(seat), "sector": seat.sector if seat.kind == PublicSeat.Kind.CPPCC_MEMBER else ""}


def _written(member: Member, by: Actor) -> None:
    # The member's form shows the posts too: who has it open must see that they changed.
    Member.objects.filter(pk=member.pk).update(version=F("version") + 1)
    record(AuditEvent.Action.CHANGE, target=member, by=by, fields=["appointments"])

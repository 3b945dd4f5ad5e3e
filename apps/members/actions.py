"""What is done to members: registered, edited, confirmed, withdrawn, contacted less, their number looked up."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Actor, Permission
from apps.core.contacts import mask_phone
from apps.core.fields import readable
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from apps.members.bonds import cadres_of
from apps.members.consent_text import CURRENT_VERSION, current_hash
from apps.members.departing import remember_departure
from apps.members.hooks import run_contact_change, run_withdrawing
from apps.members.models import Consent, ContactPreference, Member, phone_index_of
from apps.members.organizations import set_associations, set_employer
from apps.members.purposes import OpeningPurpose, RevealPurpose
from apps.members.witnesses import tell_witness
from apps.offices.models import Office

REVEALS_PER_HOUR = 30
RevealedField = Literal["phone", "email"]
# An unconfirmed row is erased after this time (design §1).
UNCONFIRMED_DAYS = 60


class MemberRefused(Refusal):
    """The deed breaks a rule of the registry."""


class AlreadyRegistered(MemberRefused):
    """Somebody of that name with that phone, or that birth month and office, is in the registry."""

    code = "already_registered"


class EditConflict(Conflict):
    """Somebody else saved the member in between; `current` is what stands in the registry now."""

    def __init__(self, current: Member) -> None:
        super().__init__(_("您填写期间，别人修改了这名成员的资料"))
        self.current = current


class TooManyReveals(MemberRefused):
    """More numbers looked up within the hour than a day's work needs."""

    code = "too_many_reveals"


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What the registry keeps of a person; everything else is left out (design §1). Text is already cleaned."""

    name: str
    office: Office
    categories: tuple[str, ...] = ()
    gender: str = ""
    birth_month: dt.date | None = None
    phone: str = ""
    email: str = ""
    employer: str = ""
    title: str = ""
    associations: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConsentGiven:
    """A consent with its evidence, as it is recorded."""

    given_on: dt.date
    evidence: StoredFile | None
    how: Consent.How = Consent.How.SIGNED_SHEET
    purposes: tuple[str, ...] = tuple(Consent.Purpose.values)
    witness: AbstractBaseUser | None = None


@transaction.atomic
def register_member(*, particulars: Particulars, consent: ConsentGiven | None, by: Actor) -> Member:
    """A new member; without a consent 待本人确认. Raises AlreadyRegistered."""
    _refuse_twin(particulars)
    today = timezone.localdate()
    member = Member(status=Member.Status.PENDING, status_since=today, checked_on=today)
    member.entered_at = _entering_office(particulars.office, by)
    _apply(member, particulars)
    member.save()
    _apply_appointments(member, particulars, today)
    record(AuditEvent.Action.CREATE, target=member, by=by)
    if consent:
        _confirm(member, consent, by)
    return member


@transaction.atomic
def edit_member(*, member: Member, version: int, particulars: Particulars, by: Actor) -> Member:
    """Save what was typed on top of the version the typist saw. Raises EditConflict where another came first."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.version != version:
        raise EditConflict(current)
    changed = changed_fields(current, particulars)
    _apply(current, particulars)
    current.checked_on = timezone.localdate()
    current.version += 1
    current.save()
    _apply_appointments(current, particulars, timezone.localdate())
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=changed)
    return current


@transaction.atomic
def confirm_consent(*, member: Member, consent: ConsentGiven, by: Actor) -> Member:
    """The member agreed: a pending row becomes active. Raises MemberRefused for any other row."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.status != Member.Status.PENDING:
        raise MemberRefused(_("这名成员不是待本人确认状态，请刷新页面"))
    current.version += 1
    _confirm(current, consent, by)
    return current


@transaction.atomic
def withdraw_member(*, member: Member, on: dt.date, by: Actor | None) -> None:
    """The member leaves: hidden everywhere at once, pairs end. `by` None: the member alone."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.merged_into is not None:
        # The person stands in another registration since a merge: that is the one to leave.
        withdraw_member(member=current.merged_into, on=on, by=by)
        return
    if current.status == Member.Status.WITHDRAWN:
        return
    Consent.objects.filter(member=current, withdrawn_on__isnull=True).update(withdrawn_on=on)
    current.status, current.status_since = Member.Status.WITHDRAWN, on
    current.version += 1
    current.save()
    remember_departure(current, on)
    run_withdrawing(current, on, by)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["status"])


@transaction.atomic
def set_contact_preference(*, member: Member, preference: ContactPreference, by: Actor | None) -> None:
    """How the member wants to be met; needs no reason and takes effect today."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.contact_preference == preference:
        return
    today = timezone.localdate()
    current.contact_preference, current.contact_preference_since = preference, today
    current.version += 1
    current.save()
    run_contact_change(current, today, by)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["contact_preference"])


@transaction.atomic
def reveal(*, member: Member, field: RevealedField, purpose: RevealPurpose, by: Actor) -> str:
    """Number or address in full, for a purpose, written down. Raises TooManyReveals after 30 within an hour."""
    with connection.cursor() as cursor:
        # One at a time per user: two requests at once must not both be the thirtieth.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.reveal'), %s)", [by.pk])
    within_hour = AuditEvent.objects.filter(
        actor_id=by.pk, action=AuditEvent.Action.REVEAL, at__gte=timezone.now() - dt.timedelta(hours=1)
    )
    if within_hour.count() >= REVEALS_PER_HOUR:
        raise TooManyReveals(_("一小时内查看号码已达 %(limit)d 次，请稍后再试") % {"limit": REVEALS_PER_HOUR})
    record(AuditEvent.Action.REVEAL, target=member, by=by, fields=[field], purpose=purpose.value)
    return readable(member, field)


def open_with_reason(*, member: Member, purpose: OpeningPurpose, by: Actor) -> None:
    """Write down why somebody above the member's own office reads the file; `naming.may_open` lets them in."""
    record(AuditEvent.Action.READ, target=member, by=by, purpose=purpose.value)


def masked_phone(member: Member) -> str:
    """138****5678, or "" where there is none."""
    return mask_phone(member.phone) if member.phone else ""


def changed_fields(member: Member, particulars: Particulars) -> list[str]:
    """Names of the columns that would change, for the audit row: never the values."""
    same = {
        "name": member.name == particulars.name,
        "office": member.office_id == particulars.office.pk,
        "categories": set(member.categories) == set(particulars.categories),
        "gender": member.gender == particulars.gender,
        "birth_month": member.birth_month == particulars.birth_month,
        "phone": member.phone_index == phone_index_of(particulars.phone),
        "email": member.email == particulars.email,
    }
    return [field for field, unchanged in same.items() if not unchanged]


def _entering_office(office: Office, by: Actor) -> Office | None:
    """Where the actor keeps this part of the registry: the lowest office of a grant that reaches the member's."""
    reaching = [r.low for r in by.office_ranges(Permission.MEMBER_MANAGE) if r.holds(office.path)]
    return Office.objects.filter(path__in=reaching).order_by("-path").first()


def _apply(member: Member, particulars: Particulars) -> None:
    member.name = particulars.name
    member.office = particulars.office
    member.categories = list(particulars.categories)
    member.gender = particulars.gender
    member.birth_month = particulars.birth_month
    member.phone = particulars.phone
    member.email = particulars.email


def _apply_appointments(member: Member, particulars: Particulars, on: dt.date) -> None:
    set_employer(member, particulars.employer, particulars.title, on)
    set_associations(member, particulars.associations, on)


def _confirm(member: Member, consent: ConsentGiven, by: Actor) -> None:
    if consent.given_on > timezone.localdate():
        raise MemberRefused(_("同意日期不能晚于今天"))
    refuse_witness(member, consent, by)
    Consent.objects.create(
        member=member,
        text_version=CURRENT_VERSION,
        text_sha256=current_hash(),
        purposes=list(consent.purposes),
        how=consent.how,
        given_on=consent.given_on,
        evidence=consent.evidence,
        witness_id=consent.witness.pk if consent.witness else None,
        recorded_by_id=by.pk,
    )
    member.status, member.status_since = Member.Status.ACTIVE, consent.given_on
    member.save()
    record(AuditEvent.Action.CHANGE, target=member, by=by, fields=["consent", "status"])
    if consent.witness:
        tell_witness(member, consent.witness)


def refuse_witness(member: Member, consent: ConsentGiven, by: Actor) -> None:
    """A witness is neither who records, nor who is or was paired with the member, nor somebody of the employer."""
    witness = consent.witness
    if witness is None:
        if consent.how == Consent.How.IN_PERSON:
            raise MemberRefused(_("当面确认需要一名见证人"), field="witness")
        return
    if witness.pk == by.pk:
        raise MemberRefused(_("见证人不能是经办人本人"), field="witness")
    if witness.pk in cadres_of(member.pk):
        raise MemberRefused(_("见证人不能是结对干部"), field="witness")
    employers = member.appointments.filter(ends_on=None).values("organization__name")
    if Office.objects.filter(grants__user=witness.pk, name__in=employers).exists():
        raise MemberRefused(_("见证人不能是所在单位人员"), field="witness")


@scope.everything("a registration in another office: only that there is one is ever said")
def _stands_already(particulars: Particulars) -> bool:
    namesakes = Member.objects.filter(name=particulars.name).exclude(status=Member.Status.WITHDRAWN)
    same_phone = particulars.phone and namesakes.filter(phone_index=phone_index_of(particulars.phone))
    same_birth = particulars.birth_month and namesakes.filter(
        birth_month=particulars.birth_month, office=particulars.office
    )
    return bool((same_phone and same_phone.exists()) or (same_birth and same_birth.exists()))


def _refuse_twin(particulars: Particulars) -> None:
    """Likely doubles are warned of while typing (`lookalikes`); here only the certain case is held back."""
    with connection.cursor() as cursor:
        # A form sent twice at once: the second waits and then finds the first.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('members.register'), hashtext(%s))", [particulars.name]
        )
    if _stands_already(particulars):
        raise AlreadyRegistered(_("已有同名且电话或出生年月相同的登记，请先查找；查不到时请联系上级"))

"""Who in the registry looks like the person being typed: shown within the actor's offices, hinted at outside them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Actor, Permission
from apps.core.contacts import mask_phone
from apps.core.crypto import blind_index
from apps.core.fields import readable
from apps.core.names import NameKeys
from apps.members.duplicates import Likeness, Traits, likeness
from apps.members.merges import standing_for
from apps.members.models import Appointment, DuplicateCandidate, Member, phone_index_of
from apps.members.purposes import DUPLICATE_CHECK

SHOWN = 5
# Namesakes that are compared: enough for the commonest name of a city.
_COMPARED = 300
# Looks outside the own offices within an hour: a day's typing, and too few to ask for a list of people.
LOOKS_PER_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the form holds so far; `member` where one is being edited."""

    name: str = ""
    phone: str = ""
    birth_month: dt.date | None = None
    gender: str = ""
    organizations: frozenset[str] = frozenset()
    member: Member | None = None

    @property
    def traits(self) -> Traits:
        keys = NameKeys.of(self.name) if self.name else None
        return Traits(
            name=keys.simplified if keys else "",
            sound=keys.pinyin if keys else "",
            phone_index=phone_index_of(self.phone) or (self.member.phone_index if self.member else ""),
            birth_month=self.birth_month,
            gender=self.gender,
            organizations=self.organizations,
        )


@dataclass(frozen=True)
class Lookalike:
    """Somebody of the actor's own offices, with why."""

    public_id: UUID
    name: str
    office: str
    phone: str
    why: str


@dataclass(frozen=True)
class Found:
    """What the check says. `elsewhere`: somebody outside; never who or where. `limited`: it was not looked outside."""

    near: tuple[Lookalike, ...] = ()
    elsewhere: bool = False
    limited: bool = False
    mark: str = ""

    def __bool__(self) -> bool:
        return bool(self.near) or self.elsewhere


@transaction.atomic
def look(typed: Typed, by: Actor) -> Found:
    """Registrations that are likely the typed person. Looking outside is written down, and ends after LOOKS_PER_HOUR."""
    traits = typed.traits
    # One trait alone is never likely: nothing is asked of the database, least of all about others' people.
    if not _enough(traits):
        return Found()
    members = _alike(traits, typed.member)
    mine = set(
        Member.objects.visible_to(by, Permission.MEMBER_MANAGE)
        .filter(pk__in=[m.pk for m, _like in members])
        .values_list("pk", flat=True)
    )
    near = [(m, like) for m, like in members if m.pk in mine][:SHOWN]
    limited = not _may_look_outside(by)
    outside = [] if limited else [m for m, _like in members if m.pk not in mine and _may_be_hinted_at(m)]
    if not limited:
        _write_down(outside, by)
    ids = sorted([*(m.pk for m, _like in near), *(m.pk for m in outside)])
    return Found(
        near=tuple(_shown(m, like) for m, like in near),
        elsewhere=bool(outside),
        limited=limited,
        mark=blind_index(f"{by.pk}:{ids}", "members.lookalikes") if ids else "",
    )


def traits_of(members: Collection[Member]) -> dict[int, Traits]:
    """What is compared of each; two queries however many."""
    organizations: dict[int, set[str]] = defaultdict(set)
    held = Appointment.objects.filter(member__in=members, ends_on__isnull=True)
    for member, name in held.values_list("member_id", "organization__name"):
        organizations[member].add(name)
    return {
        m.pk: Traits(
            name=m.name_simplified,
            sound=m.pinyin,
            phone_index=m.phone_index,
            birth_month=m.birth_month,
            gender=m.gender,
            organizations=frozenset(organizations[m.pk]),
        )
        for m in members
    }


def _enough(traits: Traits) -> bool:
    known = (traits.phone_index, traits.birth_month, traits.organizations)
    return (bool(traits.name) and any(known)) or bool(traits.phone_index and traits.birth_month)


@scope.everything("a registration in another office: only that there is one is ever said")
def _alike(traits: Traits, being_edited: Member | None) -> list[tuple[Member, Likeness]]:
    """The likely ones, the likeliest first; of a merged duplicate the record that stands for it."""
    wanted = Q(name_simplified=traits.name) | Q(pinyin=traits.sound) if traits.name else Q()
    if traits.phone_index:
        wanted |= Q(phone_index=traits.phone_index)
    rows = Member.objects.filter(wanted).exclude(status=Member.Status.WITHDRAWN)
    rows = rows.select_related("office", "merged_into")[:_COMPARED]
    known = traits_of(rows)
    leave = _said_to_be_others(being_edited)
    found: dict[int, tuple[Member, Likeness]] = {}
    for row in rows:
        like, stands = likeness(traits, known[row.pk]), standing_for(row)
        if like.is_likely and stands.pk not in leave:
            best = found.get(stands.pk)
            if best is None or best[1].weight < like.weight:
                found[stands.pk] = (stands, like)
    return sorted(found.values(), key=lambda pair: (-pair[1].weight, pair[0].pk))


def _said_to_be_others(member: Member | None) -> set[int]:
    """The one being edited, and whoever was said not to be that person."""
    if member is None:
        return set()
    pairs = DuplicateCandidate.objects.filter(
        Q(first=member) | Q(second=member), state=DuplicateCandidate.State.DIFFERENT
    ).values_list("first_id", "second_id")
    return {member.pk, *(pk for pair in pairs for pk in pair)}


def _may_be_hinted_at(member: Member) -> bool:
    """Who left reads like nobody; who has not consented yet is seen by the own office only (design §1)."""
    return member.status in (Member.Status.ACTIVE, Member.Status.MOVED, Member.Status.DECEASED)


def _may_look_outside(by: Actor) -> bool:
    """Asks under a lock of the user's own, so that requests at once cannot pass the limit together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.lookalikes'), %s)", [by.pk])
    hour = timezone.now() - dt.timedelta(hours=1)
    looks = AuditEvent.objects.filter(
        actor_id=by.pk, action=AuditEvent.Action.RUN, at__gte=hour, detail__purpose=DUPLICATE_CHECK
    )
    return looks.count() < LOOKS_PER_HOUR


def _write_down(outside: Collection[Member], by: Actor) -> None:
    """One row for the look, whatever came of it, and one in the file of everybody it hinted at."""
    record(AuditEvent.Action.RUN, by=by, purpose=DUPLICATE_CHECK, hints=len(outside))
    for member in outside:
        record(AuditEvent.Action.READ, target=member, by=by, purpose=DUPLICATE_CHECK)


def _shown(member: Member, like: Likeness) -> Lookalike:
    phone = readable(member, "phone") if member.phone_index else ""
    return Lookalike(
        public_id=member.public_id,
        name=member.name,
        office=member.office.name,
        phone=mask_phone(phone) if phone else "",
        why=like.explained,
    )

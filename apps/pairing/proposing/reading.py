"""What the assignment needs of members and cadres; a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Q

from apps.accounts.models import Grant
from apps.accounts.roles import RoleName
from apps.core.access import Actor, Permission
from apps.members.models import Appointment, ContactPreference, Member, MemberQuerySet
from apps.offices.models import Office
from apps.pairing.models import Pairing
from apps.pairing.proposing.candidates import Candidate, Unpaired
from apps.pairing.queries import unpaired_members
from apps.pairing.rules import capacities


def to_be_paired(office: Office, by: Actor, today: dt.date) -> MemberQuerySet:
    """Unpaired members of the office and below who have not asked for no contact."""
    mine = Member.objects.visible_to(by, Permission.PAIRING_MANAGE).of_office(office)
    return (unpaired_members(today) & mine).exclude(contact_preference=ContactPreference.NONE)


def read_members(members: MemberQuerySet) -> list[Unpaired]:
    """The members with what they bring along, in the order of their offices."""
    rows = list(members.order_by("office_path", "pk").values_list("pk", "office_path"))
    pks = [pk for pk, _path in rows]
    fields = _fields_of_work(pks)
    known: dict[int, set[int]] = defaultdict(set)
    changed: dict[int, set[int]] = defaultdict(set)
    for member, cadre, reason in Pairing.objects.filter(member__in=pks).values_list(
        "member_id", "cadre_id", "end_reason"
    ):
        (changed if reason == Pairing.EndReason.MEMBER_ASKED else known)[member].add(cadre)
    return [
        Unpaired(
            pk,
            path,
            fields.get(pk, ""),
            frozenset(known[pk] - changed[pk]),
            frozenset(changed[pk]),
        )
        for pk, path in rows
    ]


def read_cadres(office: Office, today: dt.date) -> list[Candidate]:
    """Every active cadre whose grants touch the office's subtree or stand above it, with load and room."""
    grants = Grant.objects.current(today).filter(role=RoleName.CADRE, user__is_active=True)
    touching = Q(office__path__startswith=office.path) | Q(office__path__in=_above(office))
    offices: dict[int, list[str]] = defaultdict(list)
    for user, path in grants.filter(touching).order_by("user_id").values_list("user_id", "office__path"):
        offices[user].append(path)
    loads = dict(
        Pairing.objects.active(today).filter(cadre__in=offices).values_list("cadre").annotate(Count("pk"))
    )
    fields = _fields_of_cadres(offices, today)
    room = capacities({path for paths in offices.values() for path in paths}, today.year)
    return [
        Candidate(
            pk=user,
            offices=tuple(paths),
            load=loads.get(user, 0),
            free=max(room[path] for path in paths) - loads.get(user, 0),
            fields_of_work=frozenset(fields[user]),
        )
        for user, paths in offices.items()
    ]


def _above(office: Office) -> list[str]:
    return [office.path[:end] for end in range(office.steplen, len(office.path), office.steplen)]


def _fields_of_work(members: Collection[int]) -> dict[int, str]:
    """The kind of the unit in which a member works now."""
    held = Appointment.objects.filter(member__in=members, ends_on__isnull=True)
    return dict(held.order_by("pk").values_list("member_id", "organization__kind"))


def _fields_of_cadres(cadres: Collection[int], today: dt.date) -> dict[int, set[str]]:
    fields: dict[int, set[str]] = defaultdict(set)
    pairs = Pairing.objects.active(today).filter(cadre__in=cadres, member__appointments__ends_on__isnull=True)
    kinds = pairs.values_list("cadre_id", "member__appointments__organization__kind").distinct()
    for cadre, kind in kinds:
        if kind:
            fields[cadre].add(kind)
    return fields

"""Where organizations stand in the tree, and which titles a member holds in them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from apps.members.models import ASSOCIATION_KINDS, Appointment, Member, Organization
from apps.members.organization_words import association_kind, employer_kind
from apps.offices.models import TOWN_KINDS, Office

_STEP = Office.steplen


def floors_of(path: str) -> list[str]:
    """The paths of the office and of everything above it, the root first."""
    return [path[:end] for end in range(_STEP, len(path) + 1, _STEP)]


def association_office(office: Office) -> Office:
    """Where an association that a roster or form names for the first time is entered: the county, not the town.

    A town counts as covered (`organizations.town_coverage`) by an association of its own, which is entered as such;
    that a member of the town sits in the county's chamber does not make it one.
    """
    if office.kind not in TOWN_KINDS or office.depth == 1:
        return office
    above: Office = Office.objects.get(path=office.parent_path)
    return above


def find_or_add(name: str, kind: str, office: Office) -> Organization:
    """The organization of that name at the office or above it; else a new one at the office."""
    known = Organization.objects.filter(name=name, office_path__in=floors_of(office.path))
    if found := known.order_by("-office_path").select_related("merged_into").first():
        return found.merged_into or found
    return Organization.objects.get_or_create(office=office, name=name, defaults={"kind": kind})[0]


def main_post(member: Member) -> Appointment | None:
    """The post that 工作单位 and 职务 of the member's form mean: of several held today the one entered first."""
    work = _current(member).exclude(organization__kind__in=ASSOCIATION_KINDS)
    return work.select_related("organization").order_by("pk").first()


def set_employer(member: Member, employer: str, title: str, on: dt.date) -> None:
    """The member's present work unit and title; the main post of before ends on that day, others stay."""
    held = _current(member).exclude(organization__kind__in=ASSOCIATION_KINDS)
    if employer and held.filter(organization__name=employer, title=title).exists():
        return
    if before := main_post(member):
        _end(held.filter(pk=before.pk), on)
    if employer:
        _appoint(member, find_or_add(employer, employer_kind(employer), member.office), title, on)


def set_associations(member: Member, names: Iterable[str], on: dt.date) -> None:
    """The associations the member belongs to; those no longer named end on that day."""
    wanted = list(dict.fromkeys(names))
    current = _current(member).filter(organization__kind__in=ASSOCIATION_KINDS)
    _end(current.exclude(organization__name__in=wanted), on)
    held = set(current.values_list("organization__name", flat=True))
    for name in wanted:
        if name not in held:
            office = association_office(member.office)
            _appoint(member, find_or_add(name, association_kind(name), office), "", on)


def _current(member: Member) -> QuerySet[Appointment]:
    return Appointment.objects.filter(member=member, ends_on__isnull=True)


def _end(appointments: QuerySet[Appointment], on: dt.date) -> None:
    appointments.update(ends_on=on)


def _appoint(member: Member, organization: Organization, title: str, on: dt.date) -> None:
    # What was ended today by mistake is open again; who comes back later gets a row of their own.
    post = {"member": member, "organization": organization, "title": title}
    if not Appointment.objects.filter(**post, ends_on=on).update(ends_on=None):
        Appointment.objects.create(**post)

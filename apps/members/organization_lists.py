"""What the pages about organizations show: rows with their counts, who holds posts, coverage by town, what is due.

Members are named only in associations and public seats, and only where the reader may see the name (naming.py). All
else is a count, and a count of fewer than five is hidden outside the own office (core/small_numbers.py).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.core.access import Actor, Permission
from apps.core.names import to_simplified
from apps.core.small_numbers import few, is_few, own_paths
from apps.core.widths import half_width
from apps.members.models import (
    ASSOCIATION_KINDS,
    Appointment,
    Member,
    MemberQuerySet,
    Organization,
    OrganizationKind,
    PublicSeat,
)
from apps.members.naming import Naming
from apps.offices.models import Office, ScopedQuerySet

# 换届: what is due within half a year stands on the list.
RENEWAL_MONTHS = 6


@dataclass(frozen=True)
class OrganizationLine:
    """A line of the list."""

    organization: Organization
    members: str
    due: "Due | None"


@dataclass(frozen=True)
class Due:
    """When the next term is due, in words with a tone."""

    on: dt.date
    days: int

    @property
    def is_over(self) -> bool:
        return self.days < 0

    @property
    def days_over(self) -> int:
        return -self.days


@dataclass(frozen=True)
class Holders:
    """Who holds posts in an organization. `others` are not named to this reader: how many, or "" for nobody."""

    named: Sequence[Appointment]
    others: str
    total: str


def found(organizations: ScopedQuerySet, wanted: dict[str, Any], office: Office | None) -> ScopedQuerySet:
    """Those that the filter bar asks for."""
    if office:
        organizations = organizations.of_office(office)
    if wanted["kind"]:
        organizations = organizations.filter(kind=wanted["kind"])
    if wanted["state"] != "all":
        organizations = organizations.filter(ended_on__isnull=wanted["state"] != "ended")
    return found_by_words(organizations, wanted["q"])


def found_by_words(organizations: ScopedQuerySet, typed: str) -> ScopedQuerySet:
    """Those whose name holds what was typed, or whose credit code it is."""
    words = "".join(half_width(typed).split())
    if not words:
        return organizations
    by_name = Q(name__contains=words) | Q(name__contains=to_simplified(words))
    by_words: ScopedQuerySet = organizations.filter(by_name | Q(credit_code=words.upper()))
    return by_words


def lines_of(organizations: Iterable[Organization], actor: Actor, today: dt.date) -> list[OrganizationLine]:
    """One query for the counts of the whole page."""
    shown = list(organizations)
    own = own_paths(actor, Permission.MEMBER_VIEW)
    counts = _counts(shown)
    return [
        OrganizationLine(o, told(counts.get(o.pk, 0), o.office_path in own), due_of(o, today)) for o in shown
    ]


def told(count: int, is_own: bool) -> str:
    """A number of people as it may be shown."""
    return few() if is_few(count) and not is_own else str(count)


def due_of(organization: Organization, today: dt.date) -> Due | None:
    """The renewal, where it is over or due within half a year."""
    if organization.ended_on or not organization.term_ends_on:
        return None
    if organization.term_ends_on > months_after(today, RENEWAL_MONTHS):
        return None
    return Due(organization.term_ends_on, (organization.term_ends_on - today).days)


def renewals(organizations: ScopedQuerySet, today: dt.date) -> ScopedQuerySet:
    """Organizations whose term is over or ends within half a year, the most urgent first."""
    last = months_after(today, RENEWAL_MONTHS)
    found: ScopedQuerySet = organizations.filter(ended_on__isnull=True, term_ends_on__lte=last)
    return found.order_by("term_ends_on", "pk")


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; where the month is too short, its last day."""
    month = day.month - 1 + months
    first = dt.date(day.year + month // 12, month % 12 + 1, 1)
    after = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), after - dt.timedelta(days=1))


def holders_of(organization: Organization, actor: Actor) -> Holders:
    """Who holds posts today: named in associations where the reader may see the name, else counted."""
    total = _counts([organization]).get(organization.pk, 0)
    is_own = organization.office_path in own_paths(actor, Permission.MEMBER_VIEW)
    named: list[Appointment] = []
    if organization.kind in ASSOCIATION_KINDS:
        held = organization.appointments.filter(ends_on__isnull=True, member__in=nameable(actor))
        named = list(held.select_related("member__office").order_by("member__pinyin", "pk"))
    others = total - len({post.member_id for post in named})
    return Holders(named, told(others, is_own) if others > 0 else "", told(total, is_own or others <= 0))


def nameable(actor: Actor) -> MemberQuerySet:
    """Active members whose names the actor sees."""
    members: MemberQuerySet = Member.objects.visible_to(actor, Permission.MEMBER_VIEW)
    return members.active().filter(Naming.of(actor).named())


def seats_of(actor: Actor, wanted: dict[str, Any], today: dt.date) -> tuple[QuerySet[PublicSeat], int]:
    """The public seats of members whose names the actor sees, and how many more there are."""
    seats = PublicSeat.objects.filter(ends_on__isnull=wanted["state"] != "ended")
    if wanted["state"] == "due":
        seats = seats.filter(term_ends_on__lt=today)
    for name in ("kind", "level", "sector"):
        if wanted[name]:
            seats = seats.filter(**{name: wanted[name]})
    visible = Member.objects.visible_to(actor, Permission.MEMBER_VIEW).active()
    named = seats.filter(member__in=nameable(actor))
    others = seats.filter(member__in=visible).exclude(member__in=nameable(actor))
    ordered = named.select_related("member__office").order_by("kind", "level", "member__pinyin", "pk")
    return ordered, others.count()


# -- coverage by town ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TownRow:
    """A town: organizations of each kind, or members who hold posts in such; and of all kinds together."""

    town: Office
    cells: list[str]
    total: str


def coverage(towns: Sequence[Office], actor: Actor, *, of_members: bool) -> list[TownRow]:
    """One query, however many towns. Members count at their own town, whichever office the organization is of."""
    own = own_paths(actor, Permission.MEMBER_VIEW)
    counts = _members_by_town(towns) if of_members else _organizations_by_town(towns)

    def cell(town: Office, kind: str) -> str:
        return told(counts[town.pk][kind], not of_members or town.path in own)

    return [
        TownRow(town, [cell(town, kind) for kind in OrganizationKind.values], cell(town, ""))
        for town in towns
    ]


def _organizations_by_town(towns: Sequence[Office]) -> dict[int, dict[str, int]]:
    rows = Organization.objects.filter(office__in=towns, ended_on__isnull=True)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for town, kind, count in rows.order_by().values_list("office", "kind").annotate(count=Count("pk")):
        counts[town][kind] = count
        counts[town][""] += count
    return counts


def _members_by_town(towns: Sequence[Office]) -> dict[int, dict[str, int]]:
    held = Q(appointments__ends_on__isnull=True, appointments__organization__ended_on__isnull=True)
    members = Member.objects.active().filter(office__in=towns)
    per_kind = {
        f"n_{kind}": Count("pk", distinct=True, filter=held & Q(appointments__organization__kind=kind))
        for kind in OrganizationKind.values
    }
    in_any = Count("pk", distinct=True, filter=held & Q(appointments__isnull=False))
    rows = members.order_by().values("office").annotate(n_=in_any, **per_kind)
    columns = rows.values_list("office", "n_", *per_kind)
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for office, *counts in columns:
        found[office].update(zip(("", *OrganizationKind.values), counts, strict=True))
    return found


def _counts(organizations: Collection[Organization]) -> dict[int, int]:
    """Active members who hold a post today, by organization."""
    held = Appointment.objects.filter(
        organization__in=[o.pk for o in organizations],
        ends_on__isnull=True,
        member__status=Member.Status.ACTIVE,
    )
    rows = held.order_by().values_list("organization").annotate(count=Count("member", distinct=True))
    return dict(rows)

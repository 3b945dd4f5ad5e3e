"""Who sees names. The one rule, used by every app that shows members; docs/decisions/0002-who-sees-names.md.

A name is shown to
- whoever may read members and whose grant stands *at the member's own office*;
- whoever keeps the registry (MEMBER_MANAGE) of the subtree the member belongs to;
- the cadre who is paired with the member today.
Everybody else who may see the record at all, above all the leaders of the floors above, sees its record number.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.access import Actor, OfficeRange, Permission, within
from apps.members.bonds import members_paired_with
from apps.members.models import Member

# How long a record opened with a reason stays open.
OPEN_FOR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Naming:
    """The rule for one actor, read once per request."""

    own: frozenset[str]
    kept: tuple[OfficeRange, ...]
    paired: frozenset[int]

    @classmethod
    def of(cls, actor: Actor) -> "Naming":
        return cls(
            own=frozenset(r.low for r in actor.office_ranges(Permission.MEMBER_VIEW)),
            kept=actor.office_ranges(Permission.MEMBER_MANAGE),
            paired=members_paired_with(actor),
        )

    def shows(self, member_id: int, office_path: str) -> bool:
        """Whether the actor sees the name of this member."""
        return member_id in self.paired or self.keeps(office_path)

    def keeps(self, office_path: str) -> bool:
        """Whether the actor sees the names of all members of this office."""
        return office_path in self.own or any(r.holds(office_path) for r in self.kept)

    def label(self, member_id: int, office_path: str, name: str) -> str:
        """The name, or the record number where the name may not be shown."""
        return name if self.shows(member_id, office_path) else record_number(member_id)

    def label_of(self, member: Member) -> str:
        """As `label`; who withdrew is hidden from everybody at once."""
        if member.status == Member.Status.WITHDRAWN:
            return record_number(member.pk)
        return self.label(member.pk, member.office_path, member.name)

    def named(self) -> Q:
        """The members whose names the actor sees: a search by name looks only here. Twin of `shows`."""
        return Q(office_path__in=self.own) | Q(pk__in=self.paired) | within(self.kept)


def record_number(member_id: int) -> str:
    """编号: stands for the member wherever the name may not be shown."""
    # Written out: a Member made for each of a list's rows was a tenth of the page. Twin of Member.record_number.
    return f"C{member_id:07d}"


def names_shown_to(actor: Actor, members: Iterable[Member]) -> frozenset[int]:
    """The ids of those members whose names the actor sees."""
    naming = Naming.of(actor)
    return frozenset(m.pk for m in members if naming.shows(m.pk, m.office_path))


def may_open(actor: Actor, member: Member) -> bool:
    """Whether the actor may read the member's page now: sees the name, or gave a reason within the last half hour."""
    return bool(names_shown_to(actor, [member])) or opened_with_reason(actor, member)


def opened_with_reason(actor: Actor, member: Member) -> bool:
    return AuditEvent.objects.filter(
        target_label=Member._meta.label_lower,
        target_id=str(member.pk),
        actor_id=actor.pk,
        action=AuditEvent.Action.READ,
        at__gte=timezone.now() - OPEN_FOR,
        detail__has_key="purpose",
    ).exists()

"""What the fragment `members/_person.html` needs: for the member's page and for pages of upper apps that show a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.members.actions import masked_phone
from apps.members.models import Category, Member
from apps.members.purposes import (
    DUPLICATE_CHECK,
    DUPLICATE_CHECK_LABEL,
    ExportPurpose,
    OpeningPurpose,
    RevealPurpose,
)

SHOWN_LOOKS = 20
_PURPOSES = {
    DUPLICATE_CHECK: DUPLICATE_CHECK_LABEL,
    **dict(ExportPurpose.choices),
    **dict(RevealPurpose.choices),
    **dict(OpeningPurpose.choices),
}
_CATEGORIES = dict(Category.choices)


@dataclass(frozen=True)
class Look:
    """Somebody read, changed or took something of the file."""

    at: Any
    who: str
    what: str
    why: str


def person_context(member: Member) -> dict[str, Any]:
    """The member, the posts, the consents, and who looked. No phone number in full."""
    return {
        "member": member,
        "today": timezone.localdate(),
        "is_active": member.is_active,
        "categories": [_CATEGORIES[category] for category in member.categories],
        "masked_phone": masked_phone(member),
        "posts": list(member.appointments.select_related("organization").order_by("ends_on", "pk")),
        "seats": list(member.seats.order_by("ends_on", "pk")),
        "consents": list(
            member.consents.select_related("recorded_by", "witness").order_by("-given_on", "-pk")
        ),
        "looks": list(looks_at(member)),
    }


def looks_at(member: Member, *, last: int = SHOWN_LOOKS) -> Iterator[Look]:
    """Who dealt with the file, the latest first: the same rows that the member sees. What was merged into it counts too."""
    ids = [str(member.pk), *map(str, member.duplicates.values_list("pk", flat=True))]
    events = AuditEvent.objects.filter(
        target_label=Member._meta.label_lower, target_id__in=ids
    ).select_related("actor")
    for event in events.order_by("-id")[:last]:
        yield Look(
            at=event.at,
            who=event.actor.name if event.actor else "",
            what=event.get_action_display(),
            why=str(_PURPOSES.get(event.detail.get("purpose", ""), "")),
        )

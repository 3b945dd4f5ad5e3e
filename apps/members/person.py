"""What the fragment `members/_person.html` needs: for the member's page and for pages of upper apps that show a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.contacts import mask_email
from apps.core.fields import readable
from apps.members.actions import masked_phone
from apps.members.models import Category, Member
from apps.members.ownfile.looks import Look, looks_page

SHOWN_LOOKS = 20
_CATEGORIES = dict(Category.choices)


class ContactLine(NamedTuple):
    """A number or address as the page shows it: masked, or in full where it was just asked for."""

    field: str
    label: str
    masked: str
    shown: str
    url: str


def contact_data(member: Member, shown: Mapping[str, str] = MappingProxyType({})) -> list[ContactLine]:
    """Phone and e-mail; `shown`: what was revealed in this request, by field."""
    email = readable(member, "email")
    lines = (
        ("phone", _("联系电话"), masked_phone(member)),
        ("email", _("电子邮箱"), mask_email(email) if email else ""),
    )
    return [
        ContactLine(
            field,
            label,
            masked,
            shown.get(field, ""),
            reverse(f"members:reveal_{field}", args=[member.public_id]),
        )
        for field, label, masked in lines
    ]


def person_context(member: Member) -> dict[str, Any]:
    """The particulars, the consents, and who looked."""
    consents = member.consents.select_related("recorded_by", "witness").order_by("-given_on", "-pk")
    return {**particulars_of(member), "consents": list(consents), "looks": looks_at(member)}


def particulars_of(member: Member) -> dict[str, Any]:
    """The member and the posts. No phone number in full."""
    return {
        "member": member,
        "today": timezone.localdate(),
        "is_active": member.is_active,
        "categories": [_CATEGORIES[category] for category in member.categories],
        "masked_phone": masked_phone(member),
        "posts": list(member.appointments.select_related("organization").order_by("ends_on", "pk")),
        "seats": list(member.seats.order_by("ends_on", "pk")),
    }


def looks_at(member: Member, *, last: int = SHOWN_LOOKS) -> list[Look]:
    """Who dealt with the file, the latest first: the same rows that the member sees."""
    return looks_page(member, 1, size=last)[0]

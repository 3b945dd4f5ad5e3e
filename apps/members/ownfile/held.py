"""What the registry holds of a member, in the words the member reads."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.fields import readable
from apps.core.listed import listed
from apps.members.consent_text import CURRENT_VERSION
from apps.members.models import Category, Consent, Correction, Member

_CATEGORIES = dict(Category.choices)


@dataclass(frozen=True)
class Fact:
    """One field: its word, what stands in it, and the field a correction names; "" where none can be asked for."""

    label: Any
    value: str
    field: str = ""
    open: bool = False


def facts_of(member: Member) -> list[Fact]:
    """Every field of the person."""
    asked = set(member.corrections.filter(state=Correction.State.OPEN).values_list("field", flat=True))
    field = Correction.Field

    def fact(name: str, value: Any) -> Fact:
        return Fact(Correction.Field(name).label, str(value or ""), name, name in asked)

    return [
        Fact(_("编号"), member.record_number),
        Fact(_("状态"), member.get_status_display()),
        Fact(_("登记机构"), member.office.name),
        fact(field.NAME, member.name),
        fact(field.GENDER, member.get_gender_display()),
        fact(field.BIRTH_MONTH, f"{member.birth_month:%Y-%m}" if member.birth_month else ""),
        fact(field.PHONE, readable(member, "phone")),
        fact(field.EMAIL, readable(member, "email")),
        fact(field.CATEGORIES, listed(_CATEGORIES[one] for one in member.categories)),
        Fact(_("最近联系"), f"{member.last_contact_on:%Y-%m-%d}" if member.last_contact_on else ""),
        Fact(_("资料核对日期"), f"{member.checked_on:%Y-%m-%d}" if member.checked_on else ""),
    ]


def held_by(member: Member) -> dict[str, Any]:
    """The own part of the page: the person, posts and seats, consents, corrections, the note on the way out."""
    corrections = member.corrections.order_by("-asked_on", "-pk")
    consents = list(member.consents.select_related("witness", "recorded_by").order_by("-given_on", "-pk"))
    return {
        "facts": facts_of(member),
        "posts": list(member.appointments.select_related("organization").order_by("ends_on", "pk")),
        "seats": list(member.seats.order_by("ends_on", "pk")),
        "posts_asked": corrections.filter(field=Correction.Field.POSTS, state=Correction.State.OPEN).exists(),
        "corrections": list(corrections),
        "consents": consents,
        "to_agree": to_agree(member, consents),
        "note": getattr(member, "way_out_note", None),
    }


def to_agree(member: Member, consents: list[Consent]) -> bool:
    """Whether the member has to be asked: who never confirmed, and who agreed to a text that has changed since."""
    if member.status not in (Member.Status.PENDING, Member.Status.ACTIVE):
        return False
    return not any(c.withdrawn_on is None and c.text_version == CURRENT_VERSION for c in consents)

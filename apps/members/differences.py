"""Two versions of a member, side by side: what is saved now, and what was typed meanwhile."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from apps.core.contacts import mask_email, mask_phone
from apps.core.listed import listed
from apps.members.actions import Particulars, changed_fields
from apps.members.models import Category, Member


@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    typed: str


def differences(current: Member, typed: Particulars) -> list[Difference]:
    """The columns in which the versions differ, as people read them; contact data stays masked."""
    saved = Particulars(
        name=current.name,
        office=current.office,
        categories=tuple(current.categories),
        gender=current.gender,
        birth_month=current.birth_month,
        phone=current.phone,
        email=current.email,
    )
    return [
        Difference(
            column_label(field), told(field, getattr(saved, field)), told(field, getattr(typed, field))
        )
        for field in changed_fields(current, typed)
    ]


def column_label(field: str) -> str:
    """What a column of a member is called."""
    column: Field[Any, Any] = Member._meta.get_field(field)  # type: ignore[assignment]
    return str(column.verbose_name)


def told(field: str, value: Any) -> str:
    """A column's value as people read it; contact data masked."""
    if not value:
        return _("未填")
    if field == "categories":
        return listed(str(Category(category).label) for category in value)
    if field == "phone":
        return mask_phone(value)
    if field == "email":
        return mask_email(value)
    if field == "birth_month":
        return f"{value:%Y-%m}"
    return str(Member.Gender(value).label) if field == "gender" else str(value)

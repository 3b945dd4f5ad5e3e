"""Two registrations side by side, field by field, for whoever decides what the merged one says."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from apps.core.contacts import mask_email, mask_phone
from apps.core.fields import readable
from apps.core.listed import listed
from apps.members.merges import CHOSEN
from apps.members.models import Category, Member


@dataclass(frozen=True)
class Line:
    """One field of both. `choose`: they differ, so that one must be chosen; `take_other` where the kept one has nothing."""

    field: str
    label: str
    kept: str
    duplicate: str
    choose: bool
    take_other: bool


def lines(kept: Member, duplicate: Member, taken: frozenset[str] | None = None) -> list[Line]:
    """The fields one chooses from; `taken` are those already chosen from the duplicate. Contact data stays masked."""
    return [_line(field, kept, duplicate, taken) for field in CHOSEN]


def _line(field: str, kept: Member, duplicate: Member, taken: frozenset[str] | None) -> Line:
    column: Field[Any, Any] = Member._meta.get_field(field)  # type: ignore[assignment]
    ours, theirs = _value(kept, field), _value(duplicate, field)
    differs = bool(theirs) and ours != theirs
    return Line(
        field=field,
        label=str(column.verbose_name),
        kept=_told(kept, field),
        duplicate=_told(duplicate, field),
        choose=differs,
        take_other=field in taken if taken is not None else differs and not ours,
    )


def _value(member: Member, field: str) -> Any:
    if field == "office":
        return member.office_id
    if field in ("phone", "email"):
        return readable(member, field)
    return sorted(member.categories) if field == "categories" else getattr(member, field)


def _told(member: Member, field: str) -> str:
    value = _value(member, field)
    if not value:
        return _("未填")
    if field == "categories":
        return listed(str(Category(category).label) for category in value)
    if field == "office":
        return str(member.office)
    if field == "gender":
        return member.get_gender_display()
    masked = {"phone": mask_phone, "email": mask_email}.get(field)
    if masked:
        return masked(value)
    return f"{value:%Y-%m}" if field == "birth_month" else str(value)

"""Two entries of one organization side by side, field by field, for whoever decides what the merged one says."""

from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from apps.members.merge_review import Line
from apps.members.models import Organization
from apps.members.organization_merges import CHOSEN


def lines(kept: Organization, duplicate: Organization, taken: frozenset[str] | None = None) -> list[Line]:
    """The fields one chooses from; `taken` are those already chosen from the duplicate."""
    return [_line(field, kept, duplicate, taken) for field in CHOSEN]


def _line(field: str, kept: Organization, duplicate: Organization, taken: frozenset[str] | None) -> Line:
    column: Field[Any, Any] = Organization._meta.get_field(field)  # type: ignore[assignment]
    ours, theirs = getattr(kept, field), getattr(duplicate, field)
    differs = bool(theirs) and ours != theirs
    return Line(
        field=field,
        label=str(column.verbose_name),
        kept=_told(kept, field),
        duplicate=_told(duplicate, field),
        choose=differs,
        take_other=field in taken if taken is not None else differs and not ours,
    )


def _told(organization: Organization, field: str) -> str:
    value = getattr(organization, field)
    if not value:
        return _("未填")
    return organization.get_kind_display() if field == "kind" else str(value)

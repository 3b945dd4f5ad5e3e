"""The offices a filter offers: those in which the actor holds the permission, as an indented tree."""

from apps.core.access import Actor, Permission
from apps.offices.models import Office, OfficeKind

# Communities and departments have no members, visits or pairs of their own.
LEFT_OUT = (OfficeKind.COMMUNITY, OfficeKind.DEPARTMENT)


def office_choices(actor: Actor, permission: Permission) -> list[tuple[str, str]]:
    """Code and indented name, top down."""
    rows = Office.objects.visible_to(actor, permission).exclude(kind__in=LEFT_OUT)
    offices = list(rows.values_list("code", "name", "depth"))
    top = min((depth for _code, _name, depth in offices), default=0)
    return [(code, "\u3000" * (depth - top) + name) for code, name, depth in offices]


def chosen_office(actor: Actor, permission: Permission, code: str) -> Office | None:
    """The office of a code in a URL, if the actor may see it."""
    return Office.objects.visible_to(actor, permission).filter(code=code).first() if code else None

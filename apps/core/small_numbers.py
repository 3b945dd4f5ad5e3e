"""Figures of fewer than five people are hidden outside their own office (design §1). The one number, used by every app."""

from django.utils.translation import gettext as _

from apps.core.access import Actor, Permission

FEWEST = 5


def own_paths(actor: Actor, permission: Permission) -> frozenset[str]:
    """Paths of the offices at which the actor's own grants stand, where nothing is hidden."""
    return frozenset(r.low for r in actor.office_ranges(permission))


def is_few(people: int | None) -> bool:
    """Too few to show. None and 0 hide nothing: there is nobody to speak of."""
    return 0 < (people or 0) < FEWEST


def few() -> str:
    """What stands in place of such a figure."""
    return _("少于%(n)s人") % {"n": FEWEST}

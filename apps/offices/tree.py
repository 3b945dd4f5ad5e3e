"""The tree as the page shows it: counties with what stands below them, in one query."""

from dataclasses import dataclass, field

from django.db.models import Q

from apps.core.access import Actor, Permission, may_at
from apps.offices.models import Office, OfficeKind, OfficeQuerySet


@dataclass
class Branch:
    """A city, a county, or the topmost office somebody sees, with the offices directly below it."""

    office: Office
    below: list[Office] = field(default_factory=list)


def branches(actor: Actor) -> list[Branch]:
    """What the actor sees, down to the towns; communities show on the page of their town."""
    visible = Office.objects.visible_to(actor, Permission.OFFICE_VIEW)
    heads: dict[str, Branch] = {}
    for office in visible.exclude(kind=OfficeKind.COMMUNITY):
        above = heads.get(office.parent_path)
        if office.kind in (OfficeKind.CITY, OfficeKind.COUNTY) or (
            above is None and not _inside(office, heads)
        ):
            heads[office.path] = Branch(office)
        elif above is not None:
            above.below.append(office)
    return list(heads.values())


def _inside(office: Office, heads: dict[str, Branch]) -> bool:
    """Whether it stands deeper below something that is shown: a department of a town."""
    return any(branch.office.range.holds(office.path) for branch in heads.values())


def found(actor: Actor, words: str) -> OfficeQuerySet:
    """Offices by a piece of the name or the beginning of the code, communities included."""
    visible = Office.objects.visible_to(actor, Permission.OFFICE_VIEW)
    return visible.filter(Q(name__icontains=words) | Q(code__startswith=words))


def above(office: Office, actor: Actor) -> OfficeQuerySet:
    """The offices above one, from the top, as far as the actor sees them."""
    step = office.steplen
    paths = [office.path[:end] for end in range(step, len(office.path), step)]
    return Office.objects.visible_to(actor, Permission.OFFICE_VIEW).filter(path__in=paths)


def directly_below(office: Office) -> OfficeQuerySet:
    """The offices directly below one, in the order of the tree."""
    return Office.objects.filter(path__startswith=office.path, depth=office.depth + 1)


def may_edit_for_all(actor: Actor) -> bool:
    """What holds for the whole tree (holidays, added words): only those who manage offices at its root."""
    roots = Office.objects.filter(depth=1).values_list("path", flat=True)
    return any(may_at(actor, Permission.OFFICE_MANAGE, path) for path in roots)

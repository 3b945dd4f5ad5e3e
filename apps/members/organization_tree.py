"""The tree of branches: 支部 under 总支 under 市委会, a town's chamber under the county's federation."""

from dataclasses import dataclass

from django.db import connection

from apps.core.access import Actor, OfficeRange, Permission
from apps.members.models import ORGANIZATION_FAMILIES, Organization, OrganizationKind
from apps.members.organization_words import party_of
from apps.members.organizations import floors_of
from apps.offices.models import Office, ScopedQuerySet

DEEPEST = 6

_WHOLE_TREE = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM members_organization WHERE id = %s
    UNION SELECT above.id, above.parent_id FROM members_organization above JOIN up ON above.id = up.parent_id
), down AS (
    SELECT own.id, 0 AS depth, ARRAY[own.name::text] AS place FROM members_organization own
    JOIN up ON up.id = own.id AND up.parent_id IS NULL
    UNION ALL
    SELECT below.id, depth + 1, place || below.name::text FROM members_organization below
    JOIN down ON below.parent_id = down.id WHERE depth < %s
)
SELECT down.id, down.depth, up.id IS NOT NULL FROM down LEFT JOIN up ON up.id = down.id ORDER BY place
"""


@dataclass(frozen=True)
class Twig:
    """A line of the tree. Without `is_open` the reader sees the name of what stands above, and no more."""

    organization: Organization
    depth: int
    is_this: bool
    is_open: bool

    @property
    def indent(self) -> str:
        """Full-width spaces: the policy allows no style of a row's own."""
        return "\u3000\u3000" * self.depth


def family_of(kind: str) -> frozenset[OrganizationKind]:
    """The kinds that may stand above and below this one."""
    return next(family for family in ORGANIZATION_FAMILIES if kind in family)


def tree_around(organization: Organization, actor: Actor) -> list[Twig]:
    """The tree the organization stands in, depth first: what the actor may see, and the names of those above it."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE_TREE, [organization.pk, DEEPEST])
        places = cursor.fetchall()
    known = Organization.objects.select_related("office").in_bulk([pk for pk, _depth, _above in places])
    ranges = actor.office_ranges(Permission.MEMBER_VIEW)
    found = [
        (Twig(known[pk], depth, pk == organization.pk, _holds(ranges, known[pk])), above)
        for pk, depth, above in places
    ]
    return [twig for twig, above in found if twig.is_open or above]


def _holds(ranges: tuple[OfficeRange, ...], organization: Organization) -> bool:
    return any(r.holds(organization.office_path) for r in ranges)


def possible_parents(office: Office) -> ScopedQuerySet:
    """Living organizations under which one of this office can stand: at the office itself and above it."""
    found: ScopedQuerySet = Organization.objects.filter(
        office_path__in=floors_of(office.path), ended_on__isnull=True
    )
    return found


def lines_above(organization: Organization) -> list[int]:
    """Ids of what stands above, the nearest first; ends at a loop."""
    found: list[int] = []
    above = organization.parent_id
    while above is not None and above not in found:
        found.append(above)
        above = Organization.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return found


def height_below(organization: Organization) -> int:
    """How many floors of branches stand below."""
    floor, height = [organization.pk], 0
    while height <= DEEPEST:
        floor = list(Organization.objects.filter(parent__in=floor).values_list("pk", flat=True))
        if not floor:
            break
        height += 1
    return height


def same_party(name: str, parent_name: str) -> bool:
    """Whether a branch may stand under the other as far as the parties in their names tell."""
    own, above = party_of(name), party_of(parent_name)
    return not own or not above or own == above

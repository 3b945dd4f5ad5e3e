"""One page of the member list: two queries and plain tuples, whatever its size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.members.models import ASSOCIATION_KINDS, Appointment, Category, Member
from apps.members.naming import Naming, record_number

COLUMNS = (
    "pk",
    "public_id",
    "name",
    "office_path",
    "office__name",
    "categories",
    "status",
    "last_contact_on",
)
_CATEGORY_NAMES = dict(Category.choices)
_STATUS = {
    Member.Status.PENDING: ("badge-warn", Member.Status.PENDING.label),
    Member.Status.ACTIVE: ("badge-ok", Member.Status.ACTIVE.label),
    Member.Status.MOVED: ("", Member.Status.MOVED.label),
    Member.Status.DECEASED: ("", Member.Status.DECEASED.label),
}


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A line of the list. `name` is empty where the reader may not see it."""

    public_id: UUID
    number: str
    name: str
    office: str
    categories: str
    post: str
    last_contact_on: Any
    badge: str
    status: str


def listed(rows: Iterable[tuple[Any, ...]], naming: Naming) -> list[ListedMember]:
    """The lines for rows of COLUMNS."""
    rows = list(rows)
    shown = {row[0] for row in rows if naming.shows(row[0], row[3])}
    posts = _posts(shown)
    return [_line(row, row[0] in shown, posts) for row in rows]


def _line(row: tuple[Any, ...], is_named: bool, posts: dict[int, str]) -> ListedMember:
    pk, public_id, name, _path, office, categories, status, last_contact_on = row
    badge, word = _STATUS[status]
    return ListedMember(
        public_id=public_id,
        number=record_number(pk),
        name=name if is_named else "",
        office=office,
        # In a small town a category tells who it is, as a post does.
        categories="、".join(str(_CATEGORY_NAMES[category]) for category in categories) if is_named else "",
        post=posts[pk] if is_named else "",
        last_contact_on=last_contact_on,
        badge=badge,
        status=str(word),
    )


def _posts(members: set[int]) -> dict[int, str]:
    """Work unit and title of members whose names are shown: a post would tell who it is."""
    found: dict[int, str] = defaultdict(str)
    posts = Appointment.objects.filter(member__in=members, ends_on__isnull=True).exclude(
        organization__kind__in=ASSOCIATION_KINDS
    )
    for member, organization, title in posts.values_list("member_id", "organization__name", "title"):
        found[member] = f"{organization} {title}".strip()
    return found

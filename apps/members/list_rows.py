"""The columns a list of members may show, and the lines under them. Read by the list, the export and the print.

A column says how a line gives its text, whether that text would tell who the person is (then it is empty wherever
the reader may not see the name, docs/decisions/0002), and what it needs from the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.contacts import mask_email, mask_phone
from apps.core.crypto import CryptoError
from apps.core.prepared import Prepared
from apps.members.models import ASSOCIATION_KINDS, Category, ContactPreference, Member
from apps.members.naming import Naming, record_number

_BETWEEN = _("、")
_CATEGORY_NAMES = dict(Category.choices)
_GENDERS = dict(Member.Gender.choices)
_PREFERENCES = dict(ContactPreference.choices)
_STATUS_NAMES = dict(Member.Status.choices)
_BADGES = {Member.Status.PENDING: "badge-warn", Member.Status.ACTIVE: "badge-ok"}
# In the order in which they were entered: sorted here and not by key, for which PostgreSQL may walk the whole table.
_POSTS = Prepared(
    "members_list_posts",
    "bigint[], text[]",
    """
    SELECT a.member_id,
        coalesce(string_agg(trim(o.name || ' ' || a.title), '；' ORDER BY a.id) FILTER (WHERE o.kind <> ALL ($2)), ''),
        coalesce(string_agg(o.name, '、' ORDER BY a.id) FILTER (WHERE o.kind = ANY ($2)), '')
    FROM members_appointment a JOIN members_organization o ON o.id = a.organization_id
    WHERE a.member_id = ANY ((SELECT $1)::bigint[]) AND a.ends_on IS NULL
    GROUP BY a.member_id
    """,
)
# What every line needs: who it is, where, and whether the reader may see the name.
_BASE = ("pk", "public_id", "name", "office_path")


@dataclass(slots=True)
class ListedMember:
    """A line of a list. `name` is empty where the reader may not see it; so is every column that needs the name."""

    pk: int
    public_id: UUID
    name: str
    office_path: str
    values: dict[str, Any]
    # Present posts in words, if a column needs them.
    post: str = ""
    associations: str = ""

    @property
    def number(self) -> str:
        return record_number(self.pk)

    @property
    def is_named(self) -> bool:
        return bool(self.name)

    def contact(self, column: str) -> str:
        """The phone number or e-mail address in full, or the sentence that says why it cannot be read.

        For an export that was allowed with a reason; pages show the column's text, which is masked.
        """
        try:
            return str(Member._meta.get_field(column).opened(self.public_id, self.values[column] or ""))  # type: ignore[union-attr]
        except CryptoError as error:
            return str(error)


@dataclass(frozen=True)
class Column:
    """One column a reader may choose. `sort` names the order that its head offers (listing.SORTS)."""

    key: str
    label: str | Promise
    text: Callable[[ListedMember], str]
    fields: tuple[str, ...] = ()
    needs_name: bool = True
    is_wide: bool = False
    needs_posts: bool = False
    # Phone and e-mail: `text` is masked, `ListedMember.contact(key)` is not.
    is_contact: bool = False
    sort: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the text is made from one field alone, so that equal values give equal texts."""
        return len(self.fields) == 1 and not self.is_contact

    def shown(self, line: ListedMember) -> str:
        """The text for this reader: "" where it would tell a name they may not see."""
        return "" if self.needs_name and not line.name else self.text(line)


def _named(values: dict[Any, Any], key: str) -> Callable[[ListedMember], str]:
    return lambda line: str(values.get(line.values[key], ""))


def _day(key: str, form: str = "%Y-%m-%d") -> Callable[[ListedMember], str]:
    return lambda line: line.values[key].strftime(form) if line.values[key] else ""


def _categories(line: ListedMember) -> str:
    return _BETWEEN.join(str(_CATEGORY_NAMES[category]) for category in line.values["categories"])


def _masked(key: str, mask: Callable[[str], str]) -> Callable[[ListedMember], str]:
    def text(line: ListedMember) -> str:
        return mask(line.contact(key)) if line.values[key] else ""

    return text


_ALL = (
    Column("name", _("姓名"), lambda line: line.name or line.number, needs_name=False, sort="pinyin"),
    Column("number", _("编号"), lambda line: line.number, needs_name=False),
    Column("categories", _("成员类别"), _categories, ("categories",), is_wide=True),
    Column("post", _("单位职务"), lambda line: line.post, is_wide=True, needs_posts=True),
    Column(
        "associations",
        _("所属团体"),
        lambda line: line.associations,
        is_wide=True,
        needs_posts=True,
    ),
    Column("gender", _("性别"), _named(_GENDERS, "gender"), ("gender",)),
    Column("birth_month", _("出生年月"), _day("birth_month", "%Y-%m"), ("birth_month",)),
    Column("phone", _("联系电话"), _masked("phone", mask_phone), ("phone",), is_contact=True),
    Column("email", _("电子邮箱"), _masked("email", mask_email), ("email",), is_contact=True),
    Column(
        "office",
        _("机构"),
        lambda line: str(line.values["office__name"]),
        ("office__name",),
        needs_name=False,
        sort="office",
    ),
    Column(
        "contact_preference",
        _("联系意愿"),
        _named(_PREFERENCES, "contact_preference"),
        ("contact_preference",),
    ),
    Column(
        "last_contact_on",
        _("最近联系"),
        _day("last_contact_on"),
        ("last_contact_on",),
        needs_name=False,
        sort="contact",
    ),
    Column("status", _("状态"), _named(_STATUS_NAMES, "status"), ("status",), needs_name=False),
    Column("status_since", _("状态起"), _day("status_since"), ("status_since",), needs_name=False),
)
COLUMNS: dict[str, Column] = {column.key: column for column in _ALL}
DEFAULT_COLUMNS = ("name", "categories", "post", "office", "last_contact_on", "status")


def chosen(keys: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these keys in this order; unknown ones are left out, the name always comes first."""
    known = dict.fromkeys(["name", *(key for key in keys if key in COLUMNS)])
    return tuple(COLUMNS[key] for key in known)


def remembered(
    column: Column, text: Callable[[ListedMember], str] | None = None
) -> Callable[[ListedMember], str]:
    """`text` of a line (what the column shows, if not given), made once for each value of a plain column.

    Words of a list and days repeat, in a page as in an export.
    """
    text = text or column.shown
    if not column.is_plain:
        return text
    (name,) = column.fields
    known: dict[Any, str] = {}

    def of(line: ListedMember) -> str:
        value = line.values[name]
        key = (tuple(value) if isinstance(value, list) else value, bool(line.name) or not column.needs_name)
        if key not in known:
            known[key] = text(line)
        return known[key]

    return of


def badge_of(status: str) -> str:
    """The class that gives a state its colour and shape."""
    return _BADGES.get(Member.Status(status), "")


def fields_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """What to ask `values_list` for, so that `lines_of` can make lines under these columns."""
    return tuple(dict.fromkeys([*_BASE, *(name for column in columns for name in column.fields)]))


def lines_of(
    rows: Iterable[tuple[Any, ...]], columns: Sequence[Column], naming: Naming
) -> list[ListedMember]:
    """Lines for rows of `values_list(*fields_of(columns))`: one query more for posts, whatever the number of rows."""
    fields = fields_of(columns)
    lines = []
    for row in rows:
        pk, public_id, name, path = row[:4]
        is_named = naming.shows(pk, path)
        lines.append(
            ListedMember(
                pk, public_id, name if is_named else "", path, dict(zip(fields[4:], row[4:], strict=True))
            )
        )
    if any(column.needs_posts for column in columns):
        posts = posts_of([line.pk for line in lines if line.name])
        for line in lines:
            line.post, line.associations = posts.get(line.pk, NO_POSTS)
    return lines


NO_POSTS = ("", "")


def posts_of(members: Sequence[int]) -> dict[int, tuple[str, str]]:
    """By member, the posts held today and the associations, in words. Only of named members: a post tells who it is."""
    rows = _POSTS.rows(list(members), list(map(str, ASSOCIATION_KINDS))) if members else ()
    return {member: (post, associations) for member, post, associations in rows}

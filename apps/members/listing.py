"""Which members a list shows, in which order, under which columns.

`ListState` is the one object for it: the list page, the export, bulk actions by filter and saved views all read the
same one, so that what is exported or moved is exactly what was shown.

    state = ListState.of(request.GET, request.user)
    members = state.members(request.user)                    # filtered, in order, visible to this user
    rows = members.values_list(*fields_of(state.chosen))     # list_rows: a page, or iterator() for an export
    lines = lines_of(rows, state.chosen, naming)
    [[column.shown(line) for column in state.chosen] for line in lines]

It travels as a query string (`state.query(user)`) and as JSON (`state.as_json(user)`, `ListState.from_json`). The
words of a search are names of people: in both they are sealed for the one user (docs/decisions/0005).
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core import crypto
from apps.core.access import Actor, Permission
from apps.core.paging import SIZES
from apps.members.list_rows import COLUMNS, DEFAULT_COLUMNS, Column, chosen
from apps.members.models import HIDDEN, Category, Member, MemberQuerySet
from apps.members.naming import Naming
from apps.members.searching import LONGEST, search
from apps.offices.models import Office

SORTS: dict[str, str | Promise] = {
    "pinyin": _("姓名拼音"),
    "strokes": _("姓名笔画"),
    "contact": _("最近联系"),
    "office": _("机构"),
}
# Last contact: never, or so many days and more ago.
NEVER = "never"
CONTACT_AGES: dict[str, str | Promise] = {
    NEVER: _("未联系"),
    "90": _("超过三个月"),
    "180": _("超过半年"),
    "365": _("超过一年"),
}
SHOWN_STATUSES = tuple(status for status in Member.Status if status not in HIDDEN)
# In place of a saved view: none, not even the reader's default one.
ALL = "all"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Sealed search words grow in steps of so many bytes: their length must not tell the name's.
_STEP = 48


@dataclass(frozen=True)
class ListState:
    """Filters, sort, columns and page size of a list of members."""

    q: str = ""
    office: int | None = None
    category: str = ""
    status: str = ""
    contact: str = ""
    sort: str = "pinyin"
    descending: bool = False
    columns: tuple[str, ...] = field(default=DEFAULT_COLUMNS)
    size: int = SIZES[0]
    # The saved view it began with, for the links of its pages; ALL for none.
    view: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any], user: Actor, base: "ListState | None" = None) -> "ListState":
        """What the URL (or a posted form) says, on top of `base`: a saved view or the user's own settings.

        Nonsense is left out, never an error. `q` is what was typed, `s` the same sealed.
        """
        given = {key: _clean(key, query[key], user) for key in _KEYS if key in query}
        if "s" in given:
            sought = given.pop("s")
            given.setdefault("q", sought)  # what was typed just now wins
        if "order" in given:
            given["sort"], given["descending"] = given.pop("order")
        return replace(base or cls(), **given)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], user: Actor) -> "ListState":
        """The state that `as_json` stored. Columns and filters that no longer exist are left out."""
        state = cls.of(stored, user)
        columns = tuple(key for key in stored.get("columns", ()) if key in COLUMNS)
        return replace(state, columns=columns or DEFAULT_COLUMNS)

    # -- what it means ---------------------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[Column, ...]:
        """The columns, in order."""
        return chosen(self.columns)

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.office or self.category or self.status or self.contact)

    @property
    def uses_category(self) -> bool:
        """Whether people are picked by what they are: an export of that needs a second person."""
        return bool(self.category)

    def members(self, actor: Actor, permission: Permission = Permission.MEMBER_VIEW) -> MemberQuerySet:
        """The members in order. Never more than the actor may see (or, with `permission`, may do that to)."""
        naming = Naming.of(actor)
        return self.in_order(self.found(actor, naming, permission), naming, actor)

    def found(
        self, actor: Actor, naming: Naming, permission: Permission = Permission.MEMBER_VIEW
    ) -> MemberQuerySet:
        """The members in no order: for counting and for bulk actions."""
        found = Member.objects.visible_to(actor, permission, paired=naming.paired)
        if self.office:
            office = Office.objects.filter(pk=self.office).first()
            found = found.of_office(office) if office else found.none()
        if self.category:
            # Only among members the reader may name: a filter must not tell what the list hides.
            found = found.filter(naming.named(), categories__contains=[self.category])
        if self.status:
            found = found.filter(status=self.status)
        if self.contact:
            found = found.filter(self._long_ago())
        return search(found, self.q, naming)

    def _long_ago(self) -> Q:
        if self.contact == NEVER:
            return Q(last_contact_on__isnull=True)
        since = timezone.localdate() - dt.timedelta(days=int(self.contact))
        return Q(last_contact_on__isnull=True) | Q(last_contact_on__lt=since)

    def in_order(self, members: MemberQuerySet, naming: Naming, actor: Actor) -> MemberQuerySet:
        """Sorted; where a name is hidden its place must not tell it, so those follow by record number."""
        key = F("strokes" if self.sort == "strokes" else "pinyin")
        if not _all_named(actor, naming):
            key = Case(When(naming.named(), then=key), default=Value(None))  # type: ignore[assignment]
        by_name = key.desc(nulls_last=True) if self.descending else key.asc(nulls_last=True)
        match self.sort:
            case "contact":
                last = F("last_contact_on")
                # Who was never contacted waits longest.
                when = last.desc(nulls_last=True) if self.descending else last.asc(nulls_first=True)
                return members.order_by(when, "pk")
            case "office":
                return members.order_by(
                    "-office_path" if self.descending else "office_path", key.asc(nulls_last=True), "pk"
                )
            case _:
                return members.order_by(by_name, "-pk" if self.descending else "pk")

    # -- how it travels --------------------------------------------------------------------------------------

    @property
    def order(self) -> str:
        """The sort as the URL has it: `strokes`, `-contact`."""
        return f"-{self.sort}" if self.descending else self.sort

    def filters(self, user: Actor) -> dict[str, str]:
        """The filters that are set, as the URL has them."""
        said = {
            "s": _sealed(self.q, user),
            "office": str(self.office or ""),
            "category": self.category,
            "status": self.status,
            "contact": self.contact,
        }
        return {key: value for key, value in said.items() if value}

    def query(self, user: Actor, **changed: Any) -> str:
        """The query string that gives this state again; `changed` for a link that sorts otherwise."""
        settings = {"order": self.order, "size": str(self.size), "view": self.view}
        # What a view sets and the reader emptied must stay empty.
        emptied = dict.fromkeys(("office", *_CHOICES), "") if self.view else {}
        said = {**emptied, **self.filters(user), **settings, **changed}
        return urlencode({key: value for key, value in said.items() if value or key in emptied})

    def as_json(self, user: Actor) -> dict[str, Any]:
        """To be stored: for a job of this user. A saved view leaves out the search (`without_search`)."""
        return {
            **self.filters(user),
            "order": self.order,
            "size": str(self.size),
            "columns": list(self.columns),
        }

    def without_search(self) -> "ListState":
        return replace(self, q="")

    def without_view(self) -> "ListState":
        """The same list, no longer called by the view it began with (nor falling back to the default one)."""
        return replace(self, view=ALL)

    def told(self, user: Actor) -> list[tuple[str, str]]:
        """The filters in words (label, value), for people: above a bulk action, on an export's second sheet."""
        office = Office.objects.filter(pk=self.office).first() if self.office else None
        said = [
            (_("姓名、单位或编号"), self.q),
            (_("机构"), office.name if office else ""),
            (_("成员类别"), dict(Category.choices).get(self.category, "")),
            (_("状态"), dict(Member.Status.choices).get(self.status, "")),
            (_("最近联系"), CONTACT_AGES.get(self.contact, "")),
        ]
        return [(str(label), str(value)) for label, value in said if value]


def _all_named(actor: Actor, naming: Naming) -> bool:
    """Whether every member the reader can see is named to them; then the list may be in the order of names."""
    return all(
        any(k.low <= seen.low and seen.high <= k.high for k in naming.kept)
        for seen in actor.office_ranges(Permission.MEMBER_VIEW)
    )


def _clean(key: str, value: Any, user: Actor) -> Any:
    text = str(value)
    if key in _CHOICES:
        return text if text in _CHOICES[key] else ""
    match key:
        case "q":
            return text.strip()[:LONGEST]
        case "s":
            return _opened(text, user)
        case "office":
            return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
        case "view":
            return text if text == ALL or _UUID.fullmatch(text) else ""
        case "size":
            return int(text) if text in map(str, SIZES) else SIZES[0]
        case _:  # order
            sort = text.removeprefix("-")
            return (sort, text.startswith("-")) if sort in SORTS else ("pinyin", False)


_CHOICES: dict[str, tuple[str, ...]] = {
    "category": tuple(Category.values),
    "status": tuple(SHOWN_STATUSES),
    "contact": tuple(CONTACT_AGES),
}
_KEYS = ("s", "q", "office", *_CHOICES, "order", "size", "view")


def _sealed(words: str, user: Actor) -> str:
    """Search words for a URL or a stored state: readable only for this user, here."""
    if not words:
        return ""
    missing = -len(words.encode()) % _STEP
    stored = crypto.encrypt(words + " " * missing, **_place(user))
    return stored.replace("+", "-").replace("/", "_")


def _opened(token: str, user: Actor) -> str:
    try:
        return crypto.decrypt(token.replace("-", "+").replace("_", "/"), **_place(user)).strip()
    except crypto.CryptoError:
        return ""


def _place(user: Actor) -> dict[str, Any]:
    return {"table": "members.list", "column": "q", "row": UUID(int=user.pk or 0)}

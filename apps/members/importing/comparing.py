"""Rows of a roster against the registry: who is new, who changes, who stays as is. Two queries, whatever the size."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.arrays import AnyIndexed, AnyOf
from apps.core.crypto import CryptoError
from apps.core.fields import Ciphertext, EncryptedTextField
from apps.members.departing import rows_of_departed
from apps.members.importing.findings import Finding
from apps.members.importing.rows import Mark, RosterRow, marks_of
from apps.members.models import GONE, Appointment, Member
from apps.offices.models import Office

_EMAIL: EncryptedTextField = Member._meta.get_field("email")
_COLUMNS = (
    "pk",
    "public_id",
    "name",
    "name_simplified",
    "phone_index",
    "birth_month",
    "gender",
    "categories",
    "status",
    "office_id",
    "office__name",
    "office_path",
    "phone",
    "email",
)


@dataclass(frozen=True)
class Known:
    """A member as the registry holds it, as far as a roster can change it."""

    pk: int
    public_id: UUID
    name: str
    name_simplified: str
    phone_index: str
    birth_month: dt.date | None
    gender: str
    categories: list[str]
    status: str
    office_id: int
    office_name: str
    office_path: str
    phone: Ciphertext
    email: Ciphertext


@dataclass(frozen=True)
class Change:
    """A row that says something new of a member: which columns, which posts, and whether it brings the consent."""

    row: RosterRow
    member: Known
    columns: dict[str, Any]
    posts: tuple[tuple[str, str], ...]
    confirms: bool


@dataclass
class Plan:
    """What an import would do. `held` are people who left the registry: told like `pending`, and not entered."""

    with_evidence: bool = False
    new: list[RosterRow] = field(default_factory=list)
    held: list[RosterRow] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skips: list[Finding] = field(default_factory=list)

    @property
    def active(self) -> list[RosterRow]:
        """New rows that the signed sheet covers."""
        return [row for row in self.new if self.with_evidence and row.consented]

    @property
    def pending(self) -> list[RosterRow]:
        """New rows that still need the person's own word."""
        return [row for row in self.new if not (self.with_evidence and row.consented)]


def compare(rows: Sequence[RosterRow], office: Office, *, with_evidence: bool, column: str) -> Plan:
    """`office` is the one that imports; `column` the heading under which skipped rows are reported."""
    plan = Plan(with_evidence)
    known = _known(rows)
    gone = rows_of_departed(rows)
    posts = _posts({member.pk for member in known.values()})
    names = {member.name_simplified for member in known.values()}
    taken: set[int] = set()
    unchanged = _("已登记，没有变化")
    for row in rows:
        # Nearly all of a new roster have nobody's name.
        marks = row.marks if row.keys.simplified in names else ()
        member = next((known[mark] for mark in marks if mark in known), None)
        if _stays_away(member, row.row in gone):
            plan.held.append(row)
        elif member is None:
            plan.new.append(row)
        elif reason := _left_alone(member, office, taken):
            plan.skips.append(Finding(row.row, column, reason))
        elif change := _change(row, member, posts[member.pk], with_evidence):
            taken.add(member.pk)
            plan.changes.append(change)
        else:
            taken.add(member.pk)
            plan.skips.append(Finding(row.row, column, unchanged))
    return plan


def _known(rows: Sequence[RosterRow]) -> dict[Mark, Known]:
    """Members by their marks. Of two with one mark the one that counts: active before pending before left."""
    found: dict[Mark, Known] = {}
    names = sorted({row.keys.simplified for row in rows})
    members = Member.objects.filter(AnyIndexed("name_simplified", names, of=str)).values_list(*_COLUMNS)
    rank = {Member.Status.ACTIVE: 2, Member.Status.PENDING: 1}
    for member in sorted((Known(*m) for m in members), key=lambda m: (rank.get(m.status, 0), -m.pk)):  # type: ignore[call-overload]
        marks = marks_of(member.name_simplified, member.phone_index, member.birth_month, member.office_id)
        found.update(dict.fromkeys(marks, member))
    return found


def _posts(members: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """The organization and title of every present appointment, by member."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    current = Appointment.objects.filter(AnyOf("member_id", sorted(members)), ends_on__isnull=True)
    for member, organization, title in current.values_list("member_id", "organization__name", "title"):
        found[member].add((organization, title))
    return found


def _stays_away(member: Known | None, left_before: bool) -> bool:
    """Whether a roster must not bring this person back (design §1); who came back by their own word is active."""
    if member is None:
        return left_before
    return member.status == Member.Status.WITHDRAWN or (
        left_before and member.status == Member.Status.PENDING
    )


def _left_alone(member: Known, office: Office, taken: set[int]) -> str:
    """Why a known member is not touched, or ""."""
    if member.pk in taken:
        return _("与本表前面一行是同一人")
    if not office.range.holds(member.office_path):
        return _("已有登记，请联系上级")
    if member.status in GONE:
        return _("该成员已迁出或去世，不更新")
    if member.status == Member.Status.MERGED:
        return _("这份登记已并入另一份，请在保留的登记中修改")
    return ""


def _change(row: RosterRow, member: Known, posts: set[tuple[str, str]], with_evidence: bool) -> Change | None:
    columns = _changed_columns(row, member)
    missing = tuple(post for post in posts_of(row) if post not in posts)
    confirms = with_evidence and row.consented and member.status == Member.Status.PENDING
    return Change(row, member, columns, missing, confirms) if columns or missing or confirms else None


def _changed_columns(row: RosterRow, member: Known) -> dict[str, Any]:
    """What the roster says otherwise. An empty cell says nothing."""
    said: dict[str, Any] = {
        "name": row.name,
        "phone_index": row.phone_index,
        "birth_month": row.birth_month,
        "gender": row.gender,
        "office_id": row.office.id,
    }
    found = {column: value for column, value in said.items() if value and value != getattr(member, column)}
    if row.categories and set(row.categories) != set(member.categories):
        found["categories"] = list(row.categories)
    if row.email and row.email != _opened(_EMAIL, member.public_id, member.email):
        found["email"] = row.email
    return found


def _opened(field: EncryptedTextField, row: UUID, stored: Ciphertext) -> str:
    """The plain text, or "" where it cannot be opened: then the roster's value is a new one."""
    try:
        return field.opened(row, stored)
    except CryptoError:
        return ""


def posts_of(row: RosterRow) -> list[tuple[str, str]]:
    """The appointments a row names, as (organization, title)."""
    posts = [(row.employer, row.title)] if row.employer else []
    return posts + [(association, "") for association in row.associations]

"""What is done to many members at once: 调整机构, its undo, and the letters that ask them to confirm.

Set-based, one transaction, an audit row for each member. Who withdrew or was merged is never touched: `ListState`
does not find them, and the statements below do not either.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor, Permission, may_at, within
from apps.core.refusals import Refusal
from apps.members.delivering import LIMIT, hand_out
from apps.members.listing import ListState
from apps.members.models import HIDDEN, BulkMove, Delivery, Member, MemberQuerySet
from apps.members.naming import Naming
from apps.offices.models import Office

if TYPE_CHECKING:
    from apps.jobs.running import Work

# How long a move stays undoable (and its list of members is kept).
UNDO_DAYS = 30
_LABEL = Member._meta.label_lower


class BulkRefused(Refusal):
    """The deed breaks a rule."""


@dataclass(frozen=True)
class Selection:
    """Ticked rows, or with `ids` None everybody the list's filters find. Filters, not ids: there is no limit."""

    state: ListState
    ids: tuple[UUID, ...] | None = None

    def members(self, by: Actor) -> MemberQuerySet:
        """Those of them the actor manages. A pair is no reason to move somebody of another office."""
        managed = within(by.office_ranges(Permission.MEMBER_MANAGE))
        if self.ids is None:
            found = self.state.found(by, Naming.of(by), Permission.MEMBER_MANAGE)
        else:
            found = Member.objects.visible_to(by, Permission.MEMBER_MANAGE).filter(public_id__in=self.ids)
        return found.filter(managed)


@transaction.atomic
def move_members(*, selection: Selection, office: Office, by: Actor) -> BulkMove:
    """Put the selected members into another office. Raises BulkRefused where nobody is to be moved."""
    if not may_at(by, Permission.MEMBER_MANAGE, office.path):
        raise BulkRefused(_("只能调整到自己管理成员的机构"), field="office")
    _check_as_we_go()
    rows = list(
        selection.members(by)
        .exclude(office=office)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", "office_id", "version")
    )
    if not rows:
        raise BulkRefused(_("选中的成员都已在该机构，或不在您的管理范围内"), field="office")
    members, offices, versions = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member SET office_id = %s, version = version + 1 WHERE id = ANY(%s)",
            [office.pk, members],
        )
    move = BulkMove.objects.create(
        office=office,
        by_id=by.pk,
        members=members,
        offices=offices,
        versions=[version + 1 for version in versions],
    )
    _record(members, by, move=move.pk)
    return move


@transaction.atomic
def undo_move(*, move: BulkMove, by: Actor) -> list[int]:
    """Back to where they were. Gives the ids of those left where they are, since somebody edited them since.

    Raises BulkRefused for a move that was undone before, or is too old.
    """
    current = BulkMove.objects.select_for_update().get(pk=move.pk)
    if current.undone_at or current.at < timezone.now() - dt.timedelta(days=UNDO_DAYS):
        raise BulkRefused(_("这次调整已经撤销，或已超过 %(days)d 天") % {"days": UNDO_DAYS})
    _check_as_we_go()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE members_member m SET office_id = was.office, version = m.version + 1
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS was (id, office, version)
            WHERE m.id = was.id AND m.version = was.version AND m.office_id = %s AND m.status <> ALL(%s)
            RETURNING m.id
            """,
            [current.members, current.offices, current.versions, current.office_id, list(map(str, HIDDEN))],
        )
        back = {pk for (pk,) in cursor.fetchall()}
    current.undone_at = timezone.now()
    current.left = [pk for pk in current.members if pk not in back]
    current.save(update_fields=["undone_at", "left"])
    _record(sorted(back), by, move=current.pk, undone=True)
    return current.left


def _check_as_we_go() -> None:
    """Foreign keys after each statement: 25,000 checks waiting for the commit slow every row's triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _record(members: Collection[int], by: Actor, **detail: int) -> None:
    targets = Member.objects.filter(pk__in=members).values_list("pk", "office_path")
    record_many(AuditEvent.Action.CHANGE, label=_LABEL, targets=targets, by=by, fields=["office"], **detail)


def forget_old_moves(today: dt.date) -> int:
    """Who was moved is forgotten once it cannot be undone. Gives how many moves."""
    old = BulkMove.objects.filter(at__date__lt=today - dt.timedelta(days=UNDO_DAYS))
    return old.delete()[0]


def run(work: "Work") -> dict[str, Any]:
    """The nightly job."""
    return {"forgotten": forget_old_moves(timezone.localdate())}


def letters_for(*, selection: Selection, by: Actor) -> list[Member]:
    """提醒本人确认: those of the selection who are still 待本人确认, to print a letter for each.

    Counted and written down as any print is. Raises BulkRefused, and NeedsSecondPerson for more than the limit.
    """
    if selection.ids is None and selection.state.uses_category:
        raise BulkRefused(_("按成员类别筛选的名单不能直接打印，请先取消类别条件"))
    pending = selection.members(by).filter(status=Member.Status.PENDING).select_related("office")
    # One more than the limit is enough to be refused.
    members = list(pending.order_by("office_path", "pinyin", "pk")[: LIMIT + 1])
    if not members:
        raise BulkRefused(_("请先勾选待本人确认的成员"))
    hand_out([member.pk for member in members], to=by, way=Delivery.Way.PRINT, purpose="letters")
    return members

"""Rosters, as one kind of import."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import Actor, Permission
from apps.jobs.actions import enqueue
from apps.members.importing.closing import Progress, Why
from apps.members.importing.kinds import ImportKind, Left, Words, register
from apps.members.importing.reading import forget, roster_of
from apps.members.importing.roster_words import ROSTER
from apps.members.importing.running import COMPARED, READ, Trial, apply_trial, compared
from apps.members.importing.undoing import undo
from apps.members.models import ImportBatch, Member
from apps.members.naming import Naming
from apps.members.words import SETTLE

SHOWN_LEFT = 200
_REASONS = {
    Why.EDITED: _("导入后有修改"),
    Why.LINKED: _("已有结对、联系等记录"),
    Why.UNKNOWN: _("没有导入前的记录"),
}


def register_rosters() -> None:
    register(
        ImportKind(
            code=ImportBatch.Kind.ROSTER,
            permission=Permission.MEMBER_IMPORT,
            words=Words(
                title=_("导入花名册"),
                upload_url="members:import",
                list_url="members:list",
                see=_("查看成员"),
                before="",
                nothing_new=_("表中没有需要新增或更新的人员。"),
                undo=_(
                    "新增的人员将删除，更新的内容恢复原样；导入后有修改或已有结对、联系的保持不变，并逐条列出。"
                ),
                removed_unit=_("人"),
                sheets=_(
                    "没有乡镇列的表，表名是乡镇（街道）名的，登记到那个乡镇（街道）。同一人出现在几张表里的，只登记一次。"
                ),
            ),
            trial=_trial,
            apply=_apply,
            undo=undo,
            left=_left,
            vocabulary=ROSTER,
        )
    )


def _trial(batch: ImportBatch, progress: Progress) -> Trial:
    roster = roster_of(batch, lambda share: progress(share * READ))
    progress(READ)
    found = compared(roster, batch.office, with_evidence=batch.evidence is not None)
    progress(COMPARED)
    return found


def _apply(found: Trial, batch: ImportBatch, by: Actor, progress: Progress) -> None:
    apply_trial(found, batch, by, progress)
    forget(batch)
    enqueue(SETTLE, key=f"{SETTLE}:{batch.pk}")


def _left(why: dict[int, Why], user: User) -> Iterator[Left]:
    """Members that an undo left as they are: with the name where the reader may see it."""
    naming = Naming.of(user)
    seen = Member.objects.visible_to(user, Permission.MEMBER_VIEW).filter(pk__in=why).order_by("pk")
    for member in seen[:SHOWN_LEFT]:
        url = reverse("members:detail", args=[member.public_id])
        yield Left(url, naming.label_of(member), member.record_number, _REASONS[why[member.pk]])

"""Two registrations of one person become one, and can become two again for thirty days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Actor
from apps.core.refusals import Conflict
from apps.members.actions import MemberRefused
from apps.members.merging import of_members
from apps.members.models import ContactPreference, DuplicateCandidate, Member, Merge, OrganizationMerge
from apps.members.models.identity import UNDO_DAYS
from apps.members.versions import HistoryGone, columns_of, latest_version

log = structlog.get_logger(__name__)

# What the person who merges chooses between, field by field; everything else follows from rules.
CHOSEN = ("name", "office", "categories", "gender", "birth_month", "phone", "email")
# The less contact somebody asked for holds for the person.
_LESS_CONTACT = (
    ContactPreference.NORMAL,
    ContactPreference.PHONE_ONLY,
    ContactPreference.HALF_YEARLY,
    ContactPreference.NONE,
)
# Written by others all the time; everything else that the merge wrote an undo puts back, unless it was changed since.
_NOT_OURS = frozenset({"id", "version", "last_contact_on", "office_path"})
_SELF = "members.members"


UNDECLARED = gettext_lazy("系统中有尚未声明合并办法的数据，暂不能合并，请联系系统管理员")


class MergeRefused(MemberRefused):
    """The two registrations cannot be merged, or can no longer be separated."""

    code = "merge_refused"


class UndeclaredLinks(MergeRefused):
    """Some table points to members and no step says what merging does to it."""

    code = "undeclared_links"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two, with the version that the person who merges has seen."""

    member: Member
    version: int


@scope.everything("all that belongs to either moves, whoever entered it")
@transaction.atomic
def merge_members(*, kept: Side, duplicate: Side, from_duplicate: frozenset[str], by: Actor) -> Merge:
    """Make the duplicate's registration part of the kept one. `from_duplicate`: the fields of CHOSEN taken from it.

    Raises MergeRefused, or Conflict where either was changed since it was read.
    """
    if missing := of_members.links_without_a_step():
        log.error("merge_without_step", links=sorted(missing))
        raise UndeclaredLinks(str(UNDECLARED))
    stays, goes = _locked(kept.member, duplicate.member)
    if (stays.version, goes.version) != (kept.version, duplicate.version):
        raise Conflict(_("您核对期间，其中一份登记被修改了，请重新核对"))
    if reason := refusal_of(stays, goes):
        raise MergeRefused(reason)
    before = [latest_version(stays), latest_version(goes)]
    _combine(stays, goes, from_duplicate)
    changed = {_SELF: {"kept": [before[0], latest_version(stays)], "duplicate": before[1]}}
    changed |= of_members.move(goes, stays)
    merge = Merge.objects.create(office=stays.office, kept=stays, duplicate=goes, by_id=by.pk, steps=changed)
    _decide_candidate(stays, goes, by)
    record(AuditEvent.Action.CHANGE, target=stays, by=by, fields=sorted(from_duplicate), merged=goes.pk)
    record(AuditEvent.Action.CHANGE, target=goes, by=by, fields=["status"], merged_into=stays.pk)
    return merge


@scope.everything("all that was moved comes back, whoever entered it")
@transaction.atomic
def undo_merge(*, merge: Merge, by: Actor) -> None:
    """Both come back with their own links; what was added since the merge stays with the kept one. Raises MergeRefused."""
    stays, goes = _locked(merge.kept, merge.duplicate)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if reason := undo_refusal_of(merge):
        raise MergeRefused(reason)
    try:
        _separate(stays, goes, merge.steps[_SELF])
        of_members.restore(goes, stays, merge.steps)
    except HistoryGone:
        raise MergeRefused(_("合并前的历史记录已按期删除，不能再撤销")) from None
    merge.undone_at, merge.undone_by_id = timezone.now(), by.pk
    merge.save(update_fields=["undone_at", "undone_by"])
    pair = sorted((stays.pk, goes.pk))
    DuplicateCandidate.objects.filter(first=pair[0], second=pair[1]).update(
        state=DuplicateCandidate.State.OPEN, decided_at=None, decided_by=None
    )
    for member in (stays, goes):
        record(AuditEvent.Action.CHANGE, target=member, by=by, fields=["status"], unmerged=merge.pk)


def refusal_of(kept: Member, duplicate: Member) -> str:
    """Why these two cannot be merged this way round, or "". Merging never changes whether somebody is in the registry."""
    status = Member.Status
    states = {kept.status, duplicate.status}
    if kept.pk == duplicate.pk:
        return _("请选择两份不同的登记")
    if states & {status.WITHDRAWN, status.MERGED}:
        return _("其中一份登记已不在册，不能合并")
    if status.DECEASED in states and len(states) > 1:
        return _("其中一份登记为已去世，请先核实")
    if status.ACTIVE in states and kept.status != status.ACTIVE:
        # The consent stands with the active one: nobody becomes active by a merge.
        return _("请保留已在册的那一份：同意由本人作出，不能因合并而产生")
    return ""


def undo_refusal_of(merge: Merge) -> str:
    """Why the merge cannot be undone, or ""."""
    if merge.undone_at is not None:
        return _("这次合并已经撤销")
    if not merge.can_be_undone:
        return _("合并已超过 %(days)d 天，不能再撤销") % {"days": UNDO_DAYS}
    if merge.kept.status == Member.Status.WITHDRAWN:
        # Both were the person who left; the second must not come back without them.
        return _("本人已退出，不能撤销合并")
    later = Merge.objects.standing().filter(pk__gt=merge.pk)
    if later.filter(kept=merge.kept_id).exists() or later.filter(duplicate=merge.kept_id).exists():
        return _("此后又有合并，请先撤销后一次合并")
    return ""


def standing_for(member: Member) -> Member:
    """The registration that stands for a merged one: itself where it was not merged."""
    while member.merged_into is not None:
        member = member.merged_into
    return member


def forget_old_merges(now: dt.datetime) -> int:
    """Merges past their time: what they moved is forgotten, that they happened stays. Gives how many."""
    before = now - dt.timedelta(days=UNDO_DAYS)
    made: tuple[type[Merge | OrganizationMerge], ...] = (Merge, OrganizationMerge)
    return sum(kind.objects.exclude(steps={}).filter(at__lt=before).update(steps={}) for kind in made)


def _locked(one: Member, other: Member) -> tuple[Member, Member]:
    """Both as they stand; locked in the order of ids, so that two merges at once cannot wait for each other."""
    rows = Member.objects.select_for_update(of=("self",)).select_related("office")
    found = {m.pk: m for m in rows.filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    if len(found) < 2:
        raise MergeRefused(_("请选择两份不同的登记"))
    return found[one.pk], found[other.pk]


def _combine(kept: Member, duplicate: Member, from_duplicate: frozenset[str]) -> None:
    for field in CHOSEN:
        if field in from_duplicate:
            setattr(kept, field, getattr(duplicate, field))
    if _LESS_CONTACT.index(ContactPreference(duplicate.contact_preference)) > _LESS_CONTACT.index(
        ContactPreference(kept.contact_preference)
    ):
        kept.contact_preference = duplicate.contact_preference
        kept.contact_preference_since = duplicate.contact_preference_since
    kept.version += 1
    kept.save()
    duplicate.status, duplicate.merged_into = Member.Status.MERGED, kept
    duplicate.status_since = timezone.localdate()
    duplicate.version += 1
    duplicate.save(update_fields=["status", "status_since", "merged_into", "version"])


def _separate(kept: Member, duplicate: Member, changed: Mapping[str, Any]) -> None:
    before, after = (columns_of(Member, event) for event in changed["kept"])
    now = Member.objects.filter(pk=kept.pk).values(*before)[0]
    back = {n: was for n, was in before.items() if n not in _NOT_OURS and now[n] == after[n] != was}
    Member.objects.filter(pk=kept.pk).update(**back, version=kept.version + 1)
    was = columns_of(Member, changed["duplicate"])
    Member.objects.filter(pk=duplicate.pk).update(
        status=was["status"],
        status_since=was["status_since"],
        merged_into=None,
        version=duplicate.version + 1,
    )
    kept.refresh_from_db()
    duplicate.refresh_from_db()


def _decide_candidate(kept: Member, duplicate: Member, by: Actor) -> None:
    first, second = sorted((kept.pk, duplicate.pk))
    DuplicateCandidate.objects.filter(first=first, second=second).update(
        state=DuplicateCandidate.State.MERGED, decided_at=timezone.now(), decided_by=by.pk
    )

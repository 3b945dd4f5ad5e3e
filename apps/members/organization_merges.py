"""Two entries of one organization become one, and can become two again for thirty days (decision 0020).

As with two registrations of a person (`merges`): links move by declared steps, the duplicate stays with `merged_into`, and
what it was comes back from the history. Its name goes on leading to the kept entry: a roster that writes it names that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Actor
from apps.core.credit_codes import subject_of
from apps.core.refusals import Conflict
from apps.members.merges import UNDECLARED
from apps.members.merging import of_organizations
from apps.members.models import Organization, OrganizationKind, OrganizationMerge
from apps.members.models.identity import UNDO_DAYS
from apps.members.organization_actions import OrganizationRefused, lock_organizations, wrong_parent
from apps.members.organization_tree import DEEPEST, family_of, height_below, lines_above, same_party
from apps.members.versions import HistoryGone, columns_of, latest_version, seen_version

log = structlog.get_logger(__name__)

# What the person who merges chooses between, field by field; the office is the kept entry's.
CHOSEN = ("name", "kind", "credit_code", "parent", "term", "term_ends_on")
# Written by the trigger, and by a move of the office.
_NOT_OURS = frozenset({"id", "office_path"})
_SELF = "members.organizations"
_TEMPORARY = "\u2026"


class OrganizationMergeRefused(OrganizationRefused):
    """The two entries cannot be merged, or can no longer be separated."""

    code = "merge_refused"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One of the two, with the version (of its history) that the person who merges has seen."""

    organization: Organization
    version: int


@scope.everything("all that belongs to either moves, posts of other offices' members too")
@transaction.atomic
def merge_organizations(
    *, kept: Entry, duplicate: Entry, from_duplicate: frozenset[str], by: Actor
) -> OrganizationMerge:
    """Make the duplicate's entry part of the kept one. `from_duplicate`: the fields of CHOSEN taken from it.

    Raises OrganizationRefused, or Conflict where either was changed since it was read.
    """
    if missing := of_organizations.links_without_a_step():
        log.error("merge_without_step", links=sorted(missing))
        raise OrganizationMergeRefused(str(UNDECLARED))
    stays, goes = _locked(kept.organization.pk, duplicate.organization.pk)
    if [seen_version(stays), seen_version(goes)] != [kept.version, duplicate.version]:
        raise Conflict(_("您核对期间，其中一个单位被修改了，请重新核对"))
    if reason := refusal_of(stays, goes):
        raise OrganizationMergeRefused(reason)
    before = [latest_version(stays), latest_version(goes)]
    _combine(stays, goes, from_duplicate)
    own = {"kept": [before[0], latest_version(stays)], "duplicate": before[1]}
    changed = {_SELF: own, **of_organizations.move(goes, stays)}
    _refuse_tree(stays)
    merge = OrganizationMerge.objects.create(
        office=stays.office, kept=stays, duplicate=goes, by_id=by.pk, steps=changed
    )
    record(AuditEvent.Action.CHANGE, target=stays, by=by, fields=sorted(from_duplicate), merged=goes.pk)
    record(AuditEvent.Action.CHANGE, target=goes, by=by, fields=["merged_into"], merged_into=stays.pk)
    return merge


@scope.everything("all that was moved comes back, posts of other offices' members too")
@transaction.atomic
def undo_organization_merge(*, merge: OrganizationMerge, by: Actor) -> None:
    """Both come back with their own links; what was added since stays with the kept one. Raises OrganizationRefused."""
    stays, goes = _locked(merge.kept_id, merge.duplicate_id)
    merge = OrganizationMerge.objects.select_for_update().get(pk=merge.pk)
    if reason := undo_refusal_of(merge):
        raise OrganizationMergeRefused(reason)
    try:
        with transaction.atomic():
            of_organizations.restore(goes, stays, merge.steps)
            _separate(stays, goes, merge.steps[_SELF])
    except HistoryGone:
        raise OrganizationMergeRefused(_("合并前的历史记录已按期删除，不能再撤销")) from None
    except IntegrityError:
        raise OrganizationMergeRefused(
            _("原来的名称或信用代码已被另一个单位使用，或同一任职又登记了一次，不能撤销")
        ) from None
    merge.undone_at, merge.undone_by_id = timezone.now(), by.pk
    merge.save(update_fields=["undone_at", "undone_by"])
    for organization in (stays, goes):
        record(
            AuditEvent.Action.CHANGE, target=organization, by=by, fields=["merged_into"], unmerged=merge.pk
        )


def refusal_of(kept: Organization, duplicate: Organization) -> str:
    """Why these two cannot be merged this way round, or ""."""
    if kept.pk == duplicate.pk:
        return _("请选择两个不同的单位")
    if kept.merged_into_id or duplicate.merged_into_id:
        return _("其中一个单位已并入另一个，不能再合并")
    if kept.ended_on:
        return _("请保留现有的那一个：已终止的单位不能接收任职")
    if not alike(kept.kind, duplicate.kind):
        return _("两个单位的类型不同类，不是同一个单位")
    if not same_party(kept.name, duplicate.name):
        return _("两个组织属于不同的党派，不是同一个组织")
    codes = {subject_of(one.credit_code) for one in (kept, duplicate) if one.credit_code}
    if len(codes) > 1:
        return _("两个单位的统一社会信用代码不同，不是同一个单位；代码填错的请先修改")
    if kept.pk in lines_above(duplicate) or duplicate.pk in lines_above(kept):
        return _("一个是另一个的上级组织，不能合并")
    return ""


def alike(kind: str, other: str) -> bool:
    """Whether entries of these kinds may be one organization: a roster may take a hospital for a firm."""
    employers = (OrganizationKind.ENTERPRISE, OrganizationKind.INSTITUTION)
    return other in family_of(kind) or (kind in employers and other in employers)


def undo_refusal_of(merge: OrganizationMerge) -> str:
    """Why the merge cannot be undone, or ""."""
    if merge.undone_at is not None:
        return _("这次合并已经撤销")
    if not merge.can_be_undone:
        return _("合并已超过 %(days)d 天，不能再撤销") % {"days": UNDO_DAYS}
    later = OrganizationMerge.objects.standing().filter(pk__gt=merge.pk)
    if later.filter(kept=merge.kept_id).exists() or later.filter(duplicate=merge.kept_id).exists():
        return _("此后又有合并，请先撤销后一次合并")
    return ""


def _locked(kept: int, duplicate: int) -> tuple[Organization, Organization]:
    """Both as they stand, with nobody else changing the tree."""
    lock_organizations()
    rows = Organization.objects.select_for_update(of=("self",)).select_related("office", "parent")
    found = {one.pk: one for one in rows.filter(pk__in=[kept, duplicate]).order_by("pk")}
    if len(found) < 2:
        raise OrganizationMergeRefused(_("请选择两个不同的单位"))
    return found[kept], found[duplicate]


def _combine(kept: Organization, duplicate: Organization, from_duplicate: frozenset[str]) -> None:
    """The duplicate goes first: names and codes stand once."""
    taken = {field: getattr(duplicate, field) for field in CHOSEN if field in from_duplicate}
    left = kept.name
    duplicate.merged_into, duplicate.credit_code = kept, ""
    duplicate.ended_on = duplicate.ended_on or timezone.localdate()
    swaps = "name" in taken and kept.office_id == duplicate.office_id
    if swaps:
        duplicate.name = f"{duplicate.name[:90]}{_TEMPORARY}{duplicate.pk}"
    duplicate.save()
    for field, value in taken.items():
        setattr(kept, field, value)
    _refuse_other(kept)
    kept.save()
    if swaps:
        # Both names lead to the kept entry.
        duplicate.name = left
        duplicate.save(update_fields=["name"])


def _refuse_other(kept: Organization) -> None:
    same = Organization.objects.filter(office_id=kept.office_id, name=kept.name).exclude(pk=kept.pk)
    if same.exists():
        raise OrganizationMergeRefused(_("保留的单位所在机构已有第三个同名的单位，请先合并或改名"))


def _refuse_tree(kept: Organization) -> None:
    """What stands above the kept entry and below it must be able to stand there."""
    if kept.parent and (why := wrong_parent(kept, kept.parent)):
        raise OrganizationMergeRefused(why)
    for branch in kept.branches.filter(ended_on__isnull=True).select_related("office"):
        if why := wrong_parent(branch, kept):
            raise OrganizationMergeRefused(
                _("下级组织“%(name)s”不能挂到保留的组织下：%(why)s") % {"name": branch.name, "why": why}
            )
    if len(lines_above(kept)) + 1 + height_below(kept) > DEEPEST:
        raise OrganizationMergeRefused(_("组织层级最多 %(most)d 层") % {"most": DEEPEST})


def _separate(kept: Organization, duplicate: Organization, changed: Mapping[str, Any]) -> None:
    before, after = (columns_of(Organization, event) for event in changed["kept"])
    now = Organization.objects.filter(pk=kept.pk).values(*before)[0]
    back = {n: was for n, was in before.items() if n not in _NOT_OURS and now[n] == after[n] != was}
    was = columns_of(Organization, changed["duplicate"])
    own = {n: was[n] for n in ("merged_into_id", "ended_on", "credit_code", "name")}
    # Names may have been exchanged, and a code stands once.
    Organization.objects.filter(pk=duplicate.pk).update(name=f"{_TEMPORARY}{duplicate.pk}")
    Organization.objects.filter(pk=kept.pk).update(**back)
    Organization.objects.filter(pk=duplicate.pk).update(**own)

"""联系记录: logged once under the client's UUID, changed with history, voided with a reason.

Everything a visit moves is moved in its transaction, under a lock on the members it met: `Met`, `DutyEntry`, a case
for each thing asked, the pairs' years, the members' last contact.
"""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.actions import open_case, withdraw_untouched
from apps.core.crypto import blind_index
from apps.core.refusals import Conflict
from apps.members.models import Member
from apps.offices.models import Office
from apps.pairing.findings import Finding, Refused, refuse_if
from apps.pairing.models import DutyEntry, DutyKind, Met, Pairing, Visit, VisitKind
from apps.pairing.rules import VisitContent, pairings_on, visit_findings
from apps.pairing.years import keep_last_contact, lock_members, note_contact, recompute

ORIGIN = "visit"
SOURCE = DutyEntry.Source.VISIT
# 座谈 and 电话/线上 are contacts but fulfil no duty of their own.
FULFILS = {VisitKind.HOME_VISIT: DutyKind.VISIT, VisitKind.TALK: DutyKind.TALK}


@dataclass(frozen=True)
class Logged:
    """`is_new` is false where this UUID had already been written with the same content."""

    visit: Visit
    is_new: bool


def log_visit(*, public_id: UUID, content: VisitContent, by: User, confirmed: bool = False) -> Logged:
    """Write down a visit of the cadre `by`. The same UUID with the same content again gives the same visit.

    Raises Refused with findings, or Conflict where the UUID stands for another visit.
    """
    digest = _digest(content, by)
    try:
        return _log(public_id, content, by, digest, confirmed=confirmed)
    except IntegrityError:
        # The same UUID came twice at once with different members, so that no lock held one of them back.
        if known := _known(public_id, digest):
            return Logged(known, is_new=False)
        raise


@transaction.atomic
def _log(public_id: UUID, content: VisitContent, by: User, digest: str, *, confirmed: bool) -> Logged:
    members = lock_members([member.pk for member in content.members])
    # Under the lock: whoever held it may have written this very visit.
    if known := _known(public_id, digest):
        return Logged(known, is_new=False)
    pairings = _check(content, members, by, confirmed=confirmed)
    visit = Visit.objects.create(
        public_id=public_id,
        office=_office_of(by, content, pairings),
        cadre=by,
        entered_by=by,
        kind=content.kind,
        happened_on=content.happened_on,
        text=content.text,
        content_digest=digest,
    )
    _write_met(visit, content, members)
    _write_entries(visit, pairings)
    _open_cases(visit, content, members, by)
    recompute(members.values(), {visit.happened_on.year})
    note_contact(members.values(), visit.happened_on)
    record(AuditEvent.Action.CREATE, target=visit, by=by, members=sorted(members))
    return Logged(visit, is_new=True)


@transaction.atomic
def edit_visit(
    *, visit: Visit, version: int, content: VisitContent, by: User, confirmed: bool = False
) -> Visit:
    """Correct a visit; history keeps what it said. What was asked is corrected at its case.

    Raises Refused, or Conflict where it was voided or somebody saved it after `version` was read.
    """
    before = set(Met.objects.filter(visit=visit, member__isnull=False).values_list("member_id", flat=True))
    members = lock_members(before | {member.pk for member in content.members})
    visit = _current(visit, version)
    met = {pk: members[pk] for pk in (member.pk for member in content.members)}
    pairings = _check(content, met, by, confirmed=confirmed, edited=visit)
    years = {visit.happened_on.year, content.happened_on.year}
    visit.kind, visit.happened_on, visit.text = content.kind, content.happened_on, content.text
    visit.office = _office_of(by, content, pairings)
    visit.version += 1
    visit.save()
    Met.objects.filter(visit=visit).delete()
    DutyEntry.objects.filter(source_kind=SOURCE, source_id=visit.pk).delete()
    _write_met(visit, content, met)
    _write_entries(visit, pairings)
    _count(members, years)
    record(AuditEvent.Action.CHANGE, target=visit, by=by, version=visit.version)
    return visit


@transaction.atomic
def void_visit(*, visit: Visit, version: int, reason: str, by: User) -> Visit:
    """Take a visit out of every count; it stays readable, with the reason. Cases that nobody took on go with it."""
    if not reason.strip():
        raise Refused([Finding("required", "void_reason", _("请填写作废原因。"))])
    members = lock_members(
        Met.objects.filter(visit=visit, member__isnull=False).values_list("member_id", flat=True)
    )
    visit = _current(visit, version)
    visit.voided_at, visit.voided_by, visit.void_reason = timezone.now(), by, reason.strip()
    visit.version += 1
    visit.save()
    DutyEntry.objects.filter(source_kind=SOURCE, source_id=visit.pk).delete()
    withdraw_untouched(origin=(ORIGIN, visit.pk), by=by)
    _count(members, {visit.happened_on.year})
    record(AuditEvent.Action.VOID, target=visit, by=by, version=visit.version)
    return visit


def _known(public_id: UUID, digest: str) -> Visit | None:
    visit = Visit.objects.filter(public_id=public_id).first()
    if visit is not None and visit.content_digest != digest:
        raise Conflict(_("这个编号已用于另一条联系记录，请刷新页面后重新填写。"), code="other_visit")
    return visit


def _check(
    content: VisitContent,
    members: dict[int, Member],
    by: User,
    *,
    confirmed: bool,
    edited: Visit | None = None,
) -> dict[int, Pairing]:
    """The pairs the visit counts for, by member. Raises Refused."""
    pairings = pairings_on(by, list(members.values()), content.happened_on)
    # As they are now, under the lock, not as the form read them.
    current = replace(content, members=tuple(members.values()))
    findings = visit_findings(current, pairings, today=timezone.localdate(), edited=edited)
    refuse_if(findings, confirmed=confirmed)
    return pairings


def _current(visit: Visit, version: int) -> Visit:
    current = Visit.objects.select_for_update().get(pk=visit.pk)
    if current.voided_at is not None:
        raise Conflict(_("这条记录已作废，不能再修改。"), code="voided")
    if current.version != version:
        raise Conflict(_("这条记录在您打开之后已被修改，请核对新的内容后再保存。"), code="version")
    return current


def _office_of(by: User, content: VisitContent, pairings: dict[int, Pairing]) -> Office:
    """The cadre's office on that day: that of the grant which reaches the members, or any grant as cadre."""
    held = [grant for grant in by.current_grants if grant.role == RoleName.CADRE]
    grants = [grant for grant in held if grant.starts_on <= content.happened_on] or list(
        Grant.objects.current(content.happened_on)
        .filter(user=by, role=RoleName.CADRE)
        .select_related("office")
    )
    grants.sort(key=lambda grant: -grant.office.depth)
    paths = [pairing.office_path for pairing in pairings.values()]
    reaching = (grant for grant in grants if all(grant.office.range.holds(path) for path in paths))
    found = next(reaching, next(iter([*grants, *held]), None))
    if found is None:
        raise Refused([Finding("no_grant", "happened_on", _("您当天没有统战干部授权，不能登记联系。"))])
    return found.office


def _write_met(visit: Visit, content: VisitContent, members: dict[int, Member]) -> None:
    rows = [Met(visit=visit, member=member, office_id=member.office_id) for member in members.values()]
    rows += [Met(visit=visit, organization=one, office_id=one.office_id) for one in content.organizations]
    Met.objects.bulk_create(rows)


def _write_entries(visit: Visit, pairings: dict[int, Pairing]) -> None:
    kind = FULFILS.get(VisitKind(visit.kind))
    if kind is None:
        return
    DutyEntry.objects.bulk_create(
        DutyEntry(
            office_id=pairing.office_id,
            pairing=pairing,
            kind=kind,
            done_on=visit.happened_on,
            source_kind=SOURCE,
            source_id=visit.pk,
        )
        for pairing in pairings.values()
    )


def _open_cases(visit: Visit, content: VisitContent, members: dict[int, Member], by: User) -> None:
    # What a group asked is nobody's own.
    asker = next(iter(members.values())) if len(members) == 1 else None
    for asked in content.asked:
        open_case(
            kind=asked.kind,
            text=asked.text,
            office=asker.office if asker else visit.office,
            member=asker,
            by=by,
            opened_on=visit.happened_on,
            origin=(ORIGIN, visit.pk),
        )


def _count(members: dict[int, Member], years: set[int]) -> None:
    recompute(members.values(), years)
    keep_last_contact(members.values())


def _digest(content: VisitContent, by: User) -> str:
    said = {
        "by": by.pk,
        "members": sorted(member.pk for member in content.members),
        "organizations": sorted(one.pk for one in content.organizations),
        "kind": content.kind,
        "on": content.happened_on.isoformat(),
        "text": content.text,
        "asked": [[asked.kind, asked.text] for asked in content.asked],
    }
    return blind_index(json.dumps(said, sort_keys=True, ensure_ascii=False), "visit.content")

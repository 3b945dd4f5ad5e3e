"""联系记录: logged once under the client's UUID, changed with history, voided with a reason.

Everything a visit moves is moved in its transaction, under a lock on the members it met: `Met`, `DutyEntry`, a case
for each thing asked, the pairs' years, the members' last contact.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.actions import open_case, withdraw_untouched
from apps.core.arrays import AnyIndexed
from apps.core.crypto import blind_index
from apps.core.refusals import Conflict
from apps.members.models import Member
from apps.offices.closing import closing
from apps.offices.models import Office
from apps.pairing.findings import Finding, Refused, refuse_if
from apps.pairing.models import Companion, DutyEntry, DutyKind, Met, Promise, Visit, VisitKind
from apps.pairing.rules import VisitContent, closed_findings, visit_findings
from apps.pairing.years import (
    Pair,
    keep_last_contact,
    lock_members,
    locked,
    note_contact,
    pairs_of,
    recompute,
    write_year,
)

ORIGIN = "visit"
SOURCE = DutyEntry.Source.VISIT
# 座谈 and 电话/线上 are contacts but fulfil no duty of their own.
FULFILS = {VisitKind.HOME_VISIT: DutyKind.VISIT, VisitKind.TALK: DutyKind.TALK}


@dataclass(frozen=True)
class Logged:
    """`is_new` is false where this UUID had already been written with the same content.

    `is_second`: the pair had met on that day before; both are kept and shown as 疑似重复.
    """

    visit: Visit
    is_new: bool
    is_second: bool = False


def log_visit(
    *,
    public_id: UUID,
    content: VisitContent,
    by: User,
    among: QuerySet[Member],
    confirmed: bool = False,
    cadre: User | None = None,
) -> Logged:
    """Write down a visit of the cadre `by`. The same UUID with the same content again gives the same visit.

    `among`: the members from whom the writer may choose (`queries.own_members`). `cadre`: whose visit it was where
    `by` writes for another (代录); that they may is for the caller to know (`queries.may_write_for`).

    Raises Refused with findings, or Conflict where the UUID stands for another visit.
    """
    cadre = cadre or by
    digest = _digest(content, cadre)
    try:
        return _log(public_id, content, cadre, by, among, digest, confirmed=confirmed)
    except (IntegrityError, Refused):
        # Seldom the UUID was there already, so that only who cannot write it looks: a visit that was sent again
        # may also break a rule by now, because it counts itself.
        if known := _known(public_id, digest):
            return Logged(known, is_new=False)
        raise


@transaction.atomic
def _log(
    public_id: UUID,
    content: VisitContent,
    cadre: User,
    by: User,
    among: QuerySet[Member],
    digest: str,
    *,
    confirmed: bool,
) -> Logged:
    members = _chosen(content, among)
    year = content.happened_on.year
    pairs = pairs_of(members, year)
    counted, office = _check(content, members, pairs, cadre, confirmed=confirmed)
    visit = Visit.objects.create(
        public_id=public_id,
        office=office,
        cadre=cadre,
        entered_by=by,
        kind=content.kind,
        happened_on=content.happened_on,
        text=content.text,
        source=content.source,
        late_reason=_late_reason(content, office),
        content_digest=digest,
    )
    _write_met(visit, content, members)
    _write_beside(visit, content)
    entries = _write_entries(visit, counted)
    _open_cases(visit, content, members, by)
    if content.asked:
        # What was heard may fulfil a duty of its own (apps.pairing.cases).
        recompute(members.values(), [year])
    else:
        write_year(members.values(), year, _after(visit, pairs, counted, entries))
    note_contact(members.values(), visit.happened_on)
    record(AuditEvent.Action.CREATE, target=visit, by=by, members=sorted(members))
    is_second = any(visit.happened_on in pair.life.contacts for pair in counted)
    return Logged(visit, is_new=True, is_second=is_second)


@transaction.atomic
def edit_visit(
    *,
    visit: Visit,
    version: int,
    content: VisitContent,
    by: User,
    among: QuerySet[Member],
    confirmed: bool = False,
) -> Visit:
    """Correct a visit; history keeps what it said. What was asked is corrected at its case.

    Raises Refused, or Conflict where it was voided or somebody saved it after `version` was read.
    """
    before = Met.objects.filter(visit=visit, member__isnull=False).values_list("member_id", flat=True)
    # Both as arrays: a subquery beside an OR would have the whole table read.
    was, wanted = AnyIndexed("pk", list(before)), AnyIndexed("public_id", content.members, of=UUID)
    members = locked(Member.objects.filter(Q(was) | Q(wanted)))
    visit = _current(visit, version)
    met = _chosen(content, among)
    pairs = pairs_of(met, content.happened_on.year)
    counted, visit.office = _check(content, met, pairs, by, confirmed=confirmed, edited=visit)
    years = {visit.happened_on.year, content.happened_on.year}
    # What was late once stays late.
    visit.late_reason = _late_reason(content, visit.office, visit.happened_on) or visit.late_reason
    visit.kind, visit.happened_on, visit.text = content.kind, content.happened_on, content.text
    visit.version += 1
    visit.save()
    Met.objects.filter(visit=visit).delete()
    DutyEntry.objects.filter(source_kind=SOURCE, source_id=visit.pk).delete()
    Companion.objects.filter(visit=visit).delete()
    _write_met(visit, content, met)
    _write_beside(visit, content)
    _write_entries(visit, counted)
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
    if closing(visit.office_path, [visit.happened_on], timezone.localdate()):
        visit.late_reason = visit.void_reason
    visit.version += 1
    visit.save()
    DutyEntry.objects.filter(source_kind=SOURCE, source_id=visit.pk).delete()
    withdraw_untouched(origin=(ORIGIN, visit.pk), by=by)
    _count(members, {visit.happened_on.year})
    record(AuditEvent.Action.VOID, target=visit, by=by, version=visit.version)
    return visit


def _chosen(content: VisitContent, among: QuerySet[Member]) -> dict[int, Member]:
    """The members that the visit met, locked. Raises Refused where one of them is not offered."""
    wanted = AnyIndexed("public_id", content.members, of=UUID)
    members = locked(among.filter(wanted)) if content.members else {}
    if len(members) < len(set(content.members)):
        raise Refused([Finding("not_yours", "members", _("所选成员中有人不在您的结对名单中，请重新选择。"))])
    return members


def _known(public_id: UUID, digest: str) -> Visit | None:
    visit = Visit.objects.filter(public_id=public_id).first()
    if visit is not None and visit.content_digest != digest:
        raise Conflict(_("这个编号已用于另一条联系记录，请刷新页面后重新填写。"), code="other_visit")
    return visit


def _check(
    content: VisitContent,
    members: dict[int, Member],
    pairs: Iterable[Pair],
    cadre: User,
    *,
    confirmed: bool,
    edited: Visit | None = None,
) -> tuple[list[Pair], Office]:
    """The cadre's pairs that lived on that day, for which the visit counts, and the office it is credited to.

    Raises Refused.
    """
    day = content.happened_on
    counted = [pair for pair in pairs if pair.cadre_id == cadre.pk and pair.lives_on(day)]
    paired = {pair.member_id for pair in counted}
    today = timezone.localdate()
    findings = visit_findings(content, members.values(), paired, today=today, edited=edited)
    refuse_if(findings, confirmed=confirmed)
    office = _office_of(cadre, content, counted)
    refuse_if(closed_findings(content, office.path, today=today, edited=edited))
    return counted, office


def _after(
    visit: Visit, pairs: Iterable[Pair], counted: Collection[Pair], entries: Sequence[tuple[str, dt.date]]
) -> list[Pair]:
    """The pairs with the visit just written; reading them anew would find the same."""
    return [
        pair.having(contacts=[visit.happened_on], entries=entries) if pair in counted else pair
        for pair in pairs
    ]


def _current(visit: Visit, version: int) -> Visit:
    current = Visit.objects.select_for_update().get(pk=visit.pk)
    if current.voided_at is not None:
        raise Conflict(_("这条记录已作废，不能再修改。"), code="voided")
    if current.version != version:
        raise Conflict(_("这条记录在您打开之后已被修改，请核对新的内容后再保存。"), code="version")
    return current


def _late_reason(content: VisitContent, office: Office, *other_days: dt.date) -> str:
    """The reason, where one of the days is closed; a reason that nobody asked for marks nothing."""
    days = [content.happened_on, *other_days]
    is_late = content.late_reason and closing(office.path, days, timezone.localdate())
    return content.late_reason if is_late else ""


def _office_of(cadre: User, content: VisitContent, pairs: Collection[Pair]) -> Office:
    """The cadre's office on that day: that of the grant which reaches the members, or any grant as cadre."""
    held = [grant for grant in cadre.current_grants if grant.role == RoleName.CADRE]
    grants = [grant for grant in held if grant.starts_on <= content.happened_on] or list(
        Grant.objects.current(content.happened_on)
        .filter(user=cadre, role=RoleName.CADRE)
        .select_related("office")
    )
    grants.sort(key=lambda grant: -grant.office.depth)
    paths = [pair.office_path for pair in pairs]
    reaching = (grant for grant in grants if all(grant.office.range.holds(path) for path in paths))
    found = next(reaching, next(iter([*grants, *held]), None))
    if found is None:
        raise Refused([Finding("no_grant", "happened_on", _("您当天没有统战干部授权，不能登记联系。"))])
    return found.office


def _write_met(visit: Visit, content: VisitContent, members: dict[int, Member]) -> None:
    rows = [Met(visit=visit, member=member, office_id=member.office_id) for member in members.values()]
    rows += [Met(visit=visit, organization=one, office_id=one.office_id) for one in content.organizations]
    Met.objects.bulk_create(rows)


def _write_beside(visit: Visit, content: VisitContent) -> None:
    """What was promised, and who came along. Mostly neither: no statement then."""
    if content.promised:
        Promise.objects.bulk_create(
            Promise(visit=visit, office_id=visit.office_id, text=promise.text, due_on=promise.due_on)
            for promise in content.promised
        )
    if companions := {user.pk for user in content.companions} - {visit.cadre_id}:
        Companion.objects.bulk_create(Companion(visit=visit, user_id=pk) for pk in sorted(companions))


def _write_entries(visit: Visit, pairs: Iterable[Pair]) -> list[tuple[str, dt.date]]:
    """The duties that the visit fulfils for each of the pairs, as (kind, day)."""
    kind = FULFILS.get(VisitKind(visit.kind))
    if kind is None:
        return []
    DutyEntry.objects.bulk_create(
        DutyEntry(
            office_id=pair.office_id,
            pairing_id=pair.pk,
            kind=kind,
            done_on=visit.happened_on,
            source_kind=SOURCE,
            source_id=visit.pk,
        )
        for pair in pairs
    )
    return [(kind, visit.happened_on)]


def _open_cases(visit: Visit, content: VisitContent, members: dict[int, Member], by: User) -> None:
    # What a group asked is nobody's own; where no member was met, the one organization asked.
    asker = next(iter(members.values())) if len(members) == 1 else None
    only_one = not members and len(content.organizations) == 1
    for asked in content.asked:
        open_case(
            kind=asked.kind,
            text=asked.text,
            office=asker.office if asker else visit.office,
            member=asker,
            organization=content.organizations[0] if only_one else None,
            by=by,
            opened_on=visit.happened_on,
            origin=(ORIGIN, visit.pk),
        )


def _count(members: dict[int, Member], years: set[int]) -> None:
    recompute(members.values(), years)
    keep_last_contact(members.values())


def _digest(content: VisitContent, cadre: User) -> str:
    said: dict[str, Any] = {
        "by": cadre.pk,
        "members": sorted(map(str, content.members)),
        "organizations": sorted(one.pk for one in content.organizations),
        "kind": content.kind,
        "on": content.happened_on.isoformat(),
        "text": content.text,
        "asked": [[asked.kind, asked.text] for asked in content.asked],
    }
    if content.promised or content.companions:
        said["promised"] = [[promise.text, promise.due_on.isoformat()] for promise in content.promised]
        said["companions"] = sorted(user.pk for user in content.companions)
    return blind_index(json.dumps(said, sort_keys=True, ensure_ascii=False), "visit.content")

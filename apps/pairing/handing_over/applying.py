"""A whole hand-over in one transaction: pairs end and begin, notes are written, cases change hands, people are told.

Work done stays credited: `apps.pairing.progress` joins the pairs of a member into a chain. A cover (代管) is such a
chain too, written at once with its end and with the pair that follows it (docs/decisions/0018-hand-over.md).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.notifications.kinds import Kind
from apps.notifications.sending import notify
from apps.pairing.findings import Finding, Refused, refuse_if
from apps.pairing.handing_over.terms import Terms
from apps.pairing.handing_over.work import Item, pass_on
from apps.pairing.models import HandoverNote, Pairing
from apps.pairing.rules import asked_for_another, capacity_findings, last_deed_on, serves
from apps.pairing.years import forget_years_after, lock_members, recompute

HANDED_OVER = Kind(
    "pairing.handed_over", _("移交"), _("您接手了 %(count)d 个结对，请在 %(day)s 前完成首次联系")
)
COVERED = Kind("pairing.covered", _("代管"), _("您代管 %(count)d 个结对，到 %(day)s 止"))


@dataclass(frozen=True)
class Successor:
    """Who takes a pair over, and the line for them."""

    cadre: User
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """`successors`: by pair; pairs left out stay. `work`: whoever takes each thing on, or None."""

    terms: Terms
    successors: Mapping[Pairing, Successor]
    work: Sequence[tuple[Item, User | None]] = field(default=())


@transaction.atomic
def hand_over(plan: Plan, *, by: User, confirmed: bool = False) -> list[Pairing]:
    """Apply the plan, whole or not at all. Raises Refused with findings on fields `to_<pair>`; gives the new pairs."""
    today = timezone.localdate()
    refuse_if(plan.terms.findings(today))
    members = lock_members([pairing.member_id for pairing in plan.successors])
    findings: list[Finding] = []
    made = []
    for pairing, successor in plan.successors.items():
        current = Pairing.objects.select_for_update(of=("self",)).select_related("member").get(pk=pairing.pk)
        found = list(_findings(current, successor.cadre, plan.terms, today))
        findings += found
        if not any(not finding.may_pass for finding in found):
            made.append(_pass(current, successor, plan.terms, by))
    refuse_if(findings, confirmed=confirmed)
    for year in range(plan.terms.last_on.year, today.year + 1):
        recompute(members.values(), [year])
    for item, to in plan.work:
        pass_on(item, to=to, first_on=plan.terms.first_on, until=plan.terms.until, by=by)
    _tell(made, plan.terms)
    return made


def what_stands_against(plan: Plan, by: User) -> list[Finding]:
    """What `hand_over` would say, found by doing it and taking it back."""
    try:
        with transaction.atomic():
            hand_over(plan, by=by)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.findings
    return []


def _findings(pairing: Pairing, cadre: User, terms: Terms, today: dt.date) -> Iterator[Finding]:
    field_name = f"to_{pairing.pk}"
    if not pairing.lives_on(terms.first_on) or pairing.started_on > terms.last_on:
        yield Finding("changed", field_name, _("这个结对刚刚有变化，请重新打开移交页面。"))
        return
    last = last_deed_on(pairing)
    if last is not None and last > terms.last_on:
        message = _("%(day)s 还有联系或履行记录，最后一天不能更早。") % {"day": f"{last:%Y-%m-%d}"}
        yield Finding("deeds_after", field_name, message)
    if cadre.pk == pairing.cadre_id:
        yield Finding("same", field_name, _("请另选一名干部。"))
    if not pairing.member.is_active:
        yield Finding("not_active", field_name, _("该成员已不在册，不能移交。"))
    if not serves(cadre, pairing.member, terms.granted_on(today)):
        yield Finding(
            "no_grant", field_name, _("%(name)s没有该成员所在机构的干部授权。") % {"name": cadre.name}
        )
    others = (
        *asked_for_another(cadre, pairing.member),
        *capacity_findings(cadre, pairing.member, terms.first_on),
    )
    for finding in others:
        yield Finding(finding.code, field_name, finding.message, finding.may_pass)


def _pass(pairing: Pairing, successor: Successor, terms: Terms, by: User) -> Pairing:
    """The pair ends, the successor's begins, and after a cover the first cadre's begins again."""
    was_to_end, was_to_end_why = pairing.ended_on, pairing.end_reason
    pairing.ended_on, pairing.end_reason = terms.last_on, terms.end_reason
    pairing.save(update_fields=["ended_on", "end_reason"])
    forget_years_after(pairing, terms.last_on.year)
    new = _begin(pairing, successor.cadre.pk, terms.first_on, by)
    new.first_contact_by = terms.first_contact_by
    if terms.until is None or (was_to_end is not None and was_to_end <= terms.until):
        new.ended_on, new.end_reason = was_to_end, was_to_end_why
    else:
        new.ended_on, new.end_reason = terms.until, Pairing.EndReason.HAND_OVER
    new.save()
    if terms.until is not None and new.ended_on == terms.until and new.ended_on != was_to_end:
        back = _begin(pairing, pairing.cadre_id, terms.until + dt.timedelta(days=1), by)
        back.ended_on, back.end_reason = was_to_end, was_to_end_why
        back.save()
    HandoverNote.objects.create(
        pairing=new,
        office_id=new.office_id,
        predecessor_id=pairing.cadre_id,
        text=successor.text,
        ends_on=terms.note_ends_on,
        created_by=by,
    )
    record(
        AuditEvent.Action.CHANGE,
        target=pairing,
        by=by,
        fields=["ended_on"],
        reason=pairing.end_reason,
        successor=new.pk,
    )
    return new


def _begin(pairing: Pairing, cadre: int, on: dt.date, by: User) -> Pairing:
    return Pairing(
        office=pairing.member.office,
        member_id=pairing.member_id,
        cadre_id=cadre,
        started_on=on,
        created_by=by,
    )


def _tell(made: Sequence[Pairing], terms: Terms) -> None:
    by_cadre: dict[int, list[Pairing]] = defaultdict(list)
    for pairing in made:
        by_cadre[pairing.cadre_id].append(pairing)
    for user in User.objects.filter(pk__in=by_cadre):
        mine = by_cadre[user.pk]
        kind = HANDED_OVER if terms.until is None else COVERED
        day = terms.first_contact_by if terms.until is None else terms.until
        notify(
            user,
            kind.name,
            key=f"handover:{mine[0].pk}",
            link=reverse("pairing:mine"),
            count=len(mine),
            day=day,
        )

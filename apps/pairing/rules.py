"""What forbids a pair or a visit, and what should be thought over first. Reads, never writes."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.casework.models import CaseKind
from apps.core import scope
from apps.core.prepared import Prepared
from apps.members.models import Consent, ContactPreference, Member, Organization
from apps.offices.closing import closing
from apps.offices.models import paths_above
from apps.pairing.findings import Finding
from apps.pairing.models import DutyEntry, Pairing, PairingPlan, Visit, VisitKind, VisitSource

# From here on the number of pairs of one cadre is a mistake, whatever the plan says.
MOST_PAIRS = 12
DEFAULT_CAPACITY = 8
# More contacts a month with one person, over all offices, are too many (design §1).
CONTACTS_A_MONTH = 2
# By member, from $2 to before $3, without the visit $4.
_CONTACTS = Prepared(
    "pairing_contacts",
    "bigint[], date, date, bigint",
    """
    SELECT k.member_id, count(*) FROM pairing_met k JOIN pairing_visit v ON v.id = k.visit_id
    WHERE k.member_id = ANY((SELECT $1)::bigint[]) AND v.voided_at IS NULL AND v.happened_on >= $2 AND v.happened_on < $3
      AND v.id IS DISTINCT FROM $4
    GROUP BY k.member_id
    """,
)
MOST_ASKED = 5
# A group visit; a larger round is an activity.
MOST_MET = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing asked in a visit; becomes a case."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Promised:
    """One thing promised in a visit, and by when."""

    text: str
    due_on: dt.date


@dataclass(frozen=True, kw_only=True)
class VisitContent:
    """What a visit says, however it was entered. Texts are already cleaned. `members`: their public ids."""

    members: tuple[UUID, ...]
    organizations: tuple[Organization, ...] = ()
    kind: str
    happened_on: dt.date
    text: str = ""
    asked: tuple[Asked, ...] = ()
    promised: tuple[Promised, ...] = ()
    companions: tuple[User, ...] = ()
    source: str = VisitSource.FORM
    # Asked for only where the period of the day is closed.
    late_reason: str = ""


def visit_findings(
    content: VisitContent,
    members: Collection[Member],
    paired: Collection[int],
    *,
    today: dt.date,
    edited: Visit | None = None,
) -> Iterator[Finding]:
    """`members`: whom it met; `paired`: those with whom the visiting cadre had a pair on that day."""
    if not content.members and not content.organizations:
        yield Finding("required", "members", _("请选择见到的成员。"))
    if content.kind not in VisitKind.values:
        yield Finding("kind", "kind", _("请选择联系方式。"))
    if content.happened_on > today:
        yield Finding("future", "happened_on", _("日期在今天之后，请填写实际发生的日期。"))
    elif len(content.asked) > MOST_ASKED or any(one.kind not in CaseKind.values for one in content.asked):
        yield Finding("asked", "asked_kind", _("诉求建议的类型或数量有误，请检查。"))
    if any(promise.due_on < content.happened_on for promise in content.promised):
        yield Finding("too_early", "promised_on", _("兑现期限不能早于联系日期。"))
    for member in members:
        yield from _member_findings(member, content, paired)
    yield from _too_often(members, content.happened_on, edited)


def _member_findings(member: Member, content: VisitContent, paired: Collection[int]) -> Iterator[Finding]:
    name = {"name": member.name}
    if not member.is_active:
        yield Finding("not_active", "members", _("%(name)s已不在册，不能再登记联系。") % name)
    elif member.pk not in paired:
        yield Finding("not_paired", "happened_on", _("那一天您与%(name)s没有结对，请检查日期和成员。") % name)
    elif member.contact_preference == ContactPreference.NONE:
        yield Finding(
            "asked_for_none", "members", _("%(name)s希望暂不联系。确有其事再保存。") % name, may_pass=True
        )
    elif member.contact_preference == ContactPreference.PHONE_ONLY and content.kind != VisitKind.PHONE:
        yield Finding(
            "asked_for_phone", "kind", _("%(name)s希望只用电话联系。确有其事再保存。") % name, may_pass=True
        )


def _too_often(members: Collection[Member], day: dt.date, edited: Visit | None) -> Iterator[Finding]:
    """More than two contacts a month with one person, over all offices, warn before saving."""
    first = day.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    with scope.everything("contacts of all offices are counted; who made them is not said"):
        times = dict(_CONTACTS.rows([member.pk for member in members], first, after, edited and edited.pk))
    for member in members:
        if times.get(member.pk, 0) >= CONTACTS_A_MONTH:
            yield Finding(
                "too_often",
                "members",
                _("%(name)s本月已被联系 %(times)d 次（含其他机构）。联系过多会打扰成员，确有必要再保存。")
                % {"name": member.name, "times": times[member.pk]},
                may_pass=True,
            )


def closed_findings(
    content: VisitContent, office_path: str, *, today: dt.date, edited: Visit | None = None
) -> Iterator[Finding]:
    """What is written or corrected after its period was closed needs a reason; `edited` counts with its old day too."""
    days = [content.happened_on, *([edited.happened_on] if edited else [])]
    closed = closing(office_path, days, today)
    if closed and not content.late_reason:
        yield Finding(
            "closed",
            "late_reason",
            _("%(period)s已封账。仍要登记请写明原因，记录会标为“逾期”。") % {"period": closed.label},
        )


def start_findings(*, member: Member, cadre: User, started_on: dt.date, today: dt.date) -> Iterator[Finding]:
    if started_on > today:
        yield Finding("future", "started_on", _("开始日期不能晚于今天。"))
    yield from _consent_findings(member, started_on)
    if not serves(cadre, member, today):
        yield Finding("no_grant", "cadre", _("%(name)s没有该成员所在机构的干部授权。") % {"name": cadre.name})
    yield from asked_for_another(cadre, member)
    if overlap := _overlapping(member, started_on):
        yield Finding("paired", "member", overlap)
    yield from capacity_findings(cadre, member, started_on)


def _consent_findings(member: Member, started_on: dt.date) -> Iterator[Finding]:
    if not member.is_active:
        yield Finding("not_active", "member", _("该成员尚未确认或已不在册，不能结对。"))
        return
    consents = Consent.objects.filter(
        member=member, withdrawn_on__isnull=True, purposes__contains=[Consent.Purpose.PAIRING]
    )
    given_on = consents.order_by("given_on").values_list("given_on", flat=True).first()
    if given_on is None:
        yield Finding("no_consent", "member", _("该成员的同意不包括结对联系，不能结对。"))
    elif started_on < given_on:
        yield Finding(
            "before_consent",
            "started_on",
            _("该成员 %(day)s 才同意结对联系，开始日期不能更早。") % {"day": _day(given_on)},
        )
    if member.contact_preference == ContactPreference.NONE:
        yield Finding("asked_for_none", "member", _("该成员希望暂不联系。"), may_pass=True)


def asked_for_another(cadre: User, member: Member) -> Iterator[Finding]:
    """Whom a member asked to change never comes back by another way."""
    previous = Pairing.objects.filter(member=member, cadre=cadre)
    if previous.filter(end_reason=Pairing.EndReason.MEMBER_ASKED).exists():
        yield Finding("asked_for_another", "cadre", _("该成员已请求由其他干部联系，请另选一名干部。"))


def serves(cadre: User, member: Member, today: dt.date) -> bool:
    """Whether a grant of the cadre reaches the member's office."""
    grants = Grant.objects.current(today).filter(user=cadre, role=RoleName.CADRE).select_related("office")
    return cadre.is_active and any(grant.office.range.holds(member.office_path) for grant in grants)


def _overlapping(member: Member, started_on: dt.date) -> object:
    latest = Pairing.objects.filter(member=member).order_by("-started_on").select_related("cadre").first()
    if latest is None or (latest.ended_on is not None and latest.ended_on < started_on):
        return None
    if latest.ended_on is None:
        return _("该成员已由%(name)s结对，请先结束原结对。") % {"name": latest.cadre.name}
    return _("该成员上一次结对到 %(day)s 才结束，请改开始日期。") % {"day": _day(latest.ended_on)}


def capacity_findings(cadre: User, member: Member, started_on: dt.date) -> Iterator[Finding]:
    """Whether one more pair from that day on is too many."""
    with scope.everything("how many pairs a cadre holds is counted over all offices"):
        held = Pairing.objects.active(started_on).filter(cadre=cadre).count()
    capacity = capacity_at(member.office_path, started_on.year)
    numbers = {"name": cadre.name, "held": held, "capacity": capacity}
    if held >= max(MOST_PAIRS, capacity):
        yield Finding("full", "cadre", _("%(name)s已结对 %(held)d 名成员，不能再增加。") % numbers)
    elif held >= capacity:
        yield Finding(
            "over_capacity",
            "cadre",
            _("%(name)s已结对 %(held)d 名成员，达到方案上限 %(capacity)d 名。确有必要再保存。") % numbers,
            may_pass=True,
        )


def capacity_at(office_path: str, year: int) -> int:
    """How many pairs a cadre may hold by the plan that the office follows."""
    plans = PairingPlan.objects.filter(year=year, office__path__in=paths_above(office_path))
    capacity = plans.order_by("-office__depth").values_list("capacity", flat=True).first()
    return DEFAULT_CAPACITY if capacity is None else capacity


def capacities(office_paths: Collection[str], year: int) -> dict[str, int]:
    """`capacity_at` for many offices in one query."""
    above = {higher for path in office_paths for higher in paths_above(path)}
    plans = PairingPlan.objects.filter(year=year, office__path__in=above)
    known = dict(plans.values_list("office__path", "capacity"))
    return {
        path: next((known[p] for p in reversed(paths_above(path)) if p in known), DEFAULT_CAPACITY)
        for path in office_paths
    }


def end_findings(pairing: Pairing, *, ended_on: dt.date, today: dt.date) -> Iterator[Finding]:
    if ended_on > today:
        yield Finding("future", "ended_on", _("结束日期不能晚于今天。"))
    if ended_on < pairing.started_on:
        yield Finding("before_start", "ended_on", _("结束日期不能早于开始日期。"))
    last = last_deed_on(pairing)
    if last is not None and last > ended_on:
        yield Finding(
            "deeds_after",
            "ended_on",
            _("%(day)s 还有联系或履行记录，结束日期不能更早。") % {"day": _day(last)},
        )


def last_deed_on(pairing: Pairing) -> dt.date | None:
    """The last day on which the pair met or fulfilled a duty."""
    visits = Visit.objects.counted().filter(cadre=pairing.cadre_id, met__member=pairing.member_id)
    visits = visits.filter(happened_on__gte=pairing.started_on)
    if pairing.ended_on is not None:
        visits = visits.filter(happened_on__lte=pairing.ended_on)
    days: Sequence[dt.date | None] = [
        visits.order_by("-happened_on").values_list("happened_on", flat=True).first(),
        DutyEntry.objects.filter(pairing=pairing)
        .order_by("-done_on")
        .values_list("done_on", flat=True)
        .first(),
    ]
    return max((day for day in days if day), default=None)


def _day(day: dt.date) -> str:
    return date_format(day, "Y-m-d")

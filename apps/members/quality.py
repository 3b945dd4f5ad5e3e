"""资料质量: what is missing or old in an office's files. It is about the keeping of files and never enters a metric.

Two queries count every issue for every office; each number opens to a list that is worked through one by one.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.members.actions import UNCONFIRMED_DAYS
from apps.members.models import ASSOCIATION_KINDS, Appointment, Member, MemberQuerySet, PublicSeat
from apps.offices.choices import LEFT_OUT
from apps.offices.models import Office

# 资料一年未核对.
CHECKED_WITHIN = dt.timedelta(days=365)
# 待确认即将到期: how long before the end of its sixty days a row stands on the list.
ENDING_WITHIN = dt.timedelta(days=14)


@dataclass(frozen=True)
class Asked:
    """Whose files are looked at, and on which day."""

    members: MemberQuerySet
    today: dt.date

    @classmethod
    def by(cls, actor: Actor, today: dt.date) -> "Asked":
        return cls(Member.objects.visible_to(actor, Permission.MEMBER_MANAGE), today)


@dataclass(frozen=True)
class Issue:
    """Something to put right in a file. `remedy` says what to do. `looks_around`: other rows than the member's own tell."""

    code: str
    label: Promise | str
    remedy: Promise | str
    holds: Callable[[Asked], Q]
    looks_around: bool = False


_ACTIVE = Q(status=Member.Status.ACTIVE)


def _no_unit(asked: Asked) -> Q:
    held = Appointment.objects.filter(member=OuterRef("pk"), ends_on__isnull=True)
    return _ACTIVE & ~Q(Exists(held.exclude(organization__kind__in=ASSOCIATION_KINDS)))


def _unchecked(asked: Asked) -> Q:
    return _ACTIVE & Q(looked_at__lt=asked.today - CHECKED_WITHIN)


def _shared_phone(asked: Asked) -> Q:
    # Only among the files the actor keeps: what stands elsewhere is not told.
    others = asked.members.filter(
        phone_index=OuterRef("phone_index"), status__in=[Member.Status.ACTIVE, Member.Status.PENDING]
    ).exclude(pk=OuterRef("pk"))
    return _ACTIVE & ~Q(phone_index="") & Q(Exists(others))


def _past_term(asked: Asked) -> Q:
    posts = Appointment.objects.filter(
        Q(term_ends_on__lt=asked.today) | Q(organization__ended_on__lte=asked.today), ends_on__isnull=True
    )
    seats = PublicSeat.objects.filter(ends_on__isnull=True, term_ends_on__lt=asked.today)
    # Few of many: found once, not member by member.
    return _ACTIVE & (Q(pk__in=posts.values("member")) | Q(pk__in=seats.values("member")))


def _pending_soon(asked: Asked) -> Q:
    since = asked.today - dt.timedelta(days=UNCONFIRMED_DAYS) + ENDING_WITHIN
    return Q(status=Member.Status.PENDING, status_since__lte=since)


ISSUES = (
    Issue(
        "no_phone",
        _("缺联系电话"),
        _("补填电话；本人不愿留电话的不必填。"),
        lambda a: _ACTIVE & Q(phone_index=""),
    ),
    Issue("no_birth_month", _("缺出生年月"), _("补填出生年月。"), lambda a: _ACTIVE & Q(birth_month=None)),
    Issue(
        "no_category", _("缺成员类别"), _("请本人确认类别后补填。"), lambda a: _ACTIVE & Q(categories__len=0)
    ),
    Issue("no_unit", _("缺工作单位"), _("补填工作单位；没有单位的不必填。"), _no_unit, looks_around=True),
    Issue(
        "unchecked",
        _("资料一年未核对"),
        _("与本人核对资料，有变化的修改，没有变化的点“资料核对无误”。"),
        _unchecked,
    ),
    Issue(
        "shared_phone",
        _("一号多人"),
        _("几个人登记了同一个号码，请核对是谁的号码，或是不是同一人。"),
        _shared_phone,
        looks_around=True,
    ),
    Issue(
        "past_term",
        _("任职到期未处理"),
        _("任期已满或单位已终止：续任的修改任期，不再担任的登记结束。"),
        _past_term,
        looks_around=True,
    ),
    Issue(
        "pending_soon",
        _("待确认即将到期"),
        _("待本人确认满六十天自动删除，请尽快请本人签字确认。"),
        _pending_soon,
    ),
)
BY_CODE = {issue.code: issue for issue in ISSUES}


@dataclass(frozen=True)
class OfficeRow:
    """An office with everything below it: a number for each issue, in the order of ISSUES."""

    office: Office
    counts: list[tuple[Issue, int]]
    members: int

    @property
    def is_clean(self) -> bool:
        return not any(count for _issue, count in self.counts)


def with_issue(asked: Asked, issue: Issue, office: Office) -> MemberQuerySet:
    """The files of the office and below that have the issue, in a fixed order."""
    found: MemberQuerySet = _dated(asked.members).of_office(office).filter(issue.holds(asked))
    return found.order_by("office_path", "pk")


def rows_of(asked: Asked, office: Office) -> list[OfficeRow]:
    """The office itself first, then each directly below it. Three queries."""
    below = Office.objects.filter(depth=office.depth + 1, path__startswith=office.path)
    counts = {**_of_own_rows(asked, office), **_of_others(asked, office)}
    return [_row(shown, counts) for shown in (office, *below.exclude(kind__in=LEFT_OUT))]


# What is counted (a code of ISSUES, or MEMBERS) and where, and how many.
_MEMBERS = "members"
_Counts = dict[tuple[str, str], int]


def _row(office: Office, counts: _Counts) -> OfficeRow:
    sums: Counter[str] = Counter()
    for (code, path), count in counts.items():
        if office.range.holds(path):
            sums[code] += count
    return OfficeRow(office, [(issue, sums[issue.code]) for issue in ISSUES], sums[_MEMBERS])


def _of_own_rows(asked: Asked, office: Office) -> _Counts:
    """How many there are, and every issue that the member's own row tells: in one pass."""
    rows = _dated(asked.members).of_office(office).order_by().values("office_path")
    each = {i.code: Count("pk", filter=i.holds(asked)) for i in ISSUES if not i.looks_around}
    found = rows.annotate(**{_MEMBERS: Count("pk", filter=_ACTIVE)}, **each)
    return {(code, row["office_path"]): row[code] for row in found for code in (_MEMBERS, *each)}


def _of_others(asked: Asked, office: Office) -> _Counts:
    """The other issues: each a join of its own. As filters of one pass they were looked up member by member."""
    first, *others = (
        with_issue(asked, issue, office)
        .order_by()
        .values_list(Value(issue.code), "office_path")
        .annotate(n=Count("pk"))
        for issue in ISSUES
        if issue.looks_around
    )
    return {(code, path): count for code, path, count in first.union(*others, all=True)}


def _dated(members: MemberQuerySet) -> MemberQuerySet:
    """Each with the day of the last check; a row that nobody checked is as old as its entry."""
    return members.annotate(looked_at=Coalesce(F("checked_on"), TruncDate("created_at")))


@dataclass(frozen=True)
class Place:
    """Where a file stands in the list being worked through."""

    number: int
    total: int
    # Whether the file is still one of the list.
    still: bool
    before: UUID | None
    after: UUID | None


def place_of(found: MemberQuerySet, member: Member) -> Place:
    """Its neighbours; also of a file that has just been put right and so left the list."""
    here = {"office_path": member.office_path, "pk": member.pk}
    earlier = Q(office_path__lt=here["office_path"]) | Q(office_path=here["office_path"], pk__lt=here["pk"])
    later = Q(office_path__gt=here["office_path"]) | Q(office_path=here["office_path"], pk__gt=here["pk"])
    counted = found.order_by().aggregate(
        total=Count("pk"),
        earlier=Count("pk", filter=earlier),
        still=Count("pk", filter=Q(pk=member.pk)),
    )
    before = found.filter(earlier).order_by("-office_path", "-pk").values_list("public_id", Value(-1))[:1]
    after = found.filter(later).values_list("public_id", Value(1))[:1]
    beside = {side: public_id for public_id, side in before.union(after, all=True)}
    return Place(
        number=counted["earlier"] + 1,
        total=counted["total"],
        still=bool(counted["still"]),
        before=beside.get(-1),
        after=beside.get(1),
    )


@transaction.atomic
def confirm_checked(*, member: Member, by: Actor) -> None:
    """资料核对无误: somebody went through the file with the person today."""
    Member.objects.filter(pk=member.pk).update(checked_on=timezone.localdate())
    record(AuditEvent.Action.CHANGE, target=member, by=by, fields=["checked_on"])

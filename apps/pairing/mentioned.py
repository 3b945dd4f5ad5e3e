"""Organizations and colleagues that a form names in words: found among those whom the writer may name."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case as When
from django.db.models import Q
from django.db.models import When as Where
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.core.access import Permission, within
from apps.core.listed import listed
from apps.core.names import to_simplified
from apps.members.importing.cells import one_form
from apps.members.models import Organization
from apps.offices.models import ScopedQuerySet, paths_above
from apps.pairing.findings import Finding, Refused
from apps.pairing.models import Target

Thing = TypeVar("Thing")
# How many of several that a word fits are named in the answer.
MOST_NAMED = 3
MOST_SUGGESTED = 8


@dataclass(frozen=True)
class Mentioned:
    organizations: tuple[Organization, ...] = ()
    colleagues: tuple[User, ...] = ()


def find_mentioned(by: User, *, organizations: Collection[str], companions: Collection[str]) -> Mentioned:
    """What the names stand for. Raises Refused with a finding for each name that fits none, or more than one.

    Asks the database nothing where nobody is named.
    """
    findings: list[Finding] = []
    found = [_organization(by, name, findings) for name in organizations]
    colleagues = [_colleague(by, name, findings) for name in companions]
    if findings:
        raise Refused(findings)
    return Mentioned(tuple(one for one in found if one), tuple(one for one in colleagues if one))


def find_colleague(by: User, name: str, field: str = "deputy") -> User:
    """The one colleague of that name. Raises Refused."""
    findings: list[Finding] = []
    found = _colleague(by, name, findings, field)
    if found is None:
        raise Refused(findings)
    return found


def organizations_of(by: User) -> ScopedQuerySet:
    """Whom the user may say they visited: organizations of their offices, and those a campaign gave them."""
    given = Target.objects.filter(assignee=by, campaign__closed_at__isnull=True).values("organization")
    seen = within(by.office_ranges(Permission.VISIT_LOG)) | Q(pk__in=given)
    found: ScopedQuerySet = Organization.objects.filter(seen, ended_on__isnull=True)
    return found


def _organization(by: User, name: str, findings: list[Finding]) -> Organization | None:
    """By the whole name, by 名称（机构） where two offices have one of that name, or by a part that only one has."""
    seen = organizations_of(by).select_related("office")
    fitting = list(seen.filter(name=name)[: MOST_NAMED + 1])
    if not fitting:
        called, _open, office = name.rpartition("（")
        fitting = list(seen.filter(name=called, office__name=office.rstrip("） "))[:2]) if called else []
    fitting = fitting or list(seen.filter(name__contains=name)[: MOST_NAMED + 1])
    labels = [f"{one.name}（{one.office.name}）" for one in fitting]
    return _only(fitting, labels, name, "organizations", findings)


def suggested_organizations(by: User, words: str) -> list[str]:
    """What a beginning or part of a name may mean, in the words that the form takes."""
    words = one_form(to_simplified(words.strip()))
    found = organizations_of(by).filter(name__contains=words) if words else Organization.objects.none()
    starts = When(Where(name__startswith=words, then=0), default=1)
    rows = list(found.order_by(starts, "name").values_list("name", "office__name")[:MOST_SUGGESTED])
    return _apart(rows)


def suggested_colleagues(by: User, words: str) -> list[str]:
    """The same for colleagues."""
    words = words.strip()
    grants = _around(by).filter(user__name__contains=words, user__is_active=True).exclude(user=by)
    found = (
        grants.order_by("user__name", "user", "pk").distinct("user__name", "user") if words else grants.none()
    )
    return _apart(list(found.values_list("user__name", "office__name")[:MOST_SUGGESTED]))


def _apart(rows: list[tuple[str, str]]) -> list[str]:
    """The names; of several that are the same each with its office."""
    times = Counter(name for name, _office in rows)
    return [f"{name}（{office}）" if times[name] > 1 else name for name, office in rows]


def _colleague(by: User, name: str, findings: list[Finding], field: str = "companions") -> User | None:
    """By name among those who serve at, above or below one of the writer's offices; 姓名（机构） where two share a name."""
    called, _open, office = name.replace("(", "（").partition("（")
    grants = _around(by).filter(user__name=called.strip(), user__is_active=True)
    if office:
        grants = grants.filter(office__name=office.rstrip("）) "))
    fitting = {grant.user: grant.office.name for grant in grants.order_by("user", "pk")}
    labels = [f"{user.name}（{place}）" for user, place in fitting.items()]
    return _only(list(fitting), labels, name, field, findings)


def _around(by: User) -> Any:
    """Current grants at the offices where the writer logs visits, below them, and above them."""
    ranges = by.office_ranges(Permission.VISIT_LOG)
    above = [path for reach in ranges for path in paths_above(reach.low)]
    grants = Grant.objects.current(timezone.localdate()).select_related("user", "office")
    return grants.filter(within(ranges, "office__path") | Q(office__path__in=above))


def _only(
    fitting: Sequence[Thing], labels: Iterable[str], name: str, field: str, findings: list[Finding]
) -> Thing | None:
    if len(fitting) == 1:
        return fitting[0]
    named = {"name": name, "found": listed(list(labels)[:MOST_NAMED])}
    if fitting:
        sentence = _("“%(name)s”对应不止一个：%(found)s。请写全称。") % named
    else:
        sentence = _("没有找到“%(name)s”，请核对名称。") % named
    findings.append(Finding("not_found", field, sentence))
    return None

"""Organizations and colleagues that a form names in words: found among those whom the writer may name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.core.access import Permission, within
from apps.members.models import Organization
from apps.offices.models import paths_above
from apps.pairing.findings import Finding, Refused

Thing = TypeVar("Thing")
# How many of several that a word fits are named in the answer.
MOST_NAMED = 3


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


def _organization(by: User, name: str, findings: list[Finding]) -> Organization | None:
    """By the whole name, or by a part that only one of them has."""
    seen = Organization.objects.visible_to(by, Permission.VISIT_LOG).filter(ended_on__isnull=True)
    fitting = list(seen.filter(name=name)[:2]) or list(seen.filter(name__contains=name)[: MOST_NAMED + 1])
    return _only(fitting, [one.name for one in fitting], name, "organizations", findings)


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
    named = {"name": name, "found": "、".join(list(labels)[:MOST_NAMED])}
    if fitting:
        sentence = _("“%(name)s”对应不止一个：%(found)s。请写全称。") % named
    else:
        sentence = _("没有找到“%(name)s”，请核对名称。") % named
    findings.append(Finding("not_found", field, sentence))
    return None

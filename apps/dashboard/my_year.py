"""我的一年: what a cadre did in a year, in plain figures. No rank, no share of a target, nobody beside them.

Seen by the cadre and, one cadre at a time, by the leader of the office they serve (decision 0025). Rows kept for each pair
and year are added up; nothing here is rolled up or scored, and no member is named.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.casework.models import Case
from apps.casework.states import CaseState
from apps.core.access import Actor, OfficeRange, Permission, within
from apps.core.listed import listed
from apps.core.names import NameKeys
from apps.core.small_numbers import is_few, own_paths
from apps.pairing.models import DutyKind, Pairing, PairingYear, Promise, Visit, VisitKind


@dataclass(frozen=True)
class CadreYear:
    """A cadre's year as far as the reader may see it. `hidden`: the people behind it are too few for this reader."""

    cadre: User
    year: int
    pairs: int = 0
    contacts: int = 0
    hidden: bool = False
    by_month: list[int] = field(default_factory=lambda: [0] * 12)
    by_way: list[tuple[str, int]] = field(default_factory=list)
    by_duty: list[tuple[str, int]] = field(default_factory=list)
    done: int = 0
    due: int = 0
    quarters_met: int = 0
    quarters_due: int = 0
    cases: dict[str, int] = field(default_factory=dict)
    promises: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Served:
    """A cadre of the leader's offices and where they serve."""

    cadre: User
    offices: str


def year_of(
    cadre: User, year: int, ranges: Sequence[OfficeRange], reader: Actor, today: dt.date
) -> CadreYear:
    """What the cadre did in the offices of these ranges. Five queries, however many pairs."""
    rows = _kept(cadre, year, ranges)
    pairs = _pairs(cadre, ranges, today)
    if _too_few(len(pairs), {path for (path,) in pairs}, cadre, reader):
        return CadreYear(cadre, year, pairs=len(pairs), hidden=True)
    ways = _ways(cadre, year, ranges)
    return CadreYear(
        cadre,
        year,
        pairs=len(pairs),
        contacts=sum(count for _way, count in ways),
        by_month=_months(row["contacts"] for row in rows),
        by_way=ways,
        by_duty=[(str(kind.label), sum(sum(row[kind.value]) for row in rows)) for kind in DutyKind],
        done=sum(sum(row["done"]) for row in rows),
        due=sum(sum(row["due"]) for row in rows),
        quarters_met=sum(sum(row["quarters_met"]) for row in rows),
        quarters_due=sum(sum(row["quarters_due"]) for row in rows),
        cases=_cases(cadre, year, ranges),
        promises=_promises(cadre, year, ranges),
    )


def _kept(cadre: User, year: int, ranges: Sequence[OfficeRange]) -> list[dict[str, Any]]:
    rows = PairingYear.objects.filter(within(ranges), pairing__cadre=cadre, year=year)
    columns = ("contacts", "done", "due", "quarters_met", "quarters_due", *DutyKind.values)
    return list(rows.values(*columns))


def _months(rows: Any) -> list[int]:
    return [sum(month) for month in zip(*rows, strict=True)] or [0] * 12


def _pairs(cadre: User, ranges: Sequence[OfficeRange], today: dt.date) -> list[tuple[str]]:
    pairs = Pairing.objects.active(today).filter(within(ranges), cadre=cadre)
    return list(pairs.values_list("office_path"))


def _too_few(pairs: int, paths: set[str], cadre: User, reader: Actor) -> bool:
    """Figures of fewer than five people are for the cadre and for the offices in which those people are."""
    if cadre.pk == reader.pk or paths <= own_paths(reader, Permission.CADRE_YEAR):
        return False
    return is_few(pairs)


def _ways(cadre: User, year: int, ranges: Sequence[OfficeRange]) -> list[tuple[str, int]]:
    visits = Visit.objects.counted().filter(within(ranges), cadre=cadre, happened_on__year=year)
    counts = dict(visits.order_by().values_list("kind").annotate(Count("pk")))
    return [(str(kind.label), counts.get(kind.value, 0)) for kind in VisitKind]


def _cases(cadre: User, year: int, ranges: Sequence[OfficeRange]) -> dict[str, int]:
    """Handled by the cadre: answered in the year, in time among them; and what is open now."""
    answered = Q(answered_on__year=year) & ~Q(state__in=[CaseState.WITHDRAWN, CaseState.MERGED])
    cases = Case.objects.filter(within(ranges), handler=cadre)
    counts: dict[str, int] = cases.aggregate(
        answered=Count("pk", filter=answered),
        in_time=Count("pk", filter=answered & Q(answered_on__lte=F("due_on"), reopened_on=None)),
        in_hand=Count("pk", filter=Q(pk__in=cases.open().values("pk"))),
    )
    return counts


def _promises(cadre: User, year: int, ranges: Sequence[OfficeRange]) -> dict[str, int]:
    promises = Promise.objects.filter(within(ranges), visit__cadre=cadre, visit__happened_on__year=year)
    counts: dict[str, int] = promises.aggregate(
        promised=Count("pk"), kept=Count("pk", filter=Q(kept_on__isnull=False))
    )
    return counts


def cadres_of(leader: Actor, today: dt.date) -> list[Served]:
    """The cadres who serve in the leader's offices, by name; nothing is counted here."""
    grants = Grant.objects.current(today).filter(
        within(leader.office_ranges(Permission.CADRE_YEAR), "office__path"),
        role=RoleName.CADRE,
        user__is_active=True,
    )
    offices: dict[User, list[str]] = {}
    for grant in grants.select_related("user", "office").order_by("office__path"):
        offices.setdefault(grant.user, []).append(grant.office.name)
    served = [Served(cadre, listed(dict.fromkeys(names))) for cadre, names in offices.items()]
    return sorted(served, key=lambda each: (NameKeys.of(each.cadre.name).pinyin, each.cadre.pk))

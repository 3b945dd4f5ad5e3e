"""结对覆盖与均衡: who has no cadre, which cadres hold too many or none, which pairs sleep. By office, in a fixed number
of queries; about the spreading of work, never a metric, and cadres are not ordered by it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import Grant
from apps.accounts.roles import RoleName
from apps.core.access import Actor, Permission
from apps.members.models import ContactPreference, Member
from apps.offices.choices import LEFT_OUT
from apps.offices.models import Office, paths_above
from apps.pairing.models import Duty, DutyPeriod, Pairing, PairingQuerySet
from apps.pairing.queries import unpaired_members
from apps.pairing.rules import MOST_PAIRS, capacities


class Asleep(StrEnum):
    """How long without any contact. PLAN: the longest period of the plan that the office follows."""

    PLAN = "asleep"
    QUARTER = "asleep90"
    HALF = "asleep180"


DAYS_OF = {DutyPeriod.QUARTER: 92, DutyPeriod.HALF: 184, DutyPeriod.YEAR: 366}
# Where no plan has any duty.
NO_PLAN = 366


@dataclass(frozen=True)
class CadreLoad:
    """A cadre with the number of pairs they hold and may hold."""

    pk: int
    name: str
    offices: tuple[str, ...]
    held: int
    capacity: int

    @property
    def is_over(self) -> bool:
        return self.held > min(self.capacity, MOST_PAIRS)

    @property
    def is_far_over(self) -> bool:
        return self.held > MOST_PAIRS


@dataclass(frozen=True)
class Balance:
    """The figures of an office and everything below it."""

    office: Office
    pairs: int
    unpaired: int
    cadres: int
    without: int
    over: int
    far_over: int
    asleep: int
    asleep90: int
    asleep180: int


def asleep(
    pairs: PairingQuerySet, which: str, today: dt.date, year_paths: Mapping[int, Sequence[str]]
) -> PairingQuerySet:
    """Living pairs without any contact for so long. Who asked for less contact, or is gone, is on no such list.

    `year_paths`: for PLAN, the office paths by number of days (`longest_periods`).
    """
    living = pairs.active(today).annotate(since=_SINCE)
    return living.filter(_AWAKE, _longer_than(which, today, year_paths))


_SINCE = Coalesce("member__last_contact_on", "started_on")
_AWAKE = Q(member__status=Member.Status.ACTIVE, member__contact_preference=ContactPreference.NORMAL)


def _longer_than(which: str, today: dt.date, by_days: Mapping[int, Sequence[str]]) -> Q:
    if which == Asleep.QUARTER:
        return Q(since__lt=today - dt.timedelta(days=90))
    if which == Asleep.HALF:
        return Q(since__lt=today - dt.timedelta(days=180))
    found = Q(pk__in=[])
    for days, paths in by_days.items():
        found |= Q(since__lt=today - dt.timedelta(days=days), office_path__in=paths)
    return found


def longest_periods(paths: Collection[str], year: int) -> dict[int, list[str]]:
    """By number of days: the offices whose plan's longest period it is. One query."""
    above = {higher for path in paths for higher in paths_above(path)}
    duties = Duty.objects.filter(plan__year=year, plan__office__path__in=above, number__gt=0)
    longest: dict[str, int] = {}
    for path, per in duties.values_list("plan__office__path", "per"):
        longest[path] = max(longest.get(path, 0), DAYS_OF[DutyPeriod(per)])
    found: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        found[next((longest[p] for p in reversed(paths_above(path)) if p in longest), NO_PLAN)].append(path)
    return found


def balances(office: Office, actor: Actor, today: dt.date) -> tuple[Balance, list[Balance], list[CadreLoad]]:
    """The office as a whole, each office right below it that the actor sees, and the cadres. Flat in queries."""
    offices = list(
        Office.objects.visible_to(actor, Permission.PAIRING_VIEW).filter(path__startswith=office.path)
    )
    per_path = _pairs_per_path(office, [one.path for one in offices], actor, today)
    per_path["unpaired"] = _unpaired_per_path(office, actor, today)
    cadres = loads(office, today)
    below = [one for one in offices if one.depth == office.depth + 1 and one.kind not in LEFT_OUT]
    rows = [_balance(one, per_path, cadres) for one in below]
    return _balance(office, per_path, cadres), rows, cadres


def _pairs_per_path(
    office: Office, paths: Collection[str], actor: Actor, today: dt.date
) -> dict[str, dict[str, int]]:
    """By figure and office path: living pairs, and those asleep (`asleep`, all three in one query)."""
    spans = longest_periods(paths, today.year)
    pairs = Pairing.objects.visible_to(actor, Permission.PAIRING_VIEW).of_office(office).active(today)
    counts = {str(which): Count("pk", filter=_AWAKE & _longer_than(which, today, spans)) for which in Asleep}
    rows: Any = (
        pairs.annotate(since=_SINCE).order_by().values("office_path").annotate(pairs=Count("pk"), **counts)
    )
    found: dict[str, dict[str, int]] = {name: {} for name in ("pairs", *counts)}
    for row in rows:
        for name, figures in found.items():
            figures[row["office_path"]] = row[name]
    return found


def _unpaired_per_path(office: Office, actor: Actor, today: dt.date) -> dict[str, int]:
    # Whom the actor is paired with has a pair.
    seen = Member.objects.visible_to(actor, Permission.PAIRING_VIEW, paired=()).of_office(office)
    rows = unpaired_members(today) & seen
    return dict(rows.order_by().values_list("office_path").annotate(Count("pk")))


def loads(office: Office, today: dt.date) -> list[CadreLoad]:
    """The cadres who serve in the office and below, by name. Two queries."""
    grants = Grant.objects.current(today).filter(
        role=RoleName.CADRE, user__is_active=True, office__path__startswith=office.path
    )
    names: dict[int, str] = {}
    offices: dict[int, list[str]] = defaultdict(list)
    held: dict[int, int] = {}
    living = Pairing.objects.active(today).filter(cadre=OuterRef("user")).order_by().values("cadre")
    counted = Coalesce(Subquery(living.annotate(n=Count("pk")).values("n")), 0)
    for pk, name, path, number in (
        grants.annotate(held=counted)
        .order_by("user__name", "user")
        .values_list("user", "user__name", "office__path", "held")
    ):
        names[pk], held[pk] = name, number
        offices[pk].append(path)
    room = capacities({path for paths in offices.values() for path in paths}, today.year)
    return [
        CadreLoad(pk, name, tuple(offices[pk]), held[pk], max(room[path] for path in offices[pk]))
        for pk, name in names.items()
    ]


def _balance(
    office: Office, per_path: Mapping[str, Mapping[str, int]], cadres: Iterable[CadreLoad]
) -> Balance:
    here = [cadre for cadre in cadres if any(path.startswith(office.path) for path in cadre.offices)]
    people = {
        name: sum(count for path, count in counts.items() if path.startswith(office.path))
        for name, counts in per_path.items()
    }
    return Balance(
        office=office,
        cadres=len(here),
        without=sum(not cadre.held for cadre in here),
        over=sum(cadre.is_over for cadre in here),
        far_over=sum(cadre.is_far_over for cadre in here),
        **people,
    )

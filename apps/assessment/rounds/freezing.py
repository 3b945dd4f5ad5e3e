"""Facts of closed entries, frozen with their hash, and what a later rebuild counts otherwise."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.evidence import Figure
from apps.assessment.models import FrozenFacts, MetricFact, Rollup, RoundStep, Scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.periods import Period, PeriodKind
from apps.core.refusals import Conflict, Refusal
from apps.offices.closing import close_period
from apps.offices.models import ClosedPeriod

Row = list[Any]  # metric, office code, numerator, denominator or None


def sha256_of(data: Any) -> str:
    """The hash of data as it is written: keys in order, no spaces, so that the same data has the same hash."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def facts_in_force(scheme: Scheme) -> FrozenFacts | None:
    """The facts that the scheme is scored from; None while its entries still come in."""
    return FrozenFacts.objects.filter(scheme=scheme).order_by("-pk").first()


def figures_in_force(frozen: FrozenFacts, codes: dict[str, int]) -> dict[tuple[str, int], Figure]:
    """Frozen facts as the scoring takes them, for the offices in `codes` (code → id)."""
    return {
        (metric, codes[office]): Figure(
            Decimal(numerator), None if denominator is None else Decimal(denominator)
        )
        for metric, office, numerator, denominator in frozen.rows
        if office in codes
    }


def rows_now(scheme: Scheme) -> list[Row]:
    """The year's facts of the office that assesses and of all below it, as they are counted now."""
    facts = MetricFact.objects.filter(
        period=f"{scheme.year:04d}", office__path__startswith=scheme.office.path
    ).order_by("metric", "office__code")
    return [list(row) for row in facts.values_list("metric", "office__code", "numerator", "denominator")]


@transaction.atomic
def close_entries(scheme: Scheme, *, by: User | None) -> FrozenFacts:
    """Close the scheme's year for entries and freeze its facts; what is frozen already stays. The caller counted first.

    From now on corrections of entries need a reason (ClosedPeriod).
    """
    known = facts_in_force(scheme)
    if known is not None:
        return known
    closer = by or _who_opened(scheme)
    if closer is not None and closer.may(Permission.PAIRING_MANAGE, scheme.office):
        _close_year(scheme, closer)
    return _freeze(scheme, by=by, reason="")


@transaction.atomic
def freeze_again(scheme: Scheme, *, reason: str, by: User) -> FrozenFacts:
    """Let corrections of closed entries count, with a reason, while the review runs. The caller counted first."""
    current = (
        Scheme.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=scheme.pk)
    )
    if not by.may(Permission.ASSESSMENT_MANAGE, current.office):
        raise Refusal(_("只有考核机构的管理员可以重新封存"))
    if current.state != Scheme.State.REVIEW:
        raise Conflict(_("只有审核阶段可以重新封存数据"))
    if not reason.strip():
        raise Refusal(_("请写明重新封存的理由"), field="reason")
    return _freeze(current, by=by, reason=reason)


def _freeze(scheme: Scheme, *, by: User | None, reason: str) -> FrozenFacts:
    rows = rows_now(scheme)
    rollup = Rollup.objects.filter(year=scheme.year).first()
    frozen = FrozenFacts.objects.create(
        scheme=scheme,
        period=f"{scheme.year:04d}",
        as_of=rollup.as_of if rollup else timezone.localdate(),
        frozen_by=by,
        reason=reason,
        rows=rows,
        sha256=sha256_of(rows),
    )
    record(AuditEvent.Action.CREATE, target=frozen, by=by, rows=len(rows), sha256=frozen.sha256)
    return frozen


def _who_opened(scheme: Scheme) -> User | None:
    step = RoundStep.objects.filter(scheme=scheme, became=Scheme.State.OPEN).select_related("taken_by").last()
    return step.taken_by if step else None


def _close_year(scheme: Scheme, by: User) -> None:
    year = Period(PeriodKind.YEAR, scheme.year)
    held = ClosedPeriod.objects.holding().filter(office=scheme.office, period=year.code)
    # A deadline inside the year leaves the year's last days open.
    if year.end < timezone.localdate() and not held.exists():
        close_period(office=scheme.office, period=year, by=by)


# Differences --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """A fact that a rebuild counts otherwise than it was frozen; None where one side has no such fact."""

    metric: str
    office: str
    frozen: tuple[int, int | None] | None
    now: tuple[int, int | None] | None


def changed_since(frozen: FrozenFacts) -> list[Changed]:
    """What is counted otherwise now than it was frozen, in order of metric and office."""
    before, after = _by_place(frozen.rows), _by_place(rows_now(frozen.scheme))
    return [
        Changed(*place, before.get(place), after.get(place))
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
    ]


def _by_place(rows: list[Row]) -> dict[tuple[str, str], tuple[int, int | None]]:
    return {(metric, office): (above, below) for metric, office, above, below in rows}


def frozen_schemes() -> list[Scheme]:
    """Rounds with frozen facts that are not archived yet: a rebuild is compared with what was frozen."""
    frozen = FrozenFacts.objects.values("scheme")
    found = Scheme.objects.filter(pk__in=frozen).exclude(state=Scheme.State.ARCHIVED)
    return list(found.select_related("office"))


def entries_due(today: dt.date) -> list[Scheme]:
    """Open rounds whose deadline is over and whose facts are not frozen yet."""
    late = Scheme.objects.filter(state=Scheme.State.OPEN, entry_deadline__lt=today)
    frozen = FrozenFacts.objects.values("scheme")
    return list(late.exclude(pk__in=frozen).select_related("office"))

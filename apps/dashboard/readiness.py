"""报告准备: what is missing before an office's assessment can be decided and its report printed.

Counted from what stands: statements, declared figures, items without points, objections, files, and entries that
stopped coming. One query counts everything of all offices.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.assessment.declaring import is_by_item, takes_declarations
from apps.assessment.models import (
    Assessed,
    DeclaredFigure,
    Indicator,
    MetricFact,
    Objection,
    ResultItem,
    Scheme,
    SelfStatement,
)
from apps.assessment.rules import State
from apps.core.access import Actor, Permission, within
from apps.core.periods import Period, PeriodKind
from apps.members.quality import Asked, Issue, rows_of
from apps.offices.models import TOWN_KINDS, Office

# No entry in this month and the one before: something has stopped.
QUIET = "visits.made"
MOST_QUIET = 30


@dataclass(frozen=True)
class OfficeGaps:
    """One assessed office: what it owes, and what those who examine it owe."""

    office: Office
    group: str
    statement: str
    undeclared: int
    waiting: int
    refused: int
    undecided: int
    objections: int

    @property
    def is_ready(self) -> bool:
        owed = (self.undeclared, self.waiting, self.refused, self.undecided, self.objections)
        return self.has_stated and not any(owed)

    @property
    def has_stated(self) -> bool:
        return self.statement == SelfStatement.State.SUBMITTED


@dataclass(frozen=True)
class SchemeGaps:
    """A scheme under way with its offices, in the order of groups."""

    scheme: Scheme
    offices: Sequence[OfficeGaps]
    today: dt.date

    @property
    def ready(self) -> int:
        return sum(each.is_ready for each in self.offices)

    @property
    def totals(self) -> dict[str, int]:
        names = ("undeclared", "waiting", "refused", "undecided", "objections")
        sums = {name: sum(getattr(each, name) for each in self.offices) for name in names}
        return {"unstated": sum(not each.has_stated for each in self.offices), **sums}

    @property
    def days_to_entry(self) -> int:
        return (self.scheme.entry_deadline - self.today).days

    @property
    def days_to_statement(self) -> int:
        return (self.scheme.statement_until - self.today).days


def gaps(actor: Actor, today: dt.date) -> list[SchemeGaps]:
    """Every scheme under way of which the actor sees offices. Three queries."""
    ranges = actor.office_ranges(Permission.ASSESSMENT_VIEW)
    schemes = list(Scheme.objects.visible_to(actor, Permission.ASSESSMENT_VIEW).moving())
    declared = _declared_indicators(schemes)
    owed_by_scheme = {
        scheme.pk: sum(each.section.scheme_id == scheme.pk for each in declared) for scheme in schemes
    }
    rows: dict[int, list[OfficeGaps]] = {scheme.pk: [] for scheme in schemes}
    for assessed in _counted(schemes, [each.pk for each in declared]).filter(within(ranges, "office__path")):
        rows[assessed.scheme_id].append(_gaps_of(assessed, owed_by_scheme[assessed.scheme_id]))
    return [SchemeGaps(scheme, rows[scheme.pk], today) for scheme in schemes if rows[scheme.pk]]


def _declared_indicators(schemes: Sequence[Scheme]) -> list[Indicator]:
    """Those of which each office owes one figure; matters by item (表彰 …) are declared where there are any."""
    indicators = Indicator.objects.filter(section__scheme__in=schemes).select_related("section")
    return [each for each in indicators if takes_declarations(each) and not is_by_item(each)]


def _gaps_of(assessed: Any, owed: int) -> OfficeGaps:
    return OfficeGaps(
        office=assessed.office,
        group=assessed.group.name,
        statement=assessed.statement or "",
        undeclared=max(owed - assessed.declared, 0),
        waiting=assessed.waiting,
        refused=assessed.refused,
        undecided=assessed.undecided,
        objections=assessed.objections,
    )


def _counted(schemes: Sequence[Scheme], owed: Sequence[int]) -> QuerySet[Assessed]:
    """Each assessed office with its counts."""
    of_office: dict[str, Any] = {"office": OuterRef("office")}
    here = DeclaredFigure.objects.filter(indicator__section__scheme=OuterRef("scheme"), **of_office)
    statement = SelfStatement.objects.filter(scheme=OuterRef("scheme"), **of_office)
    items = ResultItem.objects.filter(
        result__scheme=OuterRef("scheme"), result__office=OuterRef("office"), state=State.UNDECIDED
    )
    objections = Objection.objects.open().filter(indicator__section__scheme=OuterRef("scheme"), **of_office)
    return (
        Assessed.objects.filter(scheme__in=schemes)
        .select_related("office", "group")
        .annotate(
            statement=Subquery(statement.values("state")[:1]),
            declared=_number(here.filter(indicator__in=owed).exclude(state=DeclaredFigure.State.REFUSED)),
            waiting=_number(here.filter(state=DeclaredFigure.State.DECLARED)),
            refused=_number(here.filter(state=DeclaredFigure.State.REFUSED)),
            undecided=_number(items, "result__office"),
            objections=_number(objections),
        )
        .order_by("scheme", "group__position", "office__path")
    )


def _number(rows: QuerySet[Any], by: str = "office") -> Coalesce:
    """How many rows of the outer office, as one column."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# Files and entries -----------------------------------------------------------------------------------------------


def files_to_put_right(actor: Actor, today: dt.date) -> tuple[Office | None, list[tuple[Issue, int]]]:
    """The actor's topmost office whose files they keep, and what is missing in them. Three queries, or none."""
    ranges = actor.office_ranges(Permission.MEMBER_MANAGE)
    if not ranges:
        return None, []
    office = Office.objects.filter(path__in=[r.low for r in ranges]).order_by("path").first()
    if office is None:
        return None, []
    whole = rows_of(Asked.by(actor, today), office)[0]
    return office, [(issue, count) for issue, count in whole.counts if count]


def quiet_towns(actor: Actor, today: dt.date) -> list[Office]:
    """Towns that take part and entered no contact in this month and the one before."""
    month = Period.containing(today, PeriodKind.MONTH)
    heard = MetricFact.objects.filter(
        metric=QUIET, period__in=[month.code, month.previous().code], numerator__gt=0
    )
    towns = Office.objects.visible_to(actor, Permission.DASHBOARD_VIEW).filter(kind__in=TOWN_KINDS)
    quiet = towns.taking_part(today).exclude(pk__in=heard.values("office"))
    return list(quiet[: MOST_QUIET + 1])

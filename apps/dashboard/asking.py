"""What a dashboard's address may say: an office, a period, and the metrics of tiles and trend. Nonsense falls back to the usual."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from apps.core.access import Actor, Permission
from apps.core.metrics import metric as metric_of
from apps.core.periods import Period, PeriodKind
from apps.dashboard.board import TILED, TRENDS, Asked
from apps.offices.choices import LEFT_OUT
from apps.offices.models import Office

FIRST_YEAR = 2020
# Of more offices than these a list to choose from holds the counties and what lies around the chosen one.
MOST_OFFERED = 300


def chosen_period(said: str, today: dt.date) -> Period:
    """The period of `?period=`, else the current year; far years fall back too."""
    try:
        period = Period.parse(said)
    except ValueError:
        return Period(PeriodKind.YEAR, today.year)
    if not FIRST_YEAR <= period.year <= today.year:
        return Period(PeriodKind.YEAR, today.year)
    return period


@dataclass(frozen=True)
class Reach:
    """The offices whose boards an actor may open, in the order of the tree."""

    offices: Sequence[Office]
    tops: frozenset[str]

    @classmethod
    def of(cls, actor: Actor, permission: Permission = Permission.DASHBOARD_VIEW) -> "Reach":
        offices = Office.objects.visible_to(actor, permission).exclude(kind__in=LEFT_OUT)
        return cls(list(offices), frozenset(r.low for r in actor.office_ranges(permission)))

    def chosen(self, code: str) -> Office:
        """The office of that code, else the topmost of the actor's own. Raises Http404 for any other."""
        own = (office for office in self.offices if office.path in self.tops)
        coded = (office for office in self.offices if office.code == code)
        found = next(coded if code else own, None)
        if found is None:
            raise Http404
        return found

    def above(self, office: Office) -> list[Office]:
        """The way to an office, itself included."""
        return [each for each in self.offices if office.path.startswith(each.path)]

    def below(self, office: Office) -> list[Office]:
        return [each for each in self.offices if each.path != office.path and office.range.holds(each.path)]

    def offered(self, office: Office) -> list[tuple[str, str]]:
        """Code and indented name, for a list to choose from."""
        offered = self.offices
        if len(offered) > MOST_OFFERED:
            near = office.parent_path
            top = min(each.depth for each in offered)
            offered = [
                each
                for each in offered
                if each.depth <= top + 1
                or each.parent_path in (near, office.path)
                or each.path == office.path
            ]
        top = min((each.depth for each in offered), default=0)
        return [(each.code, "\u3000" * (each.depth - top) + each.name) for each in offered]


def asked_of(said: QueryDict, reach: Reach, today: dt.date) -> Asked:
    """What the address says, of what the actor may see. Raises Http404 for an office outside the reach."""
    return Asked(
        office=reach.chosen(said.get("office", "")),
        period=chosen_period(said.get("period", ""), today),
        tiled=_one_of(TILED, said.get("tiles", "")),
        trend=_one_of(TRENDS, said.get("trend", "")),
    )


def _one_of(codes: Sequence[str], said: str) -> str:
    return said if said in codes else codes[0]


def choices_of(codes: Sequence[str], current: str) -> list[tuple[str, Any, bool]]:
    """Code, name and whether it is the chosen one."""
    found = ((code, metric_of(code)) for code in codes)
    return [(code, metric.name, code == current) for code, metric in found if metric]


def period_choices(period: Period, today: dt.date) -> dict[str, Any]:
    """The year with its halves, quarters and months as far as they have begun; the years beside it."""
    year = Period(PeriodKind.YEAR, period.year)
    labels = {
        year: _("全年"),
        **dict(zip(year.parts(PeriodKind.HALF), (_("上半年"), _("下半年")), strict=True)),
        **dict(
            zip(
                year.parts(PeriodKind.QUARTER),
                (_("一季度"), _("二季度"), _("三季度"), _("四季度")),
                strict=True,
            )
        ),
    }
    return {
        "period": period,
        "spans": [(each, label, each == period, each.start <= today) for each, label in labels.items()],
        "months": [(month, month == period) for month in year.months() if month.start <= today],
        "earlier": year.previous() if year.year > FIRST_YEAR else None,
        "later": year.next() if year.year < today.year else None,
        "is_running": period.holds(today),
    }

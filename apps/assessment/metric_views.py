"""One metric, and the way from any figure down to the records behind it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.explaining import as_of, facts_of
from apps.core.access import Permission, requires
from apps.core.metrics import Entry, Metric, Records
from apps.core.metrics import metric as metric_of
from apps.core.paging import ListPage, list_page
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office

# In the address: the deeds that were summed up, instead of the sums.
DEEDS = "deeds"


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def metric_page(request: SignedInRequest, metric_code: str, office_code: str) -> HttpResponse:
    """One metric of one office: definition, figure, the offices below it, and the records (numbers, no names)."""
    metric = metric_of(metric_code)
    if metric is None or metric.figures is None:
        raise Http404
    office = get_object_or_404(
        Office.objects.visible_to(request.user, Permission.DASHBOARD_VIEW), code=office_code
    )
    period = _period(request, metric)
    below = list(Office.objects.filter(path__startswith=office.path, depth=office.depth + 1))
    figures = facts_of(metric, [office, *below], period, request.user)
    counted_on = as_of(period.year)
    shows_deeds = metric.deeds is not None and request.GET.get("list") == DEEDS
    # What is too few to count is too few to list.
    listed = None if figures[office.pk].hidden else metric.deeds if shows_deeds else metric.records
    records = listed(request.user, office, period, counted_on) if listed else Records(())
    context = {
        "metric": metric,
        "office": office,
        "above": _above(request, office),
        "period": period,
        "periods": _periods(metric, period),
        "figure": figures[office.pk],
        "below": [(each, figures[each.pk]) for each in below if figures[each.pk].denominator != 0],
        "as_of": counted_on,
        "columns": records.columns,
        "says_who": records.entered is not None,
        "has_deeds": metric.deeds is not None,
        "shows_deeds": shows_deeds,
        "page": _page(request, records),
    }
    return TemplateResponse(request, "assessment/metric.html", context)


def _period(request: SignedInRequest, metric: Metric) -> Period:
    """The period of the URL; the current year where there is none, or none that the metric knows."""
    this_year = Period(PeriodKind.YEAR, timezone.localdate().year)
    try:
        period = Period.parse(request.GET.get("period", ""))
    except ValueError:
        return this_year
    return period if metric.supports(period.kind) else Period(PeriodKind.YEAR, period.year)


def _periods(metric: Metric, current: Period) -> list[tuple[Period, bool]]:
    """What the switch offers: the year, its halves and quarters, as far as the metric knows them."""
    whole = Period(PeriodKind.YEAR, current.year)
    kinds = [kind for kind in (PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER) if metric.supports(kind)]
    offered = [period for kind in kinds for period in whole.parts(kind)]
    if current not in offered:
        offered.append(current)
    return [(period, period == current) for period in offered]


def _above(request: SignedInRequest, office: Office) -> list[Office]:
    """The offices above that the user may open too, topmost first."""
    prefixes = [office.path[:end] for end in range(Office.steplen, len(office.path), Office.steplen)]
    seen = Office.objects.visible_to(request.user, Permission.DASHBOARD_VIEW)
    return list(seen.filter(path__in=prefixes).order_by("path"))


@dataclass(frozen=True)
class Row:
    """One record: its cells, its page for those who may open it, and who wrote it down."""

    cells: tuple[Any, ...]
    url: str
    entries: Sequence[Entry]


def _page(request: SignedInRequest, records: Records) -> ListPage[Row] | None:
    """One page of records, each with who wrote it down."""
    if not records.columns:
        return None
    page: ListPage[Any] = list_page(request, records.rows)
    entries = records.entered([row[-1] for row in page.rows]) if records.entered else {}
    may_open = bool(records.link) and records.link_permission in request.user.permissions
    rows = [
        Row(
            tuple(cell.isoformat() if isinstance(cell, dt.date) else cell for cell in cells),
            reverse(records.link, args=[key]) if may_open else "",
            entries.get(key, ()),
        )
        for *cells, key in page.rows
    ]
    return replace(page, rows=rows)

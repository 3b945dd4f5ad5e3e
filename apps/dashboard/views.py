"""Front pages by role, and the dashboard with its drill-down."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.access import Permission, requires
from apps.core.metrics import Metric, Records, metric
from apps.core.paging import list_page
from apps.core.periods import Period, PeriodKind
from apps.dashboard.demo.load import DemoRefused, clear_demo
from apps.dashboard.figures import (
    PEOPLE,
    OfficeRow,
    Reader,
    children_of,
    own_paths,
    read_board,
    read_facts,
    results_below,
)
from apps.dashboard.forms import chosen_period, offices_open_to
from apps.offices.models import Office

# What a user is sent to first: the first of these that they may open.
FRONT_PAGES = (
    (Permission.VISIT_LOG, "pairing:mine"),
    (Permission.DASHBOARD_VIEW, "dashboard:board"),
    (Permission.CASE_HANDLE, "casework:list"),
    (Permission.USER_MANAGE, "accounts:users"),
    (Permission.AUDIT_VIEW, "audit:events"),
    (Permission.OFFICE_VIEW, "offices:tree"),
)


@requires(Permission.OWN_ACCOUNT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page that answers "what must I do today" for this user."""
    held = request.user.permissions  # type: ignore[union-attr]
    return redirect(
        next((page for permission, page in FRONT_PAGES if permission in held), "accounts:account")
    )


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The dashboard of one office and period."""
    office = _chosen_office(request)
    period = chosen_period(request, timezone.localdate())
    user = _user(request)
    context = {
        "office": office,
        "board": read_board(office, period, user),
        "crumbs": _crumbs(office, user),
        "results": results_below(office, user),
        **_period_choices(period),
    }
    return TemplateResponse(request, "dashboard/board.html", context)


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure opened: what it means, the offices it is summed from, and the records behind it."""
    chosen = metric(code)
    if chosen is None or chosen.figures is None:
        raise Http404
    office, today = _chosen_office(request), timezone.localdate()
    period = _supported(chosen, chosen_period(request, today))
    below = children_of(office)
    reader = Reader(read_facts([office, *below], [chosen.code, PEOPLE], [period]), own_paths(_user(request)))
    shown = reader.figure(chosen, office, period)
    context = {
        "metric": chosen,
        "office": office,
        "figure": shown,
        "rows": [OfficeRow(o, [reader.figure(chosen, o, period)]) for o in below] if chosen.adds_up else [],
        "records": _records_page(request, chosen, office, period, today) if not shown.hidden else None,
        "crumbs": _crumbs(office, _user(request)),
        **_period_choices(period, chosen),
    }
    return TemplateResponse(request, "dashboard/figure.html", context)


@requires(Permission.SYSTEM_MANAGE)
@require_POST
def end_demo(request: HttpRequest) -> HttpResponse:
    """清除演示数据: the one click."""
    try:
        clear_demo(by=_user(request))
        messages.success(request, _("演示数据已清除，其他演示账号已停用。"))
    except DemoRefused as refused:
        messages.error(request, str(refused))
    return redirect("dashboard:home")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - @requires let nobody else in
    return request.user


def _chosen_office(request: HttpRequest) -> Office:
    """The office of `?office=CODE`, or the user's own; outside the user's offices it does not exist."""
    visible = Office.objects.visible_to(_user(request), Permission.DASHBOARD_VIEW)
    if code := request.GET.get("office"):
        return get_object_or_404(visible, code=code)
    own = offices_open_to(_user(request))
    if not own:
        raise Http404
    return own[0]


def _crumbs(office: Office, user: User) -> list[Office]:
    """The offices above that the user may open, then the office itself."""
    steps = [office.path[:n] for n in range(Office.steplen, len(office.path) + 1, Office.steplen)]
    return list(Office.objects.visible_to(user, Permission.DASHBOARD_VIEW).filter(path__in=steps))


def _supported(chosen: Metric, period: Period) -> Period:
    """The period, or the shortest one around it for which the metric is counted."""
    for kind in (period.kind, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR):
        if kind.months >= period.kind.months and chosen.supports(kind):
            return Period.containing(period.start, kind)
    return Period(PeriodKind.YEAR, period.year)


def _period_choices(period: Period, chosen: Metric | None = None) -> dict[str, Any]:
    """The switch: the same moment as year, half, quarter, month; and one step back and forth."""
    today = timezone.localdate()
    anchor = min(period.end, today)
    labels = {
        PeriodKind.YEAR: _("全年"),
        PeriodKind.HALF: _("半年"),
        PeriodKind.QUARTER: _("季度"),
        PeriodKind.MONTH: _("月"),
    }
    kinds = [
        (Period.containing(anchor, kind), label, kind == period.kind)
        for kind, label in labels.items()
        if chosen is None or chosen.supports(kind)
    ]
    later = period.next()
    return {
        "period": period,
        "period_kinds": kinds,
        "earlier": period.previous(),
        "later": later if later.start <= today else None,
    }


def _records_page(
    request: HttpRequest, chosen: Metric, office: Office, period: Period, today: dt.date
) -> Any:
    if chosen.records is None:
        return None
    records: Records = chosen.records(_user(request), office, period, today)
    page = list_page(request, records.rows)
    return {"columns": records.columns, "page": page, "rows": [_row(records, row) for row in page.rows]}


def _row(records: Records, row: Sequence[Any]) -> tuple[list[tuple[Any, Any]], str]:
    """The cells with their columns, and the address of the record's page where there is one."""
    width = len(records.columns)
    url = reverse(records.link, args=[row[width]]) if records.link else ""
    return list(zip(records.columns, row[:width], strict=True)), url

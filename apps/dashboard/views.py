"""Front pages by role, and the dashboard with its drill-down."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.periods import Period, PeriodKind
from apps.dashboard.demo.load import DemoRefused, clear_demo
from apps.dashboard.figures import read_board, results_below
from apps.dashboard.forms import chosen_period, offices_open_to
from apps.offices.models import Office

# What a user is sent to first: the first of these that they may open.
FRONT_PAGES = (
    (Permission.VISIT_LOG, "dashboard:today"),
    (Permission.DASHBOARD_VIEW, "dashboard:board"),
    (Permission.CASE_HANDLE, "casework:cases"),
    (Permission.USER_MANAGE, "accounts:users"),
    (Permission.AUDIT_VIEW, "audit:events"),
    (Permission.OFFICE_VIEW, "offices:offices"),
)


@requires(Permission.OWN_ACCOUNT)
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """To the page that answers "what must I do today" for this user."""
    held = request.user.permissions
    return redirect(
        next((page for permission, page in FRONT_PAGES if permission in held), "account_change_password")
    )


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """The dashboard of one office and period."""
    office = _chosen_office(request)
    today = timezone.localdate()
    period = chosen_period(request, today)
    user = request.user
    context = {
        "office": office,
        "board": read_board(office, period, user, today),
        "crumbs": _crumbs(office, user),
        "results": results_below(office, user),
        **_period_choices(period, today),
    }
    return TemplateResponse(request, "dashboard/board.html", context)


@requires(Permission.SYSTEM_MANAGE)
@require_POST
def end_demo(request: SignedInRequest) -> HttpResponse:
    """清除演示数据: the one click."""
    try:
        clear_demo(by=request.user)
        messages.success(request, _("演示数据已清除，其他演示账号已停用。"))
    except DemoRefused as refused:
        messages.error(request, str(refused))
    return redirect("dashboard:home")


def _chosen_office(request: SignedInRequest) -> Office:
    """The office of `?office=CODE`, or the user's own; outside the user's offices it does not exist."""
    visible = Office.objects.visible_to(request.user, Permission.DASHBOARD_VIEW)
    if code := request.GET.get("office"):
        return get_object_or_404(visible, code=code)
    own = offices_open_to(request.user)
    if not own:
        raise Http404
    return own[0]


def _crumbs(office: Office, user: User) -> list[Office]:
    """The offices above that the user may open, then the office itself."""
    steps = [office.path[:n] for n in range(Office.steplen, len(office.path) + 1, Office.steplen)]
    return list(Office.objects.visible_to(user, Permission.DASHBOARD_VIEW).filter(path__in=steps))


def _period_choices(period: Period, today: dt.date) -> dict[str, Any]:
    """The switch: the same moment as year, half, quarter, month; and one step back and forth."""
    anchor = min(period.end, today)
    labels = {
        PeriodKind.YEAR: _("全年"),
        PeriodKind.HALF: _("半年"),
        PeriodKind.QUARTER: _("季度"),
        PeriodKind.MONTH: _("月"),
    }
    kinds = [(Period.containing(anchor, kind), label, kind == period.kind) for kind, label in labels.items()]
    later = period.next()
    return {
        "period": period,
        "period_kinds": kinds,
        "earlier": period.previous(),
        "later": later if later.start <= today else None,
    }

"""Front pages, and the boards."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.dashboard.asking import Reach, asked_of, choices_of, period_choices
from apps.dashboard.board import TILED, TRENDS, Asked, read_board
from apps.dashboard.demo.load import DemoRefused, clear_demo
from apps.dashboard.exporting import ask_for_workbook
from apps.dashboard.standing import standings

# What a user is sent to first: the first of these that they may open.
FRONT_PAGES = (
    (Permission.VISIT_LOG, "dashboard:today"),
    (Permission.FIGURE_DECLARE, "dashboard:readiness"),
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
    user, today = request.user, timezone.localdate()
    reach = Reach.of(user)
    asked = asked_of(request.GET, reach, today)
    context = {
        "board": read_board(asked, user, today, reach.below(asked.office)),
        "standings": standings(asked.office, user),
        "may_assign": Permission.CASE_SUPERVISE in user.permissions,
        **filters_of(asked, reach),
        **period_choices(asked.period, today),
    }
    return TemplateResponse(request, "dashboard/board.html", context)


def filters_of(asked: Asked, reach: Reach) -> dict[str, Any]:
    """What the filter bar and the switches of the cards offer."""
    return {
        "office": asked.office,
        "crumbs": reach.above(asked.office),
        "offered": reach.offered(asked.office),
        "tiled": choices_of(TILED, asked.tiled),
        "trends": choices_of(TRENDS, asked.trend),
        "asked": asked,
    }


@requires(Permission.DASHBOARD_VIEW)
@require_POST
def export(request: SignedInRequest) -> HttpResponse:
    """导出 Excel: the page as it stands, a sheet for each card."""
    asked = asked_of(request.POST, Reach.of(request.user), timezone.localdate())
    job = ask_for_workbook(asked, by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)


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

"""Many visits on one page: 本周补记 (a row for each of my members) and the grid for paper slips.

Each row is a transaction of its own: what is right is saved, the rest comes back with what stands against it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal
from apps.pairing.actions import log_visit
from apps.pairing.models import VisitSource
from apps.pairing.queries import members_to_log
from apps.pairing.row_forms import MemberRow, RowForm, SlipRow, fresh
from apps.pairing.views.entering import add_findings, cadre_of_request

SLIPS = 10
SHEETS = ("slips", "sign_up")


@requires(Permission.VISIT_LOG)
@require_http_methods(["GET", "POST"])
def week(request: SignedInRequest) -> HttpResponse:
    """本周补记: my members × date × kind × one line."""
    today = timezone.localdate()
    own = members_to_log(request.user, request.user, today).only("public_id", "name", "last_contact_on")
    rows = [_row(request, str(member.pk), MemberRow, fresh(today, member), member=member) for member in own]
    return _page(request, rows, request.user, own, VisitSource.FORM, "pairing/week.html", "pairing:week")


@requires(Permission.VISIT_LOG)
@require_http_methods(["GET", "POST"])
def paper(request: SignedInRequest) -> HttpResponse:
    """A day's paper slips, typed in as a grid; they are not late."""
    cadre = cadre_of_request(request)
    today = timezone.localdate()
    own = members_to_log(request.user, cadre, today)
    people = list(own)
    rows = [
        _row(request, str(number), SlipRow, fresh(today), people=people, who=str(number))
        for number in range(1, SLIPS + 1)
    ]
    return _page(request, rows, cadre, own, VisitSource.PAPER, "pairing/paper.html", "pairing:paper")


def _row(
    request: SignedInRequest,
    prefix: str,
    row: Callable[..., RowForm],
    initial: dict[str, Any],
    **options: Any,
) -> RowForm:
    """The row as it was typed, or a fresh one where nothing stands in it."""
    if request.method == "POST":
        typed = row(request.POST, prefix=f"r{prefix}", **options)
        if typed.is_used:
            return typed
    return row(prefix=f"r{prefix}", initial=initial, **options)


def _page(
    request: SignedInRequest,
    rows: list[RowForm],
    cadre: User,
    own: Any,
    source: str,
    template: str,
    name: str,
) -> HttpResponse:
    for row in rows:
        _save(row, request.user, cadre, own, source)
    used = [row for row in rows if row.is_bound]
    saved = [row for row in used if row.saved]
    if saved:
        count = len(saved)
        messages.success(request, ngettext("已保存 %d 条。", "已保存 %d 条。", count) % count)
    if used and len(saved) == len(used):
        return redirect(name)
    wrong = len(used) - len(saved)
    context = {
        "rows": rows,
        "wrong": wrong,
        "cadre": None if cadre.pk == request.user.pk else cadre,
        "nothing": request.method == "POST" and not used,
    }
    return render(request, template, context, status=422 if wrong else 200)


def _save(row: RowForm, by: User, cadre: User, own: Any, source: str) -> None:
    """Write the row where it is right; otherwise it says what is not."""
    if not row.is_bound or not row.is_valid():
        return
    try:
        row.saved = log_visit(
            public_id=row.cleaned_data["public_id"],
            content=row.content(source),
            by=by,
            among=own,
            confirmed=row.cleaned_data["confirmed"],
            cadre=cadre,
        ).visit
    except Refusal as refusal:
        row.warned = add_findings(row, refusal)


@requires(Permission.VISIT_LOG)
@require_safe
def paper_print(request: SignedInRequest) -> HttpResponse:
    """走访登记纸条 and a sign-up sheet, for those who write on paper first."""
    wanted = request.GET.get("sheet", "")
    context = {
        "sheet": wanted if wanted in SHEETS else SHEETS[0],
        "slips": range(4),
        "lines": range(1, 21),
        "office": request.user.cadre_office(),
    }
    return render(request, "pairing/paper_print.html", context)

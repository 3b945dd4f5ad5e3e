"""Taking a list out: the page that asks, my exports, other people's requests, the print."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.jobs.models import Job
from apps.members import exports
from apps.members.delivering import LIMIT, persons_given
from apps.members.export_forms import ExportForm
from apps.members.listing import ListState
from apps.members.models import RosterExport, RosterExportQuerySet
from apps.members.printing import printed
from apps.members.purposes import ExportPurpose
from apps.members.roster_files import conditions
from apps.members.saved_views import Kept

_BADGES = {
    RosterExport.Stage.WAITING: "badge-warn",
    RosterExport.Stage.APPROVED: "badge-info",
    RosterExport.Stage.REFUSED: "badge-danger",
    RosterExport.Stage.STARTED: "badge-info",
    RosterExport.Stage.READY: "badge-ok",
}


@requires(Permission.MEMBER_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export_members(request: SignedInRequest) -> HttpResponse:
    """Export the list that the URL describes: begun at once, or sent to a second person."""
    state = _state(request)
    form = ExportForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = exports.ask_for_export(wish=form.wish(state), by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return _asked(request, asked)
    return _page(request, state, form)


@requires(Permission.MEMBER_EXPORT)
@require_POST
@never_cache
def print_members(request: SignedInRequest) -> HttpResponse:
    """The list on paper: masked, with watermark and filter, counted like an export."""
    state = _state(request)
    form = ExportForm(request.POST, actor=request.user)
    if form.is_valid():
        try:
            context = printed(state, purpose=form.said_purpose, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return render(request, "members/print.html", context)
    return _page(request, state, form)


def _state(request: SignedInRequest) -> ListState:
    return ListState.of(request.GET, request.user, Kept(request.user).base(request.GET))


def _page(request: SignedInRequest, state: ListState, form: ExportForm) -> HttpResponse:
    context = {
        "form": form,
        "outlook": exports.outlook(state, request.user),
        "limit": LIMIT,
        "conditions": conditions(state, request.user),
        "columns": [column.label for column in state.chosen],
        "query": state.query(request.user),
    }
    return render(request, "members/export.html", context, status=422 if form.errors else 200)


def _asked(request: SignedInRequest, asked: RosterExport) -> HttpResponse:
    if asked.stage == RosterExport.Stage.WAITING:
        messages.success(request, _("已提交审批，结果会发到您的消息中"))
        return redirect("members:exports")
    return redirect("jobs:detail", asked.job_id)


@dataclass(frozen=True)
class ShownExport:
    """An export as a line of a list."""

    export: RosterExport
    conditions: str
    purpose: str
    job: Job | None
    # What the asker was given within 30 days, for who decides about more.
    given: int = 0

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED

    @property
    def badge(self) -> str:
        if self.has_failed:
            return "badge-danger"
        return "" if self.export.is_lapsed or self.is_gone else _BADGES.get(self.stage, "")

    @property
    def stage(self) -> RosterExport.Stage:
        return RosterExport.Stage(self.export.stage)

    @property
    def is_gone(self) -> bool:
        return self.stage == RosterExport.Stage.READY and not self.export.has_file

    @property
    def word(self) -> str:
        if self.has_failed:
            return _("失败")
        return _("已过期") if self.export.is_lapsed or self.is_gone else str(self.stage.label)


@requires(Permission.MEMBER_EXPORT)
@require_safe
@never_cache
def my_exports(request: SignedInRequest) -> HttpResponse:
    """我的导出: what I asked for, what came of it, until when the file is there."""
    mine = RosterExport.objects.of(request.user).order_by("-pk")
    page = list_page(request, mine.select_related("asker", "decided_by", "file"))
    context = {
        "page": page,
        "lines": _lines(page.rows),
        "given": persons_given(request.user),
        "limit": LIMIT,
        "waiting": _to_answer(request).count(),
        "may_approve": Permission.EXPORT_APPROVE in request.user.permissions,
    }
    return render(request, "members/exports.html", context)


@requires(Permission.EXPORT_APPROVE)
@require_safe
@never_cache
def export_requests(request: SignedInRequest) -> HttpResponse:
    """待我审批: what others of my office or below want to take out."""
    page = list_page(request, _to_answer(request).select_related("asker", "office", "file").order_by("pk"))
    context = {"page": page, "lines": _lines(page.rows, count=True), "limit": LIMIT}
    return render(request, "members/export_requests.html", context)


@requires(Permission.EXPORT_APPROVE)
@require_POST
def answer_export(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Agree or not, as the second person."""
    visible = RosterExport.objects.visible_to(request.user, Permission.EXPORT_APPROVE)
    export = get_object_or_404(visible, public_id=public_id)
    try:
        exports.answer_export(export=export, agreed=request.POST.get("answer") == "agree", by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已答复，申请人会收到消息"))
    return redirect("members:export_requests")


@requires(Permission.MEMBER_EXPORT)
@require_POST
def start_export(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Begin what was agreed to."""
    export = get_object_or_404(RosterExport.objects.of(request.user), public_id=public_id)
    try:
        begun = exports.start_export(export=export, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("members:exports")
    return redirect("jobs:detail", begun.job_id)


def _to_answer(request: SignedInRequest) -> RosterExportQuerySet:
    visible = RosterExport.objects.visible_to(request.user, Permission.EXPORT_APPROVE)
    return visible.waiting().exclude(asker=request.user.pk)


def _lines(found: Iterable[RosterExport], *, count: bool = False) -> list[ShownExport]:
    rows = list(found)
    jobs: dict[Any, Job] = {
        job.public_id: job for job in Job.objects.filter(public_id__in=[r.job_id for r in rows])
    }
    return [
        ShownExport(
            export=row,
            conditions=conditions(ListState.from_json(row.listing, row.asker), row.asker),
            purpose=str(dict(ExportPurpose.choices).get(row.purpose, "")),
            job=jobs.get(row.job_id),
            given=persons_given(row.asker) if count else 0,
        )
        for row in rows
    ]

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, may_at, requires
from apps.core.errors import error_page
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.files.views import hand_over
from apps.reports.actions import FORMATS, ask_for_files, ask_for_report
from apps.reports.archive import check_whole, fetches, keep_stamped
from apps.reports.batches import ask_for_all
from apps.reports.forms import BatchForm, ReportForm, StampedForm
from apps.reports.models import Report
from apps.reports.subjects import years

# What the list can be narrowed to.
STATES = ("final", "draft")


def _form(request: SignedInRequest, data: Any = None) -> ReportForm:
    """Of the year in the address, or else the last one counted."""
    offered = years()
    asked = request.GET.get("year", "")
    year = next((year for year in offered if str(year) == asked), next(iter(offered), None))
    return ReportForm(data, by=request.user, year=year, years=offered)


def _list(request: SignedInRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    reports = Report.objects.visible_to(request.user, Permission.REPORT_EXPORT)
    state = request.GET.get("state", "")
    rows = reports.in_state(state).select_related("scheme", "office", "made_by").defer("snapshot")
    context = {
        "form": form,
        "page": list_page(request, rows),
        "state": state if state in STATES else "",
        "may_manage": Permission.ASSESSMENT_MANAGE in request.user.permissions,
    }
    return TemplateResponse(request, "reports/list.html", context, status=status)


@requires(Permission.REPORT_EXPORT)
@require_safe
def report_list(request: SignedInRequest) -> HttpResponse:
    """Ask for a report; those made before, to be fetched again."""
    return _list(request, _form(request))


@requires(Permission.REPORT_EXPORT)
@require_POST
def make(request: SignedInRequest) -> HttpResponse:
    form = _form(request, request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    wanted = form.cleaned_data
    job = ask_for_report(subject=wanted["subject"], formats=wanted["formats"], by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)


@requires(Permission.REPORT_EXPORT)
@require_POST
def make_all(request: SignedInRequest) -> HttpResponse:
    """The reports of all my offices in one zip."""
    form = _form(request, request.POST)
    asked = BatchForm(request.POST)
    if not asked.is_valid() or form.year is None:
        return _list(request, form, status=422)
    try:
        job = ask_for_all(year=form.year, formats=asked.cleaned_data["formats"], by=request.user)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _list(request, form, status=409)
    return redirect("jobs:detail", public_id=job.public_id)


def _report_of(request: SignedInRequest, public_id: UUID, permission: Permission) -> Report:
    reports = Report.objects.visible_to(request.user, permission)
    known = reports.select_related("scheme", "office", "made_by", "publication__scheme").defer("snapshot")
    return get_object_or_404(known, public_id=public_id)


def _detail(request: SignedInRequest, report: Report, form: StampedForm, status: int = 200) -> HttpResponse:
    files = list(report.archived.select_related("stored", "archived_by"))
    context = {
        "report": report,
        "form": form,
        "files": files,
        "page": list_page(request, fetches(files)),
        "may_stamp": report.is_final
        and may_at(request.user, Permission.ASSESSMENT_MANAGE, report.office_path),
    }
    return TemplateResponse(request, "reports/detail.html", context, status=status)


@requires(Permission.REPORT_EXPORT)
@require_safe
def detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One report: its state, its archived files with their sha256, and who fetched them."""
    return _detail(request, _report_of(request, public_id, Permission.REPORT_EXPORT), StampedForm())


@requires(Permission.REPORT_EXPORT)
@require_safe
def fetch(request: SignedInRequest, public_id: UUID, file_id: UUID) -> HttpResponse | FileResponse:
    """An archived file, to whoever may read its report; held against its sha256 and written down."""
    report = _report_of(request, public_id, Permission.REPORT_EXPORT)
    entry = get_object_or_404(report.archived.select_related("stored"), stored__public_id=file_id)
    try:
        check_whole(entry)
    except Refusal as refusal:
        return error_page(request, 410, detail=refusal.message)
    return hand_over(request, entry.stored)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def stamp(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The edited and stamped PDF beside what was made; an earlier one stays."""
    report = _report_of(request, public_id, Permission.ASSESSMENT_MANAGE)
    form = StampedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, report, form, status=422)
    try:
        keep_stamped(report, form.cleaned_data["file"], by=request.user)
    except Refusal as refusal:
        form.add_error("file", refusal.message)
        return _detail(request, report, form, status=422)
    messages.success(request, _("盖章件已归档"))
    return redirect("reports:detail", public_id=public_id)


@requires(Permission.REPORT_EXPORT)
@require_POST
def files_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The files of an earlier report once more, from the same figures."""
    reports = Report.objects.visible_to(request.user, Permission.REPORT_EXPORT)
    report = get_object_or_404(reports, public_id=public_id)
    job = ask_for_files(report=report, formats=FORMATS, by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)

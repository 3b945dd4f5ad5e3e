from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.paging import list_page
from apps.reports.actions import FORMATS, ask_for_files, ask_for_report
from apps.reports.forms import ReportForm
from apps.reports.models import Report
from apps.reports.subjects import years


def _form(request: SignedInRequest, data: Any = None) -> ReportForm:
    """Of the year in the address, or else the last one counted."""
    offered = years()
    asked = request.GET.get("year", "")
    year = next((year for year in offered if str(year) == asked), next(iter(offered), None))
    return ReportForm(data, by=request.user, year=year, years=offered)


def _list(request: SignedInRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    reports = Report.objects.visible_to(request.user, Permission.REPORT_EXPORT)
    rows = reports.select_related("scheme", "office", "made_by").defer("snapshot")
    context = {"form": form, "page": list_page(request, rows)}
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
def files_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The files of an earlier report once more, from the same figures."""
    reports = Report.objects.visible_to(request.user, Permission.REPORT_EXPORT)
    report = get_object_or_404(reports, public_id=public_id)
    job = ask_for_files(report=report, formats=FORMATS, by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)

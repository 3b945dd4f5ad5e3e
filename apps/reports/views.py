from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.access import Permission, requires
from apps.core.paging import list_page
from apps.reports.actions import FORMATS, ask_for_files, ask_for_report
from apps.reports.forms import ReportForm
from apps.reports.models import Report


def _signed_in(request: HttpRequest) -> User:
    """The user behind the request; `@requires` let nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _list(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    reports = Report.objects.visible_to(_signed_in(request), Permission.REPORT_EXPORT)
    rows = reports.select_related("scheme", "office", "made_by").defer("snapshot")
    context = {"form": form, "page": list_page(request, rows)}
    return TemplateResponse(request, "reports/list.html", context, status=status)


@requires(Permission.REPORT_EXPORT)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Ask for a report; those made before, to be fetched again."""
    return _list(request, ReportForm(by=_signed_in(request)))


@requires(Permission.REPORT_EXPORT)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST, by=_signed_in(request))
    if not form.is_valid():
        return _list(request, form, status=422)
    scheme, office = form.cleaned_data["subject"]
    job = ask_for_report(
        scheme=scheme, office=office, formats=form.cleaned_data["formats"], by=_signed_in(request)
    )
    return redirect("jobs:detail", public_id=job.public_id)


@requires(Permission.REPORT_EXPORT)
@require_POST
def files_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The files of an earlier report once more, from the same figures."""
    reports = Report.objects.visible_to(_signed_in(request), Permission.REPORT_EXPORT)
    report = get_object_or_404(reports, public_id=public_id)
    job = ask_for_files(report=report, formats=FORMATS, by=_signed_in(request))
    return redirect("jobs:detail", public_id=job.public_id)

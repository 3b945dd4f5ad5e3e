"""How a scheme begins: from nothing, from last year's, and how it leaves as a file."""

import tempfile
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.copying import copy_to_year, next_code
from apps.assessment.editing.document import without_keys, written_out
from apps.assessment.editing.forms.parts import CopyForm, NewSchemeForm
from apps.assessment.editing.stored import document_of
from apps.assessment.editing.tables import sheets_of
from apps.assessment.editing.views.found import managed_or_404
from apps.assessment.editing.working import begin, blank_plan, copy_of
from apps.assessment.models import Scheme
from apps.assessment.schemeyaml import written
from apps.assessment.views import scheme_or_404
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.files.sheets import write_workbook
from apps.files.storage import CONTENT_TYPES
from apps.offices.models import Office


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def new_scheme(request: SignedInRequest) -> HttpResponse:
    """A draft with nothing in it but the usual dates and grades."""
    offices = Office.objects.visible_to(request.user, Permission.ASSESSMENT_MANAGE).filter(numchild__gt=0)
    first = offices.order_by("path").first()
    initial = {
        "office": first,
        "year": timezone.localdate().year,
        "assessed": "town" if first and first.kind == "county" else "county",
    }
    form = NewSchemeForm(request.POST or None, initial=initial, offices=offices)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        plan = blank_plan(typed["code"], typed["name"], typed["year"], typed["office"], typed["assessed"])
        try:
            scheme = begin(written_out(plan), office=typed["office"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("assessment:edit", code=scheme.code)
    return TemplateResponse(
        request, "assessment/edit/new.html", {"form": form}, status=422 if form.errors else 200
    )


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def copy_scheme(request: SignedInRequest, code: str) -> HttpResponse:
    """Last year's scheme as the next year's draft."""
    scheme = managed_or_404(request, code)
    initial = {"code": next_code(scheme.code), "year": scheme.year + 1}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_to_year(scheme, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("assessment:edit", code=made.code)
    context = {"form": form, "scheme": scheme}
    return TemplateResponse(request, "assessment/edit/copy.html", context, status=422 if form.errors else 200)


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def yaml_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The scheme as a YAML file; a draft as its administrators have it now."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    content = written(without_keys(_document(request, scheme))).encode()
    return _file(request, scheme, content, "yaml", "application/yaml; charset=utf-8")


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def xlsx_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The same as a workbook."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scheme.xlsx"
        about = [(_("方案"), scheme.name), (_("导出日期"), timezone.localdate().isoformat())]
        write_workbook(path, sheets_of(_document(request, scheme)), about)
        content = path.read_bytes()
    return _file(request, scheme, content, "xlsx", CONTENT_TYPES["xlsx"])


def _document(request: SignedInRequest, scheme: Scheme) -> dict[str, object]:
    """Unfinished changes are for those who make them; everybody else gets what is in force."""
    from_copy = request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office)
    return copy_of(scheme).document if from_copy else document_of(scheme)


def _file(
    request: SignedInRequest, scheme: Scheme, content: bytes, kind: str, content_type: str
) -> HttpResponse:
    record(AuditEvent.Action.EXPORT, target=scheme, by=request.user, format=kind)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{scheme.code}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

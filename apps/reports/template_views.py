"""Pages of the Word templates: who uses which, upload, test print, an earlier version, the built-in one."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.errors import error_page
from apps.core.refusals import Refusal
from apps.core.small_numbers import own_paths
from apps.files.models import StoredFile
from apps.files.storage import CONTENT_TYPES, new_file
from apps.files.views import hand_over
from apps.offices.models import Office, OfficeQuerySet
from apps.reports.field_list import field_list
from apps.reports.forms import TemplateForm
from apps.reports.models import ReportTemplate
from apps.reports.word_templates import add_template, try_out, use_builtin, use_template
from apps.reports.writing import BUILTIN


def _offices(request: SignedInRequest) -> OfficeQuerySet:
    """The offices at which the user's own grants stand: a template is an office's, not its superior's."""
    return Office.objects.filter(path__in=own_paths(request.user, Permission.ASSESSMENT_MANAGE))


def _page(request: SignedInRequest, office: Office, form: TemplateForm, status: int = 200) -> HttpResponse:
    own = ReportTemplate.objects.filter(office=office).select_related("stored", "uploaded_by")
    context = {
        "office": office,
        "offices": _offices(request),
        "form": form,
        "versions": own,
        "standing": ReportTemplate.objects.standing_over(office.path),
        "fields": field_list(),
    }
    return TemplateResponse(request, "reports/templates.html", context, status=status)


def _template(request: SignedInRequest, public_id: UUID) -> ReportTemplate:
    mine = ReportTemplate.objects.visible_to(request.user, Permission.ASSESSMENT_MANAGE)
    return get_object_or_404(mine.select_related("office", "stored"), public_id=public_id)


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def first(request: SignedInRequest) -> HttpResponse:
    """The templates of the user's own office."""
    office = _offices(request).first()
    if office is None:
        return error_page(request, 404)
    return redirect("reports:templates_of", code=office.code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def templates_of(request: SignedInRequest, code: str) -> HttpResponse:
    """Which template an office uses, its versions, and what a template may ask for."""
    return _page(request, get_object_or_404(_offices(request), code=code), TemplateForm())


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def add(request: SignedInRequest, code: str) -> HttpResponse:
    office: Office = get_object_or_404(_offices(request), code=code)
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, office, form, status=422)
    try:
        add_template(office=office, upload=form.cleaned_data["file"], by=request.user)
    except Refusal as refusal:
        form.add_error("file", refusal.message)
        return _page(request, office, form, status=422)
    messages.success(request, _("新模板已启用"))
    return redirect("reports:templates_of", code=code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def back(request: SignedInRequest, code: str) -> HttpResponse:
    """Give up the office's own template."""
    office: Office = get_object_or_404(_offices(request), code=code)
    use_builtin(office=office, by=request.user)
    messages.success(request, _("已停用本机构的模板"))
    return redirect("reports:templates_of", code=code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def use(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """An earlier version again."""
    template = _template(request, public_id)
    use_template(template, by=request.user)
    messages.success(request, _("第 %(n)s 版已启用") % {"n": template.version})
    return redirect("reports:templates_of", code=template.office.code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def download(request: SignedInRequest, public_id: UUID) -> HttpResponse | FileResponse:
    return hand_over(request, _template(request, public_id).stored)


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def builtin(request: SignedInRequest) -> FileResponse:
    """The built-in template, to begin from."""
    return FileResponse(  # nosemgrep: file-past-the-door - a file of the program
        BUILTIN.open("rb"),
        as_attachment=True,
        filename=_("内置模板.docx"),
        content_type=CONTENT_TYPES["docx"],
    )


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def try_one(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """试打印: invented figures in this version."""
    template = _template(request, public_id)
    try:
        with new_file(
            _("试打印-第%(n)s版.docx") % {"n": template.version},
            purpose=StoredFile.Purpose.REPORT,
            owner=request.user,
            office_path=template.office_path,
        ) as draft:
            try_out(template.stored.path, draft.path, by=request.user)
    except Refusal as refusal:
        return error_page(request, 422, detail=refusal.message)
    return redirect(reverse("files:download", args=[draft.stored.public_id]))

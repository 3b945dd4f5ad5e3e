"""The papers of an import: the template to fill in, and the signed sheets that come afterwards."""

import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.files.storage import CONTENT_TYPES
from apps.members.evidence import store_evidence
from apps.members.forms import BatchConsentForm, member_offices
from apps.members.importing.confirming import confirm_rows, waiting_of
from apps.members.importing.template import write_template
from apps.members.models import ImportBatch
from apps.members.naming import Naming

may_import = requires(Permission.MEMBER_IMPORT)


@may_import
@require_http_methods(["GET", "POST"])
@never_cache
def evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """Attach a signed sheet to rows of an import that wait for the person's word."""
    batches = ImportBatch.objects.visible_to(request.user, Permission.MEMBER_IMPORT)
    batch = get_object_or_404(batches.select_related("office"), pk=pk)
    waiting = waiting_of(batch, request.user).order_by("pinyin", "pk")
    form = BatchConsentForm(request.POST or None, request.FILES or None, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        try:
            scan = store_evidence(form.cleaned_data["scan"], batch.office, request.user)
            count = confirm_rows(
                members=form.cleaned_data["members"],
                scan=scan,
                given_on=form.cleaned_data["given_on"],
                by=request.user,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(n)d 人已确认，成员在册") % {"n": count})
            return redirect("members:import_batch", batch.pk)
    page = list_page(request, waiting.select_related("office"), default_size=50)
    naming = Naming.of(request.user)
    context = {
        "form": form,
        "batch": batch,
        "page": page,
        "rows": [(m, naming.label_of(m)) for m in page.rows],
    }
    return render(request, "members/import_evidence.html", context, status=422 if form.errors else 200)


@may_import
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """The workbook to fill in, with the towns of the office. It holds nobody's data."""
    offices = member_offices(request.user, Permission.MEMBER_IMPORT)
    code = request.GET.get("office", "")
    office = get_object_or_404(offices, code=code) if code else offices.order_by("path").first()
    content = io.BytesIO()
    write_template(content, office)
    response = HttpResponse(content.getvalue(), content_type=CONTENT_TYPES["xlsx"])
    response.headers["Content-Disposition"] = 'attachment; filename="roster-template.xlsx"'
    return response

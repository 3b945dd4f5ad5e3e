from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.forms import EventFilter
from apps.audit.models import AuditEvent, sees_whole_tree
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.errors import error_page
from apps.files.audit_kits import FOUND, KIT
from apps.files.models import StoredFile
from apps.jobs.actions import enqueue


@requires(Permission.OWN_ACCOUNT)
@require_safe
def download(request: SignedInRequest, public_id: UUID) -> HttpResponse | FileResponse:
    """The one door out: a file goes to its owner, as an attachment, and each time is written down."""
    return hand_over(request, get_object_or_404(StoredFile.objects.of(request.user), public_id=public_id))


def hand_over(request: SignedInRequest, stored: StoredFile) -> HttpResponse | FileResponse:
    """Send a file to somebody whose right to it was checked: its owner here, or a reader of what it belongs to."""
    if stored.is_expired or not stored.path.is_file():
        return error_page(request, 410, detail=_("文件已过期（导出文件保留 24 小时），请重新导出。"))
    record(AuditEvent.Action.DOWNLOAD, target=stored, by=request.user, size=stored.size)
    response = FileResponse(
        stored.path.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not compressed again: these formats are zips already, and a phone wants to know how much is to come.
    response.headers["Content-Encoding"] = "identity"
    # Should a browser show it all the same, nothing in it may run.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@requires(Permission.AUDIT_VIEW)
@require_POST
def export_audit(request: SignedInRequest) -> HttpResponse:
    """What the auditor's filter finds, as a workbook."""
    form = EventFilter(request.POST)
    if not form.is_valid():
        return error_page(request, 400, detail=_("查询条件有误，请回到审计记录页核对后再导出。"))
    asked = {name: request.POST[name] for name in form.fields if request.POST.get(name)}
    job = enqueue(FOUND, params={"filter": asked}, by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)


@requires(Permission.AUDIT_VIEW)
@require_POST
def audit_kit(request: SignedInRequest) -> HttpResponse:
    """All rows with seals and verifier; an auditor of a part of the tree has no such thing."""
    if not sees_whole_tree(request.user, Permission.AUDIT_VIEW):
        raise Http404
    job = enqueue(KIT, by=request.user)
    return redirect("jobs:detail", public_id=job.public_id)

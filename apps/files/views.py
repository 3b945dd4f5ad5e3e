from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.errors import error_page
from apps.files.models import StoredFile


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

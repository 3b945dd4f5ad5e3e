"""Rosters in the browser: upload, dry run with reasons per row, confirm."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.members.evidence import store_evidence
from apps.members.forms import RosterForm, member_offices
from apps.members.importing.findings import Summary
from apps.members.importing.running import import_roster, try_roster
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch
from apps.offices.models import Office

may_import = requires(Permission.MEMBER_IMPORT)
# A page of reasons is for reading; the whole list stands in the batch.
SHOWN_FINDINGS = 200
SHOWN_ROWS = 20


@may_import
@require_http_methods(["GET", "POST"])
@never_cache
def try_import(request: SignedInRequest) -> HttpResponse:
    """Upload a roster and see what would come of it. Nothing is entered yet."""
    form = RosterForm(request.POST or None, request.FILES or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return render(request, "members/import_tried.html", _tried(request, form.cleaned_data))
        except Refusal as refusal:
            form.add_error("roster" if refusal.code != "upload_refused" else "scan", refusal.message)
    status = 422 if form.errors else 200
    return render(request, "members/import.html", {"form": form}, status=status)


def _tried(request: SignedInRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    office: Office = wanted["office"]
    upload = Upload.read(wanted["roster"].name, wanted["roster"])
    scan = wanted["scan"]
    summary = try_roster(upload=upload, office=office, with_evidence=bool(scan))
    evidence = store_evidence(scan, office, request.user) if scan else None
    return {
        "office": office,
        "file_name": upload.name,
        "kept": upload.keep(office, request.user),
        "evidence": evidence,
        **_told(summary),
    }


def _told(summary: Summary) -> dict[str, Any]:
    return {
        "summary": summary,
        "errors": summary.errors[:SHOWN_FINDINGS],
        "skips": [
            (reason, len(rows), rows[:SHOWN_ROWS])
            for reason, rows in summary.skips_by_reason[:SHOWN_FINDINGS]
        ],
        "shown": SHOWN_FINDINGS,
    }


@may_import
@require_POST
def apply_import(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Enter what the dry run showed; the roster is compared with the registry once more."""
    kept = _own(request, public_id, StoredFile.Purpose.IMPORT)
    office = _office(request)
    evidence = None
    if scan := request.POST.get("evidence"):
        evidence = _own(request, _uuid(scan), StoredFile.Purpose.EVIDENCE)
    try:
        batch = import_roster(upload=Upload.kept(kept), office=office, evidence=evidence, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("members:import")
    messages.success(request, _("导入完成"))
    return redirect("members:imported", batch.pk)


def _own(request: SignedInRequest, public_id: UUID, purpose: StoredFile.Purpose) -> StoredFile:
    """A file that this user uploaded for this purpose, and that has not ended."""
    stored: StoredFile = get_object_or_404(
        StoredFile.objects.of(request.user), public_id=public_id, purpose=purpose
    )
    if stored.is_expired:
        raise Http404
    return stored


def _office(request: SignedInRequest) -> Office:
    code = request.POST.get("office", "")
    found: Office = get_object_or_404(member_offices(request.user, Permission.MEMBER_IMPORT), code=code)
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@may_import
@require_safe
def imported(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an import did."""
    batches = ImportBatch.objects.visible_to(request.user, Permission.MEMBER_IMPORT).select_related("office")
    batch = get_object_or_404(batches, pk=pk)
    context = {"batch": batch, **_told(Summary.from_store(batch.summary, applied=True))}
    return render(request, "members/imported.html", context)

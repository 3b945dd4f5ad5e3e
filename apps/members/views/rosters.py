"""Imports in the browser: upload of a roster; dry run with reasons per row, confirm, workbook back, undo of any kind."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.pages import wants_fragment
from apps.core.paging import list_page, page_of
from apps.core.refusals import Refusal
from apps.jobs.models import Job
from apps.members.evidence import store_evidence
from apps.members.forms import RosterForm
from apps.members.importing import outcomes
from apps.members.importing.batches import ask_to_apply, ask_to_try, ask_to_undo, first_mapping, take_in
from apps.members.importing.closing import Why
from apps.members.importing.confirming import waiting_of
from apps.members.importing.kinds import Left, kind_of, words_for
from apps.members.importing.outcomes import OutcomeKind
from apps.members.importing.places import sheets_of
from apps.members.importing.running import COMPARED, READ
from apps.members.importing.sheet import Upload
from apps.members.importing.template import VERSION
from apps.members.models import ImportBatch, ImportBatchQuerySet

may_import = requires(Permission.MEMBER_IMPORT)


@may_import
@require_http_methods(["GET", "POST"])
@never_cache
def upload(request: SignedInRequest) -> HttpResponse:
    """Upload a roster; a dry run follows. Nothing is entered yet."""
    form = RosterForm(request.POST or None, request.FILES or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return next_page(_opened(request, form.cleaned_data))
        except Refusal as refusal:
            form.add_error("roster" if refusal.code != "upload_refused" else "scan", refusal.message)
    status = 422 if form.errors else 200
    return render(request, "members/import.html", {"form": form}, status=status)


def next_page(batch: ImportBatch) -> HttpResponse:
    """Of a new batch the dry run, where it is under way; else the columns, which a person must look at first."""
    return redirect("members:import_batch" if batch.job_id else "members:import_mapping", batch.pk)


@transaction.atomic
def _opened(request: SignedInRequest, wanted: dict[str, Any]) -> ImportBatch:
    """The batch, with its dry run in the queue where the columns are certain.

    The roster is read first: a bad one keeps no scan.
    """
    roster = Upload.read(wanted["roster"].name, wanted["roster"])
    kind = ImportBatch.Kind.ROSTER
    mapping = first_mapping(roster, wanted["office"], kind)
    scan = wanted["scan"]
    evidence = store_evidence(scan, wanted["office"], request.user) if scan else None
    return take_in(
        upload=roster,
        mapping=mapping,
        office=wanted["office"],
        by=request.user,
        kind=kind,
        evidence=evidence,
    )


@may_import
@require_safe
def import_list(request: SignedInRequest) -> HttpResponse:
    """导入记录: the imports of my offices, newest first."""
    batches = _visible(request).order_by("-pk")
    context = {"page": list_page(request, batches), "kinds": words_for(request.user)}
    return TemplateResponse(request, "members/imports.html", context)


@may_import
@require_safe
@never_cache
def import_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what came or would come of each row, and what can be done next."""
    batch = get_object_or_404(_visible(request), pk=pk)
    job = batch.job
    if job is not None and not job.is_over:
        return _under_way(request, batch, job)
    if wants_fragment(request):
        # The work has just ended: the whole page has something else to say.
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "batch": batch,
        "kind_words": kind_of(batch).words,
        "job": job,
        "is_open": _is_open(request, batch),
        "is_mine": batch.by_id == request.user.pk,
        **_found(request, batch),
    }
    return render(request, "members/import_batch.html", context)


def _under_way(request: SignedInRequest, batch: ImportBatch, job: Job) -> HttpResponse:
    template = "members/_import_progress.html" if wants_fragment(request) else "members/import_batch.html"
    words = kind_of(batch).words
    context = {"batch": batch, "kind_words": words, "job": job, "is_under_way": True, "step": _step(job)}
    return render(request, template, context)


def _step(job: Job) -> str:
    """What is being done, by the share that is done (`importing.running`)."""
    if job.state == Job.State.QUEUED:
        return _("排队等待")
    if job.kind == "members.undo_import":
        return _("正在撤销")
    if job.progress < READ * 100:
        return _("正在逐行读取、检查")
    if job.progress < COMPARED * 100:
        return _("正在与登记比对")
    return _("正在写入") if job.kind == "members.import" else _("正在整理结果")


def _found(request: SignedInRequest, batch: ImportBatch) -> dict[str, Any]:
    """The rows, for whoever may confirm them; for others the figures."""
    rows = outcomes.kept(batch.outcomes) if _is_open(request, batch) else []
    if rows and batch.by_id != request.user.pk:
        record(AuditEvent.Action.READ, target=batch, by=request.user, rows=len(rows))
    counts = Counter(row.kind for row in rows)
    kind = request.GET.get("kind", "")
    if kind in OutcomeKind.values:
        rows = [row for row in rows if row.kind == kind]
    return {
        "kinds": [(value, label, counts[value]) for value, label in OutcomeKind.choices],
        "kind": kind,
        "total": sum(counts.values()),
        "page": page_of(request, rows, default_size=50),
        "sheets": sheets_of(batch.mapping),
        "errors": len({finding["row"] for finding in batch.summary.get("errors", [])}),
        "skipped": len(batch.summary.get("skips", [])),
        "waiting": _waiting(request, batch),
        "left": _left(request, batch),
        "stays": _stays(request, batch),
        "old_template": _old_template(batch),
    }


def _old_template(batch: ImportBatch) -> str:
    """The version of our template the roster was filled into, where there is a newer one."""
    version: str = batch.summary.get("template", "")
    return version if version != VERSION else ""


def _waiting(request: SignedInRequest, batch: ImportBatch) -> int:
    """How many of the batch wait for the person's word."""
    if batch.state != ImportBatch.State.APPLIED:
        return 0
    return waiting_of(batch, request.user).count()


def _left(request: SignedInRequest, batch: ImportBatch) -> list[Left]:
    """What an undo left as it is, with the reason."""
    why = {pk: Why(reason) for pk, reason in batch.undoing.get("left", [])}
    return list(kind_of(batch).left(why, request.user)) if why else []


def _stays(request: SignedInRequest, batch: ImportBatch) -> list[Left]:
    """What an undo would leave as it is because its period was closed since."""
    is_open = batch.state == ImportBatch.State.APPLIED and batch.can_be_undone
    return list(kind_of(batch).stays(batch, request.user)) if is_open else []


@may_import
@require_POST
def import_try(request: SignedInRequest, pk: int) -> HttpResponse:
    """The dry run once more."""
    return _asked(request, _open(request, pk), ask_to_try)


@may_import
@require_POST
def apply_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter what the dry run showed; the roster is compared with the registry once more."""
    return _asked(request, _open(request, pk), ask_to_apply)


@may_import
@require_POST
def undo_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an import back. Whoever keeps the registry of the office may, not only who uploaded it."""
    return _asked(request, get_object_or_404(_visible(request), pk=pk), ask_to_undo)


def _asked(request: SignedInRequest, batch: ImportBatch, ask: Callable[..., Job]) -> HttpResponse:
    try:
        ask(batch, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("members:import_batch", batch.pk)


def _visible(request: SignedInRequest) -> ImportBatchQuerySet:
    found: ImportBatchQuerySet = ImportBatch.objects.visible_to(request.user, Permission.MEMBER_IMPORT)
    return found.select_related("office", "by", "upload", "outcomes", "workbook")


def _open(request: SignedInRequest, pk: int) -> ImportBatch:
    """What this user may confirm: nobody enters rows that they cannot read."""
    return get_object_or_404(_visible(request).open_to(request.user), pk=pk)


def _is_open(request: SignedInRequest, batch: ImportBatch) -> bool:
    return ImportBatch.objects.open_to(request.user).filter(pk=batch.pk).exists()

"""结对表 and 走访台账 in the browser: upload and template. What follows is the same as for rosters (`members.views.rosters`)."""

import io
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal
from apps.files.storage import CONTENT_TYPES
from apps.members.importing.batches import first_mapping, take_in
from apps.members.importing.kinds import kind_named
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch
from apps.members.views.rosters import next_page
from apps.pairing.forms import ListForm
from apps.pairing.importing.kinds import LEDGERS, PAIR_LISTS, ListKind
from apps.pairing.importing.template import write_list_template

may_import = requires(Permission.PAIRING_MANAGE)


@may_import
@require_http_methods(["GET", "POST"])
@never_cache
def pairs(request: SignedInRequest) -> HttpResponse:
    """Upload a pair list; a dry run follows."""
    return _upload(request, PAIR_LISTS)


@may_import
@require_http_methods(["GET", "POST"])
@never_cache
def visits(request: SignedInRequest) -> HttpResponse:
    """Upload a ledger of visits; a dry run follows."""
    return _upload(request, LEDGERS)


@may_import
@require_safe
def pairs_template(request: SignedInRequest) -> HttpResponse:
    """The pair list to fill in."""
    return _template(ImportBatch.Kind.PAIRS, "pair-list-template.xlsx")


@may_import
@require_safe
def visits_template(request: SignedInRequest) -> HttpResponse:
    """The ledger to fill in."""
    return _template(ImportBatch.Kind.VISITS, "ledger-template.xlsx")


@may_import
@require_safe
def targets_template(request: SignedInRequest) -> HttpResponse:
    """The list of a campaign's organizations to fill in."""
    return _template(ImportBatch.Kind.TARGETS, "campaign-targets-template.xlsx")


def _upload(request: SignedInRequest, kind: ListKind) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return next_page(_opened(kind, form.cleaned_data, request.user))
        except Refusal as refusal:
            form.add_error("sheet", refusal.message)
    context = {"form": form, "kind": kind}
    return render(request, "pairing/import.html", context, status=422 if form.errors else 200)


def _opened(kind: ListKind, wanted: dict[str, Any], by: User) -> ImportBatch:
    sheet, office = wanted["sheet"], wanted["office"]
    upload = Upload.read(sheet.name, sheet, kind_named(kind.kind).vocabulary)
    mapping = first_mapping(upload, office, kind.kind)
    return take_in(upload=upload, mapping=mapping, office=office, by=by, kind=kind.kind)


def _template(kind: ImportBatch.Kind, name: str) -> HttpResponse:
    content = io.BytesIO()
    write_list_template(content, kind)
    response = HttpResponse(content.getvalue(), content_type=CONTENT_TYPES["xlsx"])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

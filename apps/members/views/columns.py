"""Between upload and dry run: which column is which, as guessed, to be corrected by a person."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.members.importing.batches import correct_columns
from apps.members.importing.columns import REASONS, Column
from apps.members.importing.correcting import BASES, BadMapping, corrected, head_choices, offered, with_head
from apps.members.importing.guessing import Memory
from apps.members.importing.mapping import Mapping, guess
from apps.members.importing.remembering import memory_of, remember
from apps.members.importing.sheet import Sheet, Upload
from apps.members.mapping_form import MappingForm
from apps.members.models import ImportBatch


@requires(Permission.MEMBER_IMPORT)
@require_http_methods(["GET", "POST"])
@never_cache
def import_mapping(request: SignedInRequest, pk: int) -> HttpResponse:
    """The columns of an upload: what each is taken for and why, what is left out. A POST stores the correction and tries it."""
    batch, upload = _open(request, pk)
    sheet = _chosen_sheet(request, upload, Mapping.from_store(batch.mapping))
    memory = memory_of(batch.office)
    mapping = _shown(batch, upload, sheet, memory)
    columns = offered(sheet, mapping, memory)
    form = MappingForm(
        request.POST or None,
        columns=columns,
        heads=head_choices(sheet),
        head_to=mapping.head_to,
        sheets=_sheets(upload),
        read=_read(upload, Mapping.from_store(batch.mapping)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _store(request, batch, upload, sheet, form)
        except BadMapping as refusal:
            show_refusal(form, refusal)
    context = {"batch": batch, "form": form, **_told(upload, sheet, mapping)}
    return render(request, "members/import_columns.html", context, status=422 if form.errors else 200)


def _open(request: SignedInRequest, pk: int) -> tuple[ImportBatch, Upload]:
    """What this user may confirm, before anything was entered, and while the upload is there."""
    states = ImportBatch.State
    seen = ImportBatch.objects.visible_to(request.user, Permission.MEMBER_IMPORT).open_to(request.user)
    batch: ImportBatch = get_object_or_404(
        seen.filter(kind=ImportBatch.Kind.ROSTER, state__in=[states.UPLOADED, states.TRIED]).select_related(
            "office", "upload"
        ),
        pk=pk,
    )
    if batch.upload is None or batch.upload.is_expired:
        raise Http404
    return batch, Upload.kept(batch.upload)


def _chosen_sheet(request: SignedInRequest, upload: Upload, mapping: Mapping) -> Sheet:
    """The sheet asked for by its number (names do not go into addresses), else the one that is mapped."""
    number = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
    if number.isascii() and number.isdigit() and int(number) < len(upload.sheets):
        return upload.sheets[int(number)]
    return with_head(upload.sheet(mapping.sheet), mapping.head_to)


def _sheets(upload: Upload) -> list[tuple[str, str]]:
    """The sheets that may be rosters, by number, each with how many rows stand below its heading."""
    return [
        (str(at), _("%(name)s（%(rows)d 行）") % {"name": sheet.name, "rows": len(sheet.body)})
        for at, sheet in enumerate(upload.sheets)
    ]


def _read(upload: Upload, mapping: Mapping) -> list[str]:
    chosen = {sheet.sheet for sheet in mapping.sheets}
    return [str(at) for at, sheet in enumerate(upload.sheets) if sheet.name in chosen]


def _shown(batch: ImportBatch, upload: Upload, sheet: Sheet, memory: Memory) -> Mapping:
    """The sheet as it was stored, else as it is guessed."""
    stored = {one.sheet: one for one in Mapping.from_store(batch.mapping).sheets}
    return stored.get(sheet.name) or guess(upload, memory, sheet=sheet.name)


def _store(
    request: SignedInRequest, batch: ImportBatch, upload: Upload, sheet: Sheet, form: MappingForm
) -> HttpResponse:
    headed = with_head(sheet, form.cleaned_data["head_to"])
    chosen = corrected(headed, form.chosen())
    guessed = guess(upload, memory_of(batch.office), sheet=sheet.name)
    try:
        with transaction.atomic():
            remember(batch.office, headed, guessed, chosen)
            correct_columns(batch, _together(batch, upload, chosen, form.cleaned_data["read"]), request.user)
    except BadMapping:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("members:import_batch", batch.pk)


def _together(batch: ImportBatch, upload: Upload, chosen: Mapping, numbers: list[int]) -> Mapping:
    """The sheets that are to be read, in the order of the workbook: the one that was shown as it was said, the others
    as they were stored or are guessed. Raises BadMapping.
    """
    memory = memory_of(batch.office)
    wanted = [upload.sheets[at] for at in numbers] or [upload.sheet(chosen.sheet)]
    found = [chosen if s.name == chosen.sheet else _shown(batch, upload, s, memory) for s in wanted]
    for mapping in found:
        if Column.NAME not in mapping.columns:
            raise BadMapping(
                _("工作表“%(sheet)s”没有认出姓名列，请先点开核对这张表") % {"sheet": mapping.sheet},
                field="read",
            )
    first, *more = (mapping.with_more(()) for mapping in found)
    return first.with_more(more)


def _told(upload: Upload, sheet: Sheet, mapping: Mapping) -> dict[str, Any]:
    return {
        "upload": upload,
        "sheet": sheet,
        "sheets": [(at, one.name) for at, one in enumerate(upload.sheets)],
        "number": next(at for at, one in enumerate(upload.sheets) if one.name == sheet.name),
        "heading": _heading(mapping),
        "blanked": [(left.title, REASONS[left.reason]) for left in sheet.blanked],
        "reasons": REASONS,
        "bases": BASES,
    }


def _heading(mapping: Mapping) -> str:
    first, last = mapping.head_from + 1, mapping.head_to + 1
    if last < first:
        return _("没有表头")
    if first == last:
        return _("第 %(row)d 行") % {"row": first}
    return _("第 %(first)d 至 %(last)d 行") % {"first": first, "last": last}

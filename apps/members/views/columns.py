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
from apps.members.importing.correcting import BASES, BadMapping, corrected, head_choices, offered, with_head
from apps.members.importing.kinds import ImportKind, kind_of
from apps.members.importing.mapping import Mapping, guess, mapping_of
from apps.members.importing.remembering import memory_of, remember
from apps.members.importing.sheet import Sheet, Upload
from apps.members.importing.vocabulary import REASONS, Reason
from apps.members.mapping_form import MappingForm
from apps.members.models import ImportBatch


@requires(Permission.MEMBER_IMPORT)
@require_http_methods(["GET", "POST"])
@never_cache
def import_mapping(request: SignedInRequest, pk: int) -> HttpResponse:
    """The columns of an upload: what each is taken for and why, what is left out. A POST stores the correction and tries it."""
    batch, upload = _open(request, pk)
    kind = kind_of(batch)
    stored = Mapping.from_store(batch.mapping, kind.vocabulary)
    sheet = _chosen_sheet(request, upload, stored)
    mapping = _shown(batch, upload, sheet)
    form = MappingForm(
        request.POST or None,
        vocabulary=kind.vocabulary,
        columns=offered(sheet, mapping, _memory_of(batch), kind.vocabulary),
        heads=head_choices(sheet),
        head_to=mapping.head_to,
        sheets=_sheets(upload),
        read=_read(upload, stored),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _store(request, batch, upload, sheet, form)
        except BadMapping as refusal:
            show_refusal(form, refusal)
    context = {"batch": batch, "form": form, **_told(kind, upload, sheet, mapping)}
    return render(request, "members/import_columns.html", context, status=422 if form.errors else 200)


def _open(request: SignedInRequest, pk: int) -> tuple[ImportBatch, Upload]:
    """What this user may confirm, before anything was entered, and while the upload is there."""
    states = ImportBatch.State
    seen = ImportBatch.objects.visible_to(request.user, Permission.MEMBER_IMPORT).open_to(request.user)
    batch: ImportBatch = get_object_or_404(
        seen.filter(state__in=[states.UPLOADED, states.TRIED]).select_related("office", "upload"), pk=pk
    )
    if batch.upload is None or batch.upload.is_expired:
        raise Http404
    return batch, Upload.kept(batch.upload)


def _memory_of(batch: ImportBatch) -> Any:
    return memory_of(batch.office, batch.kind, kind_of(batch).vocabulary)


def _chosen_sheet(request: SignedInRequest, upload: Upload, mapping: Mapping[Any]) -> Sheet:
    """The sheet asked for by its number (names do not go into addresses), else the one that is mapped."""
    number = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
    if number.isascii() and number.isdigit() and int(number) < len(upload.sheets):
        return upload.sheets[int(number)]
    return with_head(upload.sheet(mapping.sheet), mapping.head_to)


def _sheets(upload: Upload) -> list[tuple[str, str]]:
    """The sheets that may be read, by number, each with how many rows stand below its heading."""
    return [
        (str(at), _("%(name)s（%(rows)d 行）") % {"name": sheet.name, "rows": len(sheet.body)})
        for at, sheet in enumerate(upload.sheets)
    ]


def _read(upload: Upload, mapping: Mapping[Any]) -> list[str]:
    chosen = {sheet.sheet for sheet in mapping.sheets}
    return [str(at) for at, sheet in enumerate(upload.sheets) if sheet.name in chosen]


def _shown(batch: ImportBatch, upload: Upload, sheet: Sheet) -> Mapping[Any]:
    """The sheet as it was stored, else as it is guessed."""
    stored = {one.sheet: one for one in Mapping.from_store(batch.mapping, kind_of(batch).vocabulary).sheets}
    return stored.get(sheet.name) or _guessed(batch, upload, sheet)


def _guessed(batch: ImportBatch, upload: Upload, sheet: Sheet) -> Mapping[Any]:
    return guess(upload, _memory_of(batch), kind_of(batch).vocabulary, sheet=sheet.name)


def _store(
    request: SignedInRequest, batch: ImportBatch, upload: Upload, sheet: Sheet, form: MappingForm
) -> HttpResponse:
    headed = with_head(sheet, form.cleaned_data["head_to"])
    chosen = corrected(headed, form.chosen(), kind_of(batch).vocabulary)
    guessed = _guessed(batch, upload, sheet)
    try:
        with transaction.atomic():
            remember(batch, headed, guessed, chosen)
            correct_columns(
                batch, _together(batch, upload, headed, chosen, form.cleaned_data["read"]), request.user
            )
    except BadMapping:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("members:import_batch", batch.pk)


def _together(
    batch: ImportBatch, upload: Upload, headed: Sheet, chosen: Mapping[Any], numbers: list[int]
) -> Mapping[Any]:
    """The sheets that are to be read, in the order of the workbook: the one that was shown as it was said, the others
    as they were stored or are guessed; where that will not do, as it was said of the same headings. Raises BadMapping.
    """
    vocabulary = kind_of(batch).vocabulary
    wanted = [upload.sheets[at] for at in numbers] or [upload.sheet(chosen.sheet)]
    found = [_read_as(batch, upload, sheet, headed, chosen) for sheet in wanted]
    for mapping in found:
        if missing := vocabulary.missing(mapping.columns):
            said = {"sheet": mapping.sheet, "columns": vocabulary.told(missing)}
            raise BadMapping(
                _("工作表“%(sheet)s”没有认出%(columns)s列，请先点开核对这张表") % said, field="read"
            )
    first, *more = (mapping.with_more(()) for mapping in found)
    return first.with_more(more)


def _read_as(
    batch: ImportBatch, upload: Upload, sheet: Sheet, headed: Sheet, chosen: Mapping[Any]
) -> Mapping[Any]:
    if sheet.name == chosen.sheet:
        return chosen
    shown = _shown(batch, upload, sheet)
    lacks = kind_of(batch).vocabulary.missing(shown.columns)
    return mapping_of(sheet, chosen.columns) if lacks and sheet.titles == headed.titles else shown


def _told(kind: ImportKind, upload: Upload, sheet: Sheet, mapping: Mapping[Any]) -> dict[str, Any]:
    return {
        "kind_words": kind.words,
        "missing": kind.vocabulary.told(kind.vocabulary.missing(mapping.columns)),
        "upload": upload,
        "sheet": sheet,
        "sheets": [(at, one.name) for at, one in enumerate(upload.sheets)],
        "number": next(at for at, one in enumerate(upload.sheets) if one.name == sheet.name),
        "heading": _heading(mapping),
        "blanked": [(left.title, REASONS[left.reason]) for left in sheet.blanked],
        "wordings": _wordings(kind, sheet, mapping),
        "reasons": REASONS,
        "bases": BASES,
    }


def _wordings(kind: ImportKind, sheet: Sheet, mapping: Mapping[Any]) -> list[str]:
    """Where a column was emptied because nobody could name it: the headings by which it would have been kept.

    What stood in it is gone (decision 0012); only the file can be corrected.
    """
    if not any(left.reason is Reason.UNKNOWN for left in sheet.blanked):
        return []
    return kind.vocabulary.headings_but(mapping.columns)


def _heading(mapping: Mapping[Any]) -> str:
    first, last = mapping.head_from + 1, mapping.head_to + 1
    if last < first:
        return _("没有表头")
    if first == last:
        return _("第 %(row)d 行") % {"row": first}
    return _("第 %(first)d 至 %(last)d 行") % {"first": first, "last": last}

"""The workbook back: the sheets as they were uploaded and blanked, with the reasons, for whoever uploaded it."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.files.marked import MarkedRow, MarkedSheet, write_marked
from apps.files.models import StoredFile
from apps.files.storage import new_file, record_export
from apps.members.importing import outcomes
from apps.members.importing.layout import Layout, layout_of
from apps.members.importing.outcomes import Outcome, OutcomeKind
from apps.members.importing.places import STEP
from apps.members.importing.sheet import Sheet, Upload
from apps.members.models import ImportBatch

_MIDNIGHT = "T00:00:00"


def write_back(batch: ImportBatch, by: Actor, progress: Callable[[float], None]) -> StoredFile:
    """Make the file; it ends with the upload. The batch has an upload and outcomes."""
    assert batch.upload is not None  # noqa: S101 - the caller looked
    upload, found = Upload.kept(batch.upload), outcomes.kept(batch.outcomes)
    layouts = [layout_of(stored) for stored in (batch.mapping, *batch.mapping.get("more", ()))]
    sheets = [(upload.sheet(layout.sheet), layout) for layout in layouts]
    rows = sum(len(sheet.rows) for sheet, _layout in sheets)
    with new_file(
        f"{PurePath(batch.file_name).stem}-{_('错误原因')}.xlsx",
        purpose=StoredFile.Purpose.IMPORT,
        owner=by,
        lives_for=batch.ends_at - timezone.now(),
        office_path=batch.office_path,
    ) as draft:
        write_marked(
            draft.path,
            [_marked(at, *sheet, found) for at, sheet in enumerate(sheets)],
            progress=lambda written: progress(written / max(1, rows)),
        )
    record_export(draft.stored, by=by, what="import_workbook", rows=rows)
    return draft.stored


def _marked(at: int, sheet: Sheet, layout: Layout[str], found: list[Outcome]) -> MarkedSheet:
    by_row = {outcome.row % STEP: outcome for outcome in found if outcome.row // STEP == at}
    width = max(map(len, sheet.rows), default=0)
    head = range(layout.head_from, layout.head_to + 1)
    return MarkedSheet(sheet.name, _rows(sheet, layout, by_row), width, head)


def _rows(sheet: Sheet, mapping: Layout[str], by_row: dict[int, Outcome]) -> Iterator[MarkedRow]:
    places = {mapping.title(column): at for column, at in mapping.columns.items()}
    for number, row in enumerate(sheet.rows):
        cells = [_shown(cell) for cell in row]
        outcome = by_row.get(number + 1)
        if number == mapping.head_to:
            yield MarkedRow(cells, _("错误原因"))
        elif outcome is None or not outcome.reasons:
            yield MarkedRow(cells)
        else:
            yield MarkedRow(cells, _remark(outcome), _faults(outcome, places))


def _remark(outcome: Outcome) -> str:
    """错误：联系电话 – 手机号码应为 11 位"""
    said = "；".join(f"{column}：{text}" if column else text for column, text in outcome.reasons)
    return f"{outcome.label}｜{said}"


def _faults(outcome: Outcome, places: dict[str, int]) -> frozenset[int]:
    """Only what is wrong is red; a skipped row is right as it is."""
    if outcome.kind != OutcomeKind.ERROR:
        return frozenset()
    return frozenset(places[column] for column, _text in outcome.reasons if column in places)


def _shown(cell: object) -> object:
    return cell.removesuffix(_MIDNIGHT) if isinstance(cell, str) else cell

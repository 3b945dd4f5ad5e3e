"""The file of an export: exactly the list's filter, columns and order, with a second sheet that says what it is."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.access import OfficeRange, Permission
from apps.files.bulk import Table, write_csv, write_table
from apps.files.models import StoredFile
from apps.files.sheets import Column as SheetColumn
from apps.files.storage import new_file, record_export
from apps.jobs.running import Work
from apps.members.delivering import count_in, write_down
from apps.members.exports import ExportRefused, exportable, refuse_more_than_agreed
from apps.members.list_rows import Column, ListedMember
from apps.members.list_texts import ListTexts, Text
from apps.members.listing import ListState
from apps.members.models import Delivery, MemberQuerySet, RosterExport
from apps.members.naming import Naming
from apps.members.purposes import ExportPurpose

_ROWS_AT_ONCE = 2_000
_WIDTH, _WIDE = 14, 36
_WRITERS = {RosterExport.Format.XLSX: write_table, RosterExport.Format.CSV: write_csv}


def run(work: Work) -> dict[str, Any]:
    """The job."""
    export = RosterExport.objects.select_related("asker", "office").get(pk=work.params["export"])
    stored = make_file(export, work.progress)
    return {"links": [{"label": stored.name, "url": reverse("files:download", args=[stored.public_id])}]}


@transaction.atomic
def make_file(export: RosterExport, progress: Callable[[int, int], None] | None = None) -> StoredFile:
    """Write the file, count its persons, write down each of them. Raises ExportRefused and NeedsSecondPerson.

    Who withdrew since the request is not in it: the list is read now, with what the asker may see now.
    """
    asker = export.asker
    _refuse_what_is_over(export, asker)
    state = ListState.from_json(export.listing, asker)
    naming = Naming.of(asker)
    rows = RosterRows(exportable(state, asker), state.chosen, naming, _opened_where(export, asker))
    name = f"{_('成员名单')}-{export.number}.{export.file_format}"
    with new_file(
        name, purpose=StoredFile.Purpose.EXPORT, owner=asker, office_path=export.office_path
    ) as draft:
        shown = rows.shown(lambda done: progress(done, export.persons) if progress else None)
        table = Table(_("成员名单"), _sheet_columns(state.chosen), shown, watermark(asker, export.number))
        _WRITERS[RosterExport.Format(export.file_format)](draft.path, table, _about(export, state))
        _account_for(export, list(rows.persons))
    record_export(draft.stored, by=asker, what=export.number, rows=len(rows.persons))
    export.stage, export.file = RosterExport.Stage.READY, draft.stored
    export.save()
    return draft.stored


def _refuse_what_is_over(export: RosterExport, asker: User) -> None:
    """The right to it may have gone since it was asked for."""
    if not asker.is_active or Permission.MEMBER_EXPORT not in asker.permissions:
        raise ExportRefused(_("您的授权已不包含导出名单"))
    if export.stage != RosterExport.Stage.STARTED or (export.decided_by_id and not export.is_approved):
        raise ExportRefused(_("没有有效的同意，或同意已超过 24 小时，请重新申请"))


def _account_for(export: RosterExport, persons: Sequence[int]) -> None:
    agreed = export.decided_by_id is not None
    if agreed:
        refuse_more_than_agreed(export, len(persons))
    count_in(persons, to=export.asker, way=Delivery.Way.EXPORT, approved=agreed)
    write_down(
        persons, to=export.asker, way=Delivery.Way.EXPORT, purpose=export.purpose, number=export.number
    )


def _opened_where(export: RosterExport, asker: User) -> tuple[OfficeRange, ...]:
    """Where phones and e-mail are written in full: nowhere unless asked for, and then only where the asker may."""
    return asker.office_ranges(Permission.MEMBER_EXPORT_FULL) if export.in_full else ()


@dataclass
class RosterRows:
    """The list's rows as texts, read piece by piece; `persons` are those that were read."""

    members: MemberQuerySet
    columns: Sequence[Column]
    naming: Naming
    opened: Sequence[OfficeRange] = ()

    def __post_init__(self) -> None:
        self.persons = array("q")

    def shown(self, say: Callable[[int], None] = lambda done: None) -> Iterator[Sequence[str]]:
        """One row of texts per member, in the list's order and under its columns."""
        texts = ListTexts(self.columns, self.naming, self._contact_text)
        rows = self.members.values_list(*texts.fields).iterator(chunk_size=_ROWS_AT_ONCE)
        while piece := list(islice(rows, _ROWS_AT_ONCE)):
            self.persons.extend(row[0] for row in piece)
            yield from texts.of(piece)
            say(len(self.persons))

    def _contact_text(self, column: Column) -> Text:
        return (lambda line: self._contact(column, line)) if self.opened else column.shown

    def _contact(self, column: Column, line: ListedMember) -> str:
        if line.name and any(held.holds(line.office_path) for held in self.opened):
            return line.contact(column.key)
        return column.shown(line)


def watermark(user: User, number: str) -> str:
    """Who took it, when, and under which number: on the sheet and on every printed page."""
    now = timezone.localtime()
    said = _("%(who)s（%(account)s） %(when)s %(number)s 内部使用，不得外传")
    return said % {
        "who": user.name,
        "account": user.username,
        "when": f"{now:%Y-%m-%d %H:%M}",
        "number": number,
    }


def conditions(state: ListState, user: User) -> str:
    """The filter in words: 机构：东镇；状态：在册."""
    return "；".join(f"{label}：{value}" for label, value in state.told(user)) or _("全部")


def _about(export: RosterExport, state: ListState) -> Callable[[int], list[tuple[str, str]]]:
    made_at = timezone.localtime()

    def about(count: int) -> list[tuple[str, str]]:
        return [
            (_("导出编号"), export.number),
            (_("筛选条件"), conditions(state, export.asker)),
            (_("导出时间"), f"{made_at:%Y-%m-%d %H:%M:%S}"),
            (_("导出人"), f"{export.asker.name}（{export.asker.username}）"),
            (_("人数"), str(count)),
            (_("用途"), str(ExportPurpose(export.purpose).label)),
            (_("号码"), _("完整显示") if export.in_full else _("已遮盖")),
            (_("审批人"), export.decided_by.name if export.decided_by else _("不需要")),
        ]

    return about


def _sheet_columns(columns: Sequence[Column]) -> list[SheetColumn]:
    return [SheetColumn(str(column.label), width=_WIDE if column.is_wide else _WIDTH) for column in columns]

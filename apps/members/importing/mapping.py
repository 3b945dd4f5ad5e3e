"""How a sheet is read: where its heading stands, which column is which, and what is left out, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.members.importing.columns import Column, Reason
from apps.members.importing.findings import RosterRefused
from apps.members.importing.guessing import Memory, guess_columns
from apps.members.importing.layout import Layout, parts_of
from apps.members.importing.sheet import LeftOut, Sheet, Upload
from apps.offices.models import TOWN_KINDS, Office


@dataclass(frozen=True)
class Mapping(Layout[Column]):
    """How a roster is read: a sheet, and the others that are read with it."""

    # Every column was named by known words, and there was only one sheet to choose.
    is_certain: bool = field(default=False, compare=False)
    # The other sheets, in the order of the workbook.
    more: tuple["Mapping", ...] = ()

    @property
    def sheets(self) -> tuple["Mapping", ...]:
        return (self, *self.more)

    @property
    def names_left_out(self) -> tuple[str, ...]:
        """The columns that are not read in any of the sheets, as they are named to people."""
        return tuple(dict.fromkeys(left.title for sheet in self.sheets for left in sheet.left_out))

    def with_more(self, more: Sequence["Mapping"]) -> "Mapping":
        """The same, read with these sheets."""
        return replace(self, more=tuple(more))

    def goes_straight(self, office: Office) -> bool:
        """Whether nobody need look at the columns before the dry run."""
        return self.is_certain and (Column.TOWN in self.columns or office.kind in TOWN_KINDS)

    @classmethod
    def from_store(cls, stored: dict[str, Any]) -> "Mapping":
        return cls(**parts_of(stored, Column), more=tuple(map(cls.from_store, stored.get("more", ()))))

    def to_store(self) -> dict[str, Any]:
        more = {"more": [sheet.to_store() for sheet in self.more]} if self.more else {}
        return super().to_store() | more


def guess(upload: Upload, memory: Memory | None = None, *, sheet: str = "") -> Mapping:
    """The best reading of an upload, or of one of its sheets. Raises RosterRefused where no sheet is a roster."""
    sheets = [found for found in upload.sheets if sheet in ("", found.name)]
    if not sheets:
        raise RosterRefused(_("没有找到花名册的表头：至少要有“姓名”和另一列（如“联系电话”“所在乡镇”）"))
    guesses = [(_guess_sheet(found, memory or {}), found) for found in sheets]
    best, _sheet = max(guesses, key=lambda pair: _goodness(*pair))
    return replace(best, is_certain=best.is_certain and len(upload.sheets) == 1)


def guess_all(upload: Upload, memory: Memory | None = None) -> Mapping:
    """As `guess`, with every other sheet that holds the same columns: a sheet for each town, most often."""
    best = guess(upload, memory)
    alike = [
        found
        for found in (_guess_sheet(sheet, memory or {}) for sheet in upload.sheets)
        if found.sheet == best.sheet or set(found.columns) == set(best.columns)
    ]
    first, *more = alike
    return replace(first, is_certain=best.is_certain, more=tuple(more))


def _goodness(mapping: Mapping, sheet: Sheet) -> tuple[bool, int, int]:
    return (Column.NAME in mapping.columns, len(mapping.columns), len(sheet.rows))


def _guess_sheet(sheet: Sheet, memory: Memory) -> Mapping:
    blanked = {left.position for left in sheet.blanked}
    found = guess_columns(sheet.titles, sheet.body, blanked, memory)
    mapping = mapping_of(sheet, found.columns, found.reasons)
    certain = found.is_certain and Column.NAME in found.columns and sheet.head_to >= sheet.head_from
    return replace(mapping, is_certain=certain)


def mapping_of(sheet: Sheet, columns: dict[Column, int], reasons: dict[int, Reason] | None = None) -> Mapping:
    """The reading in which these columns are taken; the others are left out, for these reasons or as chosen."""
    # Whoever asks for it: an emptied column is never read again.
    emptied = {left.position for left in sheet.blanked}
    columns = {column: at for column, at in columns.items() if at not in emptied}
    others = _others(sheet, set(columns.values()) | emptied, reasons)
    return Mapping(
        sheet=sheet.name,
        head_from=sheet.head_from,
        head_to=sheet.head_to,
        columns=dict(sorted(columns.items(), key=lambda item: item[1])),
        titles={column: sheet.title(at) for column, at in columns.items()},
        left_out=tuple(sorted([*sheet.blanked, *others], key=lambda left: left.position)),
    )


def _others(sheet: Sheet, taken: set[int], reasons: dict[int, Reason] | None) -> Sequence[LeftOut]:
    return [
        LeftOut(at, sheet.title(at), Reason.CHOSEN if reasons is None else reasons.get(at, Reason.UNKNOWN))
        for at, title in enumerate(sheet.titles)
        if at not in taken and (title.text or sheet.is_filled(at))
    ]

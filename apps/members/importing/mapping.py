"""How a sheet is read: where its heading stands, which column is which, and what is left out, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.members.importing.columns import Column, Reason
from apps.members.importing.findings import RosterRefused
from apps.members.importing.guessing import Memory, guess_columns
from apps.members.importing.sheet import LeftOut, Sheet, Upload
from apps.offices.models import TOWN_KINDS, Office


@dataclass(frozen=True)
class Mapping:
    """How one sheet of an upload is read. Rows and columns are counted from 0; `head_to` < `head_from`: no heading."""

    sheet: str
    head_from: int
    head_to: int
    columns: dict[Column, int]
    titles: dict[Column, str]
    left_out: tuple[LeftOut, ...] = ()
    # Every column was named by known words, and there was only one sheet to choose.
    is_certain: bool = field(default=False, compare=False)

    @property
    def names_left_out(self) -> tuple[str, ...]:
        """The columns of the sheet that are not read, as they are named to people."""
        return tuple(left.title for left in self.left_out)

    def title(self, column: Column) -> str:
        """The heading of a column as the roster has it, to name places by."""
        return self.titles.get(column, "")

    def goes_straight(self, office: Office) -> bool:
        """Whether nobody need look at the columns before the dry run."""
        return self.is_certain and (Column.TOWN in self.columns or office.kind in TOWN_KINDS)

    def to_store(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "head": [self.head_from, self.head_to],
            "columns": {column.value: at for column, at in self.columns.items()},
            "titles": {column.value: title for column, title in self.titles.items()},
            "left_out": [left.to_store() for left in self.left_out],
        }

    @classmethod
    def from_store(cls, stored: dict[str, Any]) -> "Mapping":
        return cls(
            sheet=stored["sheet"],
            head_from=stored["head"][0],
            head_to=stored["head"][1],
            columns={Column(column): at for column, at in stored["columns"].items()},
            titles={Column(column): title for column, title in stored["titles"].items()},
            left_out=tuple(LeftOut.from_store(left) for left in stored["left_out"]),
        )


def guess(upload: Upload, memory: Memory | None = None, *, sheet: str = "") -> Mapping:
    """The best reading of an upload, or of one of its sheets. Raises RosterRefused where no sheet is a roster."""
    sheets = [found for found in upload.sheets if sheet in ("", found.name)]
    if not sheets:
        raise RosterRefused(_("没有找到花名册的表头：至少要有“姓名”和另一列（如“联系电话”“所在乡镇”）"))
    guesses = [(_guess_sheet(found, memory or {}), found) for found in sheets]
    best, _sheet = max(guesses, key=lambda pair: _goodness(*pair))
    if len(upload.sheets) > 1:
        best = _uncertain(best)
    return best


def _goodness(mapping: Mapping, sheet: Sheet) -> tuple[bool, int, int]:
    return (Column.NAME in mapping.columns, len(mapping.columns), len(sheet.rows))


def _uncertain(mapping: Mapping) -> Mapping:
    return Mapping(**{**mapping.__dict__, "is_certain": False})


def _guess_sheet(sheet: Sheet, memory: Memory) -> Mapping:
    blanked = {left.position for left in sheet.blanked}
    found = guess_columns(sheet.titles, sheet.body, blanked, memory)
    mapping = mapping_of(sheet, found.columns, found.reasons)
    certain = found.is_certain and Column.NAME in found.columns and sheet.head_to >= sheet.head_from
    return Mapping(**{**mapping.__dict__, "is_certain": certain})


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

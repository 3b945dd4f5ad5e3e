"""How a sheet is read: where its heading stands, which column is which, and what is left out, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from apps.members.importing.findings import RosterRefused
from apps.members.importing.guessing import Memory, guess_columns
from apps.members.importing.layout import Layout, parts_of
from apps.members.importing.roster_words import ROSTER
from apps.members.importing.sheet import LeftOut, Sheet, Upload
from apps.members.importing.vocabulary import Reason, Vocabulary
from apps.offices.models import TOWN_KINDS, Office

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class Mapping(Layout[C]):
    """How a list is read: a sheet, and the others that are read with it."""

    # Every column was named by known words, and there was only one sheet to choose.
    is_certain: bool = field(default=False, compare=False)
    # The other sheets, in the order of the workbook.
    more: tuple["Mapping[C]", ...] = ()

    @property
    def sheets(self) -> tuple["Mapping[C]", ...]:
        return (self, *self.more)

    @property
    def names_left_out(self) -> tuple[str, ...]:
        """The columns that are not read in any of the sheets, as they are named to people."""
        return tuple(dict.fromkeys(left.title for sheet in self.sheets for left in sheet.left_out))

    def with_more(self, more: Sequence["Mapping[C]"]) -> "Mapping[C]":
        """The same, read with these sheets."""
        return replace(self, more=tuple(more))

    def goes_straight(self, vocabulary: Vocabulary[C], office: Office) -> bool:
        """Whether nobody need look at the columns before the dry run."""
        place = vocabulary.place
        return self.is_certain and (place is None or place in self.columns or office.kind in TOWN_KINDS)

    @classmethod
    def from_store(cls, stored: dict[str, Any], vocabulary: Vocabulary[Any] = ROSTER) -> "Mapping[Any]":
        more = tuple(cls.from_store(sheet, vocabulary) for sheet in stored.get("more", ()))
        return cls(**parts_of(stored, vocabulary.column), more=more)

    def to_store(self) -> dict[str, Any]:
        more = {"more": [sheet.to_store() for sheet in self.more]} if self.more else {}
        return super().to_store() | more


def guess(
    upload: Upload,
    memory: Memory[Any] | None = None,
    vocabulary: Vocabulary[Any] = ROSTER,
    *,
    sheet: str = "",
) -> Mapping[Any]:
    """The best reading of an upload, or of one of its sheets. Raises RosterRefused where no sheet is such a list."""
    sheets = [found for found in upload.sheets if sheet in ("", found.name)]
    if not sheets:
        raise RosterRefused(str(vocabulary.no_head))
    guesses = [(_guess_sheet(found, memory or {}, vocabulary), found) for found in sheets]
    best, _sheet = max(guesses, key=lambda pair: _goodness(pair[0], pair[1], vocabulary))
    return replace(best, is_certain=best.is_certain and len(upload.sheets) == 1)


def guess_all(
    upload: Upload, memory: Memory[Any] | None = None, vocabulary: Vocabulary[Any] = ROSTER
) -> Mapping[Any]:
    """As `guess`, with every other sheet that holds the same columns: a sheet for each town, most often."""
    best = guess(upload, memory, vocabulary)
    alike = [
        found
        for found in (_guess_sheet(sheet, memory or {}, vocabulary) for sheet in upload.sheets)
        if found.sheet == best.sheet or set(found.columns) == set(best.columns)
    ]
    first, *more = alike
    return replace(first, is_certain=best.is_certain, more=tuple(more))


def _goodness(mapping: Mapping[C], sheet: Sheet, vocabulary: Vocabulary[C]) -> tuple[int, int, int]:
    return (-len(vocabulary.missing(mapping.columns)), len(mapping.columns), len(sheet.rows))


def _guess_sheet(sheet: Sheet, memory: Memory[C], vocabulary: Vocabulary[C]) -> Mapping[C]:
    blanked = {left.position for left in sheet.blanked}
    found = guess_columns(sheet.titles, sheet.body, blanked, memory, vocabulary)
    mapping = mapping_of(sheet, found.columns, found.reasons)
    has_head = sheet.head_to >= sheet.head_from
    certain = found.is_certain and has_head and not vocabulary.missing(found.columns)
    return replace(mapping, is_certain=certain)


def mapping_of(sheet: Sheet, columns: dict[C, int], reasons: dict[int, Reason] | None = None) -> Mapping[C]:
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

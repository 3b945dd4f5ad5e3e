"""The lines of a pair list, a ledger or a list of organizations, as they were kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.members.importing.blanking import REMOVED
from apps.members.importing.findings import BadCell, RosterRefused
from apps.members.importing.kinds import kind_of
from apps.members.importing.lines import is_entry
from apps.members.importing.mapping import Mapping
from apps.members.importing.places import number_of
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch
from apps.pairing.importing.columns import LABELS, ListColumn

T = TypeVar("T")


@dataclass
class Line:
    """One entry of a list. `number`: its place (`members.importing.places`); `sheet`: the name of its sheet; `errors`
    are (heading, sentence).
    """

    number: int
    values: dict[ListColumn, Any]
    titles: dict[ListColumn, str]
    is_1904: bool
    sheet: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.values.get(ListColumn.NAME) or self.values.get(ListColumn.UNIT) or "")[:50]

    def cell(self, column: ListColumn, read: Any, otherwise: T) -> T:
        """The cell as `read` reads it; what it cannot read is an error of the line."""
        value = self.values.get(column)
        try:
            if isinstance(value, str) and REMOVED in value:
                raise BadCell(_("这里原是证件号码，已清除；请核对后重新填写"))
            found: T = read(value)
        except BadCell as error:
            self.wrong(column, str(error))
            return otherwise
        return found

    def wrong(self, column: ListColumn, sentence: object) -> None:
        """Note why the line cannot be entered."""
        self.errors.append((self.titles.get(column) or str(LABELS[column]), str(sentence)))


def lines_of(batch: ImportBatch) -> list[Line]:
    """The entries of the sheets that are read. Raises RosterRefused where there is none."""
    assert batch.upload is not None  # noqa: S101 - the job looked
    upload = Upload.kept(batch.upload)
    sheets = Mapping.from_store(batch.mapping, kind_of(batch).vocabulary).sheets
    found = [line for at, layout in enumerate(sheets) for line in _lines(upload, layout, at)]
    if not found:
        raise RosterRefused(_("表头下面没有内容"))
    return found


def _lines(upload: Upload, layout: Mapping[ListColumn], sheet: int) -> Iterator[Line]:
    for at, row in enumerate(upload.sheet(layout.sheet).rows):
        if at <= layout.head_to:
            continue
        values = {column: row[place] for column, place in layout.columns.items() if place < len(row)}
        known = sum(
            value not in ("", None) for column, value in values.items() if column is not ListColumn.NUMBER
        )
        # A list of people, of organizations, or of both: by what each line names.
        of = next((c for c in (ListColumn.NAME, ListColumn.UNIT) if values.get(c)), ListColumn.CODE)
        if is_entry(row, values.get(of), layout.title(of), known):
            yield Line(number_of(sheet, at + 1), values, layout.titles, upload.is_1904, layout.sheet)

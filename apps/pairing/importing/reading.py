"""A pair list or ledger as it came: the sheet that has the headings, with everything else in it emptied before it is kept."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from django.utils.translation import gettext as _

from apps.files.reading import read_book
from apps.files.tables import Table
from apps.members.importing.blanking import REMOVED, kept_cell
from apps.members.importing.columns import Reason, reason_against
from apps.members.importing.findings import BadCell, RosterRefused
from apps.members.importing.heads import HEAD_ROWS, Title, heading_text
from apps.members.importing.layout import Layout, parts_of
from apps.members.importing.lines import is_entry
from apps.members.importing.sheet import LeftOut, Sheet, Upload
from apps.members.models import ImportBatch
from apps.pairing.importing.columns import LABELS, ListColumn, Vocabulary

T = TypeVar("T")
Columns = dict[ListColumn, int]


def read_list(name: str, source: IO[bytes], vocabulary: Vocabulary) -> tuple[Upload, Layout[ListColumn]]:
    """The upload and where its columns are. Raises RosterRefused where no sheet has the headings, or WorkbookRefused."""
    book = read_book(source)
    source.seek(0)
    digest = hashlib.sha256(source.read()).hexdigest()
    found = [(table, *_head(table, vocabulary)) for table in book.tables]
    if not found:
        raise RosterRefused(_("工作簿里没有数据"))
    table, at, columns = max(found, key=lambda one: len(one[2]))
    if missing := [str(LABELS[column]) for column in vocabulary.missing(columns)]:
        raise RosterRefused(
            _("没有找到这些列：%(columns)s。请改好表头，或下载模板填写。") % {"columns": "、".join(missing)}
        )
    sheet = _kept(table, at, columns, vocabulary)
    others = tuple(other.name for other in book.tables if other is not table)
    upload = Upload(Path(name).name, digest, (sheet,), book.hidden, others, book.is_1904)
    layout = Layout(
        sheet.name, at, at, columns, {c: sheet.title(p) for c, p in columns.items()}, sheet.blanked
    )
    return upload, layout


def _head(table: Table, vocabulary: Vocabulary) -> tuple[int, Columns]:
    """The row of the first ones that names most columns, and these."""
    rows = [_columns(row, vocabulary) for row in table.rows[:HEAD_ROWS]]
    at = max(range(len(rows)), key=lambda number: len(rows[number]), default=0)
    return at, rows[at] if rows else {}


def _columns(row: Sequence[Any], vocabulary: Vocabulary) -> Columns:
    found: Columns = {}
    for at, cell in enumerate(row):
        column = vocabulary.column_of(heading_text(cell))
        if column is not None:
            found.setdefault(column, at)
    return found


def _kept(table: Table, head: int, columns: Columns, vocabulary: Vocabulary) -> Sheet:
    """The sheet as it may be kept: the rows above the heading and the columns that nobody reads are empty."""
    heading = [heading_text(cell) for cell in table.rows[head]]
    read = set(columns.values())
    width = max(map(len, table.rows), default=0)
    keeps = [at in read for at in range(width)]
    rows = [
        [kept_cell(cell) if keep else "" for cell, keep in zip(row, keeps, strict=False)]
        for row in table.rows[head + 1 :]
    ]
    rows = [*([] for _row in range(head)), list(heading), *rows]
    _fill_down(table, rows, head, {columns[column] for column in vocabulary.spread if column in columns})
    left = tuple(
        LeftOut(at, title, reason_against(title) or Reason.UNKNOWN)
        for at, title in enumerate(heading)
        if title and at not in read
    )
    return Sheet(table.name, rows, head, head, tuple(Title(lower=title) for title in heading), left)


def _fill_down(table: Table, rows: list[list[Any]], head: int, columns: set[int]) -> None:
    """A cadre merged over five members is meant for each of them."""
    for top, bottom, left, right in table.merged:
        if left != right or left not in columns or top <= head:
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and row[left] == "":
                row[left] = rows[top][left]


@dataclass
class Line:
    """One entry of a list. `number` is the spreadsheet's own row; `errors` are (heading, sentence)."""

    number: int
    values: dict[ListColumn, Any]
    titles: dict[ListColumn, str]
    is_1904: bool
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


def lines_of(batch: ImportBatch) -> Iterator[Line]:
    """The entries of a kept list. Raises RosterRefused where there is none."""
    assert batch.upload is not None  # noqa: S101 - the job looked
    upload = Upload.kept(batch.upload)
    layout = Layout(**parts_of(batch.mapping, ListColumn))
    found = False
    for at, row in enumerate(upload.sheet(layout.sheet).rows):
        values = {column: row[place] for column, place in layout.columns.items() if place < len(row)}
        known = sum(
            value not in ("", None) for column, value in values.items() if column is not ListColumn.NUMBER
        )
        # A list of people, of organizations, or of both: by what each line names.
        of = next((c for c in (ListColumn.NAME, ListColumn.UNIT) if values.get(c)), ListColumn.CODE)
        if at > layout.head_to and is_entry(row, values.get(of), layout.title(of), known):
            found = True
            yield Line(at + 1, values, layout.titles, upload.is_1904)
    if not found:
        raise RosterRefused(_("表头下面没有内容"))

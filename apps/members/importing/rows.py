"""From the cells of a sheet to rows that can be compared with the registry, and findings about those that cannot.

A sheet is read column by column: in most of them the same few values stand again and again, and each is read once.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.names import MAX_NAME, NameKeys
from apps.core.wording import harmless
from apps.members.importing import cells
from apps.members.importing.blanking import REMOVED
from apps.members.importing.columns import Column
from apps.members.importing.findings import BadCell, Finding, RosterRefused
from apps.members.importing.lines import is_person, is_plainly_person
from apps.members.importing.mapping import Mapping
from apps.members.importing.places import number_of, repeated
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from apps.members.models import phone_index_of
from apps.offices.models import Office

_SEPARATORS = re.compile(r"[、,，;；\n]+")

_TOLD_EVERY = 500
# The share of the work that reading the columns is; the rest is putting the rows together.
_COLUMNS = 0.6

# What tells one person from others: name and phone, or name and month of birth and office.
Mark = tuple[object, ...]
# What a cell was read as and "", or why it cannot be taken over.
Taken = tuple[Any, str]


def marks_of(simplified: str, phone_index: str, birth_month: dt.date | None, office_id: int) -> list[Mark]:
    """The marks of a row or a member, the surer one first."""
    found: list[Mark] = []
    if phone_index:
        found.append((simplified, phone_index))
    if birth_month:
        found.append((simplified, birth_month, office_id))
    return found


class RosterRow(NamedTuple):
    """One person of a roster, every value in its one written form. `row` is the number of its place (`places`)."""

    row: int
    name: str
    office: Office
    gender: str
    birth_month: dt.date | None
    phone: str
    email: str
    employer: str
    title: str
    categories: tuple[str, ...]
    associations: tuple[str, ...]
    consented: bool
    consented_on: dt.date | None
    phone_index: str
    keys: NameKeys

    @property
    def marks(self) -> list[Mark]:
        return marks_of(self.keys.simplified, self.phone_index, self.birth_month, self.office.id)


@dataclass
class Roster:
    """All that a roster says. `rows` are good, `count` is how many persons it lists, good or not.

    `names`: what stands in the name column, by row, where the row was not taken or the name was written otherwise.
    """

    rows: list[RosterRow] = field(default_factory=list)
    count: int = 0
    errors: list[Finding] = field(default_factory=list)
    skips: list[Finding] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    titles: dict[Column, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def read_roster(
    upload: Upload,
    mapping: Mapping[Column],
    towns: Towns,
    *,
    today: dt.date,
    progress: Callable[[float], None] | None = None,
) -> Roster:
    """Read the mapped sheets of an upload. Raises RosterRefused where no column holds names, or nobody stands below.

    `progress` is told the share of the work that is done.
    """
    sheets = mapping.sheets
    if any(Column.NAME not in sheet.columns for sheet in sheets):
        raise RosterRefused(_("请指明哪一列是姓名"))
    roster = Roster(left_out=mapping.names_left_out, titles=mapping.titles)
    seen: dict[Mark, int] = {}
    for at in range(len(sheets)):
        reader = _Reader(upload, mapping, at, towns, today, roster, seen)
        for share in reader.read():
            if progress:
                progress((at + share) / len(sheets))
    if roster.count == 0:
        raise RosterRefused(_("表头下面没有人员"))
    return roster


class _Reader:
    """Reads one sheet; `seen` are the people of all of them."""

    def __init__(
        self,
        upload: Upload,
        whole: Mapping[Column],
        at: int,
        towns: Towns,
        today: dt.date,
        roster: Roster,
        seen: dict[Mark, int],
    ) -> None:
        self.whole, self.at, self.head = whole, at, whole.sheets[at]
        self.towns, self.today, self.is_1904 = towns, today, upload.is_1904
        self.roster, self.seen = roster, seen
        self.lines = upload.sheet(self.head.sheet).rows[self.head.head_to + 1 :]
        self.taken: dict[Column, list[Taken]] = {}

    def read(self) -> Iterator[float]:
        """Add what the sheet says to the roster; gives the share that is done, from time to time."""
        readers = self._readers
        for done, (column, read) in enumerate(readers.items(), 1):
            self.taken[column] = _column(read, self._cells(column))
            yield _COLUMNS * done / len(readers)
        names = self._cells(Column.NAME)
        for at, (line, row) in enumerate(zip(self.lines, self._rows(), strict=True)):
            if self._is_person(line, names[at]):
                self.roster.count += 1
                self._read_line(at, row, names[at])
            if at % _TOLD_EVERY == 0:
                yield _COLUMNS + (1 - _COLUMNS) * at / len(self.lines)

    @cached_property
    def _readers(self) -> dict[Column, Callable[[Any], Any]]:
        """How each column that is read is read, in the order in which people are told of what is wrong in a row."""
        names = harmless(cell for cell in self._cells(Column.NAME) if isinstance(cell, str))
        known: dict[Column, Callable[[Any], Any]] = {
            Column.TOWN: lambda value: self.towns.find(cells.text(value, 60)),
            Column.PHONE: cells.phone,
            Column.CONSENT: cells.yes_or_no,
            Column.EMPLOYER_TITLE: cells.unit_and_title,
            Column.EMPLOYER_DEPARTMENT: cells.unit_of_department,
            Column.EMPLOYER: cells.unit,
            Column.TITLE: cells.title,
            Column.NAME: lambda value: cells.name(value, names),
            Column.GENDER: cells.gender,
            Column.BIRTH: self._birth_month,
            Column.EMAIL: cells.email,
            Column.CATEGORY: cells.categories,
            Column.ASSOCIATION: _associations,
            Column.CONSENTED_ON: self._consent_day,
        }
        ignored = self._units[1:]
        return {c: read for c, read in known.items() if c in self.head.columns and c not in ignored}

    @cached_property
    def _units(self) -> list[Column]:
        """The columns that hold work units; only the first of them is read."""
        kinds = (Column.EMPLOYER_TITLE, Column.EMPLOYER_DEPARTMENT, Column.EMPLOYER)
        return [column for column in kinds if column in self.head.columns]

    def _cells(self, column: Column) -> Sequence[Any]:
        at = self.head.columns[column]
        return self._by_column[at] if at < len(self._by_column) else [None] * len(self.lines)

    @cached_property
    def _by_column(self) -> list[tuple[Any, ...]]:
        """The cells column by column; None where a line is shorter than others."""
        return list(zip_longest(*self.lines))

    def _is_person(self, line: Sequence[Any], name: Any) -> bool:
        titles = self.head.titles
        if is_plainly_person(line, name, titles[Column.NAME]):
            return True
        values = {c: line[at] if at < len(line) else None for c, at in self.head.columns.items()}
        return is_person(line, values, titles)

    def _read_line(self, at: int, row: RosterRow, written: Any) -> None:
        if at in self._refusing:
            # The person said no: then nothing else of the row is looked at.
            self._skip(row.row, written, _("本人未同意登记，不导入"))
        elif errors := self._errors(at, row):
            self.roster.errors.extend(errors)
            self._name(row.row, written)
        else:
            self._keep(row, written)

    @cached_property
    def _refusing(self) -> set[int]:
        """The lines of people who did not agree."""
        consents = self._values(Column.CONSENT, None)
        return {at for at, consent in enumerate(consents) if consent is False}

    @cached_property
    def _faulty(self) -> dict[int, list[Column]]:
        """The columns that cannot be taken over, by line."""
        found: dict[int, list[Column]] = defaultdict(list)
        for column, taken in self.taken.items():
            for at in [at for at, (_value, reason) in enumerate(taken) if reason]:
                found[at].append(column)
        return found

    def _errors(self, at: int, row: RosterRow) -> list[Finding]:
        errors = [
            Finding(row.row, self.head.title(column), self.taken[column][at][1])
            for column in self._faulty.get(at, ())
            # Who did not agree need not say when.
            if row.consented or column is not Column.CONSENTED_ON
        ]
        town, reason = self._town_of_all
        if town is None and reason:
            errors.insert(0, Finding(row.row, self.head.title(Column.NAME), reason))
        return errors

    @cached_property
    def _town_of_all(self) -> tuple[Office | None, str]:
        """Where a sheet without a column of towns belongs, or why nobody can tell."""
        if Column.TOWN in self.head.columns:
            return None, ""
        try:
            return self.towns.of_sheet(self.head.sheet), ""
        except BadCell as error:
            return None, str(error)

    def _rows(self) -> Iterator[RosterRow]:
        """Every line as a row, put together column by column; what cannot be taken over is empty in it."""
        first, values = self.head.head_to + 2, self._values
        names, phones = values(Column.NAME, ""), values(Column.PHONE, "")
        units, titles = self._work()
        consents = [bool(consent) for consent in values(Column.CONSENT, None)]
        days = values(Column.CONSENTED_ON, None)
        return map(
            RosterRow,
            (number_of(self.at, first + at) for at in range(len(self.lines))),
            names,
            values(Column.TOWN, self._town_of_all[0]),
            values(Column.GENDER, ""),
            values(Column.BIRTH, None),
            phones,
            values(Column.EMAIL, ""),
            units,
            titles,
            values(Column.CATEGORY, ()),
            values(Column.ASSOCIATION, ()),
            consents,
            (day if consent else None for day, consent in zip(days, consents, strict=True)),
            map(phone_index_of, phones),
            NameKeys.of_many(names),
        )

    def _values(self, column: Column, otherwise: Any) -> list[Any]:
        """What the cells of a column were read as; `otherwise` where there is no such column, or no reading one."""
        if column not in self.taken:
            return [otherwise] * len(self.lines)
        return [otherwise if reason else value for value, reason in self.taken[column]]

    def _work(self) -> tuple[list[str], list[str]]:
        """The units, and the titles: from a column of their own, or from the one that holds both."""
        titles = self._values(Column.TITLE, "")
        if not self._units:
            return [""] * len(self.lines), titles
        units = self._values(self._units[0], "")
        if self._units[0] is not Column.EMPLOYER_TITLE:
            return units, titles
        both = [unit or ("", "") for unit in units]
        return [unit for unit, _title in both], [
            own or title for own, (_u, title) in zip(titles, both, strict=True)
        ]

    def _birth_month(self, value: object) -> dt.date | None:
        return cells.birth_month(value, today=self.today, is_1904=self.is_1904)

    def _consent_day(self, value: object) -> dt.date | None:
        return cells.consent_day(value, today=self.today, is_1904=self.is_1904)

    def _keep(self, row: RosterRow, written: Any) -> None:
        marks = row.marks
        first = next((self.seen[mark] for mark in marks if mark in self.seen), None)
        if first is not None:
            sheets = [one.sheet for one in self.whole.sheets]
            self._skip(row.row, written, repeated(first, row.row, sheets))
            return
        self.seen.update(dict.fromkeys(marks, row.row))
        self.roster.rows.append(row)
        if row.name != written:
            self._name(row.row, written)

    def _skip(self, number: int, written: Any, message: str) -> None:
        self.roster.skips.append(Finding(number, self.head.title(Column.NAME), message))
        self._name(number, written)

    def _name(self, number: int, written: Any) -> None:
        self.roster.names[number] = str(written if written is not None else "")[:MAX_NAME]


def _column(read: Callable[[Any], Any], written: Sequence[Any]) -> list[Taken]:
    """Every cell of a column as it is read; equal cells are read once."""
    # 1, 1.0 and True are one key of a dictionary, but not one cell.
    keys = [cell if type(cell) is str else (type(cell), cell) for cell in written]
    known = {key: _taken(read, cell) for key, cell in dict(zip(keys, written, strict=True)).items()}
    return [known[key] for key in keys]


def _taken(read: Callable[[Any], Any], cell: Any) -> Taken:
    if isinstance(cell, str) and REMOVED in cell:
        return None, _("这里原是证件号码，已清除；请核对后重新填写")
    try:
        return read(cell), ""
    except BadCell as error:
        return None, str(error)


def _associations(value: object) -> tuple[str, ...]:
    named = (part.strip() for part in _SEPARATORS.split(cells.text_or_none(value, 300)))
    return tuple(dict.fromkeys(cells.organization(part) for part in named if part))

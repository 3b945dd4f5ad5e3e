"""From the cells of a sheet to rows that can be compared with the registry, and findings about those that cannot."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.core.names import NameKeys
from apps.members.importing import cells
from apps.members.importing.blanking import REMOVED
from apps.members.importing.columns import Column
from apps.members.importing.findings import BadCell, Finding, RosterRefused
from apps.members.importing.lines import is_person
from apps.members.importing.mapping import Mapping
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from apps.members.models import phone_index_of
from apps.offices.models import Office

_SEPARATORS = re.compile(r"[、,，;；\n]+")

_TOLD_EVERY = 100

T = TypeVar("T")

# What tells one person from others: name and phone, or name and month of birth and office.
Mark = tuple[object, ...]


def marks_of(simplified: str, phone_index: str, birth_month: dt.date | None, office_id: int) -> list[Mark]:
    """The marks of a row or a member, the surer one first."""
    found: list[Mark] = []
    if phone_index:
        found.append((simplified, phone_index))
    if birth_month:
        found.append((simplified, birth_month, office_id))
    return found


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One person of a roster, every value in its one written form. `row` is the spreadsheet's own row number."""

    row: int
    name: str
    office: Office
    gender: str = ""
    birth_month: dt.date | None = None
    phone: str = ""
    email: str = ""
    employer: str = ""
    title: str = ""
    categories: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()
    consented: bool = False
    consented_on: dt.date | None = None
    phone_index: str = ""

    @cached_property
    def keys(self) -> NameKeys:
        return NameKeys.of(self.name)

    @property
    def marks(self) -> list[Mark]:
        return marks_of(self.keys.simplified, self.phone_index, self.birth_month, self.office.pk)


@dataclass
class Roster:
    """All that a sheet says. `rows` are good, `count` is how many persons it lists, good or not."""

    rows: list[RosterRow] = field(default_factory=list)
    count: int = 0
    errors: list[Finding] = field(default_factory=list)
    skips: list[Finding] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    titles: dict[Column, str] = field(default_factory=dict)


def read_roster(
    upload: Upload,
    mapping: Mapping,
    towns: Towns,
    *,
    today: dt.date,
    progress: Callable[[float], None] | None = None,
) -> Roster:
    """Read the mapped sheet of an upload. Raises RosterRefused where no column holds names, or nobody stands below.

    `progress` is told the share of the rows that are read.
    """
    if Column.NAME not in mapping.columns:
        raise RosterRefused(_("请指明哪一列是姓名"))
    roster = Roster(left_out=mapping.names_left_out, titles=mapping.titles)
    reader = _Reader(mapping, towns, today, upload.is_1904, roster)
    lines = upload.sheet(mapping.sheet).rows
    for index in range(mapping.head_to + 1, len(lines)):
        reader.read(index + 1, lines[index])
        if progress and index % _TOLD_EVERY == 0:
            progress(index / len(lines))
    if roster.count == 0:
        raise RosterRefused(_("表头下面没有人员"))
    return roster


class _Reader:
    """Reads row after row; remembers who was already there."""

    def __init__(self, mapping: Mapping, towns: Towns, today: dt.date, is_1904: bool, roster: Roster) -> None:
        self.head = mapping
        self.towns = towns
        self.today = today
        self.is_1904 = is_1904
        self.roster = roster
        self.seen: dict[Mark, int] = {}
        # What a value of a column was read as, or why it was not: in most columns the same few stand again and again.
        self.known: dict[Column, dict[Any, tuple[Any, str]]] = defaultdict(dict)

    def read(self, number: int, line: Sequence[Any]) -> None:
        values = {c: line[at] if at < len(line) else None for c, at in self.head.columns.items()}
        if not is_person(line, values, self.head.titles):
            return
        self.roster.count += 1
        if self._refused(values):
            self._skip(number, Column.CONSENT, _("本人未同意登记，不导入"))
            return
        errors: list[Finding] = []
        row = self._row(number, values, errors)
        if errors or row is None:
            self.roster.errors.extend(errors)
        else:
            self._keep(row)

    def _refused(self, values: dict[Column, Any]) -> bool:
        """Whether the person said no: then nothing else of the row is looked at."""
        if Column.CONSENT not in values:
            return False
        return self._known(Column.CONSENT, values[Column.CONSENT], cells.yes_or_no)[0] is False

    def _row(self, number: int, values: dict[Column, Any], errors: list[Finding]) -> RosterRow | None:
        def cell(column: Column, read: Callable[[Any], T], otherwise: T) -> T:
            if column not in values:
                return otherwise
            found, reason = self._known(column, values[column], read)
            if reason:
                errors.append(Finding(number, self.head.title(column), reason))
                return otherwise
            return found

        town = cell(Column.TOWN, lambda value: self.towns.find(cells.text(value, 60)), None)
        if town is None and Column.TOWN not in values:
            town = self._office_without_column(number, errors)
        phone = cell(Column.PHONE, cells.phone, "")
        consented = bool(cell(Column.CONSENT, cells.yes_or_no, None))
        employer, title = self._post(values, cell)
        none: tuple[str, ...] = ()
        found: dict[str, Any] = {
            "name": cell(Column.NAME, cells.name, ""),
            "gender": cell(Column.GENDER, cells.gender, ""),
            "birth_month": cell(Column.BIRTH, self._birth_month, None),
            "phone": phone,
            "phone_index": phone_index_of(phone),
            "email": cell(Column.EMAIL, cells.email, ""),
            "employer": employer,
            "title": title,
            "categories": cell(Column.CATEGORY, cells.categories, none),
            "associations": cell(Column.ASSOCIATION, _associations, none),
            "consented": consented,
            "consented_on": cell(Column.CONSENTED_ON, self._consent_day, None) if consented else None,
        }
        return None if errors or town is None else RosterRow(row=number, office=town, **found)

    def _known(self, column: Column, value: Any, read: Callable[[Any], Any]) -> tuple[Any, str]:
        """What the value was read as, and "", or why it cannot be taken over."""
        # 1, 1.0 and True are one key of a dictionary, but not one cell.
        key = value if isinstance(value, str) else (type(value), value)
        known = self.known[column]
        if key not in known:
            try:
                known[key] = read(_unless_removed(value)), ""
            except BadCell as error:
                known[key] = None, str(error)
        return known[key]

    def _post(self, values: dict[Column, Any], cell: Callable[..., Any]) -> tuple[str, str]:
        """Unit and post, from two columns or from one that holds both."""
        unit, both = "", ("", "")
        if Column.EMPLOYER_TITLE in values:
            both = cell(Column.EMPLOYER_TITLE, cells.unit_and_title, both)
        elif Column.EMPLOYER_DEPARTMENT in values:
            unit = cell(Column.EMPLOYER_DEPARTMENT, cells.unit_of_department, "")
        else:
            unit = cell(Column.EMPLOYER, cells.unit, "")
        return unit or both[0], cell(Column.TITLE, cells.title, "") or both[1]

    def _office_without_column(self, number: int, errors: list[Finding]) -> Office | None:
        try:
            return self.towns.find("")
        except BadCell as error:
            errors.append(Finding(number, self.head.title(Column.NAME), str(error)))
            return None

    def _birth_month(self, value: object) -> dt.date | None:
        return cells.birth_month(value, today=self.today, is_1904=self.is_1904)

    def _consent_day(self, value: object) -> dt.date | None:
        return cells.consent_day(value, today=self.today, is_1904=self.is_1904)

    def _keep(self, row: RosterRow) -> None:
        first = next((self.seen[mark] for mark in row.marks if mark in self.seen), None)
        if first is not None:
            self._skip(row.row, Column.NAME, _("与第 %(row)d 行重复") % {"row": first})
            return
        self.seen.update(dict.fromkeys(row.marks, row.row))
        self.roster.rows.append(row)

    def _skip(self, number: int, column: Column, message: str) -> None:
        self.roster.skips.append(Finding(number, self.head.title(column), message))


def _unless_removed(value: Any) -> Any:
    if isinstance(value, str) and REMOVED in value:
        raise BadCell(_("这里原是证件号码，已清除；请核对后重新填写"))
    return value


def _associations(value: object) -> tuple[str, ...]:
    named = (part.strip() for part in _SEPARATORS.split(cells.text_or_none(value, 300)))
    return tuple(dict.fromkeys(cells.organization(part) for part in named if part))

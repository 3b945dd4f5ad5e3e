"""An uploaded list: read once, emptied of what the registry does not keep, and only so kept until confirmed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeVar

import orjson
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.core.collecting import without_collecting
from apps.files.models import StoredFile
from apps.files.reading import read_book
from apps.files.storage import new_file
from apps.files.tables import Book, Table
from apps.members.importing.blanking import blanked, reasons_to_blank
from apps.members.importing.heads import Head, find_head, without_head
from apps.members.importing.looks import SAMPLE, SURE, sample, shares
from apps.members.importing.roster_words import ROSTER
from apps.members.importing.template import version_of
from apps.members.importing.vocabulary import Reason, Title, Vocabulary
from apps.offices.models import Office

# An upload that nobody confirms ends by itself.
UPLOAD_LIFE = timedelta(days=30)

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class LeftOut:
    """A column that is not read. `position` counts from 0; `title` is how people are told of it."""

    position: int
    title: str
    reason: Reason

    def to_store(self) -> list[Any]:
        return [self.position, self.title, self.reason.value]

    @classmethod
    def from_store(cls, stored: list[Any]) -> "LeftOut":
        position, title, reason = stored
        return cls(position, title, Reason(reason))


@dataclass(frozen=True)
class Sheet:
    """A sheet that may be such a list: its rows from row 1 on, emptied, and what its heading says."""

    name: str
    rows: list[list[Any]]
    head_from: int
    head_to: int
    titles: tuple[Title, ...]
    blanked: tuple[LeftOut, ...]

    @property
    def body(self) -> Sequence[Sequence[Any]]:
        """The rows below the heading."""
        return self.rows[self.head_to + 1 :]

    def title(self, position: int) -> str:
        """The heading of a column, or its letter where it has none."""
        text = self.titles[position].text if position < len(self.titles) else ""
        return text or _("%(letter)s 列") % {"letter": letter_of(position)}

    def is_filled(self, position: int) -> bool:
        return bool(sample(self.body, position))

    def to_store(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "rows": self.rows,
            "head": [self.head_from, self.head_to],
            "titles": [[title.upper, title.lower] for title in self.titles],
            "blanked": [left.to_store() for left in self.blanked],
        }

    @classmethod
    def from_store(cls, stored: dict[str, Any]) -> "Sheet":
        return cls(
            name=stored["name"],
            rows=stored["rows"],
            head_from=stored["head"][0],
            head_to=stored["head"][1],
            titles=tuple(Title(*title) for title in stored["titles"]),
            blanked=tuple(LeftOut.from_store(left) for left in stored["blanked"]),
        )


def letter_of(position: int) -> str:
    """The letters over a column of a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Upload:
    """A list as it came in. `sheets` are those that may be read; `hidden` and `others` are names of sheets not read."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    is_1904: bool = False
    # The version of our own template it was made from, not kept.
    template: str = ""

    @classmethod
    @without_collecting()
    def read(cls, name: str, source: IO[bytes], vocabulary: Vocabulary[Any] = ROSTER) -> "Upload":
        """Raises apps.files.tables.WorkbookRefused where the file is no table that can be read."""
        book = read_book(source)
        source.seek(0)
        return cls.of(name, book, vocabulary, hashlib.sha256(source.read()).hexdigest())

    @classmethod
    def of(cls, name: str, book: Book, vocabulary: Vocabulary[Any] = ROSTER, digest: str = "") -> "Upload":
        """The sheets of a book that was read, emptied."""
        sheets = [sheet for table in book.tables if (sheet := _sheet(table, vocabulary))]
        known = {sheet.name for sheet in sheets}
        others = tuple(table.name for table in book.tables if table.name not in known)
        return cls(
            Path(name).name,
            digest,
            tuple(sheets),
            book.hidden,
            others,
            book.is_1904,
            template=version_of(book.tables),
        )

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in self.sheets}

    def keep(self, office: Office, by: Actor) -> StoredFile:
        """Store the emptied sheets until somebody confirms the import."""
        with new_file(
            f"{self.name}.json",
            purpose=StoredFile.Purpose.IMPORT,
            owner=by,
            lives_for=UPLOAD_LIFE,
            office_path=office.path,
            content_type="application/json",
        ) as draft:
            draft.path.write_bytes(orjson.dumps(self._to_store()))
        return draft.stored

    def _to_store(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "sha256": self.sha256,
            "sheets": [sheet.to_store() for sheet in self.sheets],
            "hidden": self.hidden,
            "others": self.others,
            "is_1904": self.is_1904,
        }

    @classmethod
    def kept(cls, stored: StoredFile) -> "Upload":
        """What `keep` stored."""
        found = orjson.loads(stored.path.read_bytes())
        return cls(
            name=found["name"],
            sha256=found["sha256"],
            sheets=tuple(map(Sheet.from_store, found["sheets"])),
            hidden=tuple(found["hidden"]),
            others=tuple(found["others"]),
            is_1904=found["is_1904"],
        )


def _sheet(table: Table, vocabulary: Vocabulary[C]) -> Sheet | None:
    """The sheet as it may be kept; None where nothing in it reads like such a list."""
    head = find_head(table.rows, table.merged, vocabulary) or _head_by_values(table, vocabulary)
    if head is None:
        return None
    reasons = reasons_to_blank(head, table.rows[head.last + 1 :], vocabulary)
    rows = blanked(table.rows, head, reasons, table.merged, vocabulary)
    sheet = Sheet(table.name, rows, head.first, head.last, head.titles, ())
    left_out = tuple(LeftOut(at, sheet.title(at), reason) for at, reason in sorted(reasons.items()))
    return Sheet(table.name, rows, head.first, head.last, head.titles, left_out)


def _head_by_values(table: Table, vocabulary: Vocabulary[C]) -> Head | None:
    """For a list whose headings say nothing, or that has none: people by the values of the columns."""
    if not vocabulary.beside_names:
        return None
    head = without_head(table.rows)
    looks = {at: shares(sample(table.rows, at), vocabulary) for at in range(len(head.titles))}
    known = {column for look in looks.values() for column, share in look.items() if share >= SURE}
    if not known.intersection(vocabulary.names) or not known & vocabulary.beside_names:
        return None
    return _heading_above(table, looks, vocabulary) or head


def _heading_above(table: Table, looks: dict[int, dict[C, float]], vocabulary: Vocabulary[C]) -> Head | None:
    """The last of the first rows in which no cell is what its column holds: an unknown heading."""
    strong = {at: [c for c, share in look.items() if share >= SURE] for at, look in looks.items()}
    last = -1
    for number, row in enumerate(table.rows[:SAMPLE]):
        if any(
            vocabulary.fits[c](row[at])
            for at, columns in strong.items()
            for c in columns
            if at < len(row) and row[at] != ""
        ):
            break
        last = number
    if last < 0:
        return None
    return Head(last, last, tuple(Title(lower=str(cell)[:30]) for cell in table.rows[last]))

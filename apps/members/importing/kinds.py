"""The kinds of import. Each app registers its own: how it reads, enters and takes back; the rest is shared.

Upload, dry run, workbook with the reasons, confirmation, undo and their pages are the same for all of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from apps.core.access import Actor, Permission
from apps.members.importing.closing import Progress, Undone, Why
from apps.members.importing.findings import Summary
from apps.members.importing.outcomes import Outcome
from apps.members.importing.vocabulary import Text, Vocabulary
from apps.members.models import ImportBatch


class Found(Protocol):
    """What a dry run found: its figures, and what comes of each row."""

    @property
    def summary(self) -> Summary: ...
    @property
    def outcomes(self) -> list[Outcome]: ...


class Left(NamedTuple):
    """A row that an undo left: where it stands, how it is named, its number, and why."""

    url: str
    label: str
    number: str
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the pages say about a kind of import. `upload_url` and `list_url` are names of URLs."""

    title: Text
    upload_url: str
    list_url: str
    see: Text
    before: Text
    nothing_new: Text
    undo: Text
    removed_unit: Text
    # What is said where several sheets are read at once.
    sheets: Text = ""


def _nothing_stays(_batch: ImportBatch, _actor: Any) -> Iterable[Left]:
    return ()


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """How one kind of import reads, enters and takes back.

    `permission`: needed at the office of the import, besides seeing imports at all. `left`: the rows that an undo had to
    leave, as the actor may see them. `stays`: rows that an undo would have to leave by now for a reason of the calendar.
    """

    code: str
    permission: Permission
    words: Words
    trial: Callable[[ImportBatch, Progress], Found]
    apply: Callable[[Any, ImportBatch, Actor, Progress], None]
    undo: Callable[[ImportBatch, Actor, Progress], Undone]
    left: Callable[[dict[int, Why], Any], Iterable[Left]]
    vocabulary: Vocabulary[Any]
    stays: Callable[[ImportBatch, Any], Iterable[Left]] = _nothing_stays


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Called in `ready()` of the app that brings the kind."""
    _kinds[kind.code] = kind


def kind_named(code: str) -> ImportKind:
    """The kind of this code (`ImportBatch.Kind`)."""
    return _kinds[code]


def kind_of(batch: ImportBatch) -> ImportKind:
    """How this import is read, entered and taken back."""
    return _kinds[batch.kind]


def words_for(actor: Actor) -> list[Words]:
    """The kinds that the actor may bring somewhere, rosters first."""
    held = [kind for kind in _kinds.values() if actor.office_ranges(kind.permission)]
    return [kind.words for kind in sorted(held, key=lambda kind: kind.code != ImportBatch.Kind.ROSTER)]

"""The guessed columns as a person is asked about them: with examples, and nothing in these that should not be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.contacts import NotAPhone, mask_email, mask_phone, normalize_phone
from apps.core.refusals import Refusal
from apps.core.wording import findings
from apps.core.wordlist import Code
from apps.members.importing.blanking import REMOVED
from apps.members.importing.guessing import Memory
from apps.members.importing.heads import head_at, without_head
from apps.members.importing.looks import sample
from apps.members.importing.mapping import Mapping, mapping_of
from apps.members.importing.sheet import Sheet, letter_of
from apps.members.importing.vocabulary import Reason, Vocabulary, plain

C = TypeVar("C", bound=StrEnum)

EXAMPLES = 3
_LONGEST_EXAMPLE = 16
# Rows that a person may say the heading ends in, from its first on.
_HEAD_ROWS = 3


class Basis(StrEnum):
    """Why a column is read as it is."""

    WORDS = auto()
    VALUES = auto()
    MEMORY = auto()


BASES: dict[Basis, str | Promise] = {
    Basis.WORDS: gettext_lazy("按表头识别"),
    Basis.VALUES: gettext_lazy("按内容识别，请核对"),
    Basis.MEMORY: gettext_lazy("按上次的更正"),
}


class BadMapping(Refusal):
    """The columns as chosen cannot be read; the message says why."""

    code = "bad_mapping"


@dataclass(frozen=True)
class Offered(Generic[C]):
    """A column that may be read. `position` counts from 0."""

    position: int
    letter: str
    title: str
    examples: tuple[str, ...]
    column: C | None
    basis: Basis | None
    reason: Reason | None


def offered(
    sheet: Sheet, mapping: Mapping[C], memory: Memory[C], vocabulary: Vocabulary[C]
) -> list[Offered[C]]:
    """The columns of a sheet that were not emptied, as `mapping` reads them."""
    emptied = {left.position for left in sheet.blanked}
    reasons = {left.position: left.reason for left in mapping.left_out}
    read = {at: column for column, at in mapping.columns.items()}
    return [
        Offered(
            position=at,
            letter=letter_of(at),
            title=title.text,
            examples=examples(sample(sheet.body, at)),
            column=read.get(at),
            basis=_basis(sheet, at, read[at], memory, vocabulary) if at in read else None,
            reason=reasons.get(at),
        )
        for at, title in enumerate(sheet.titles)
        if at not in emptied and (title.text or sheet.is_filled(at))
    ]


def _basis(sheet: Sheet, position: int, column: C, memory: Memory[C], vocabulary: Vocabulary[C]) -> Basis:
    title = sheet.titles[position]
    if memory.get(plain(title.text)) is column and title.text:
        return Basis.MEMORY
    words = vocabulary.words_of(title)
    return Basis.WORDS if words and words.column is column else Basis.VALUES


def examples(values: Sequence[Any]) -> tuple[str, ...]:
    """The first different values, masked where they reach a person, hidden where they say what is not recorded."""
    return tuple(dict.fromkeys(map(_example, values)))[:EXAMPLES]


def _example(value: Any) -> str:
    text = " ".join(str(int(value) if isinstance(value, float) and value.is_integer() else value).split())
    if REMOVED in text or any(found.code is not Code.CONTACT for found in findings(text)):
        return _("（已隐藏）")
    if "@" in text:
        return mask_email(text)[:_LONGEST_EXAMPLE]
    try:
        return mask_phone(normalize_phone(value))
    except NotAPhone:
        return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}…"


def head_choices(sheet: Sheet) -> list[tuple[str, str]]:
    """The rows in which the heading may end, as (index, words)."""
    rows = range(sheet.head_from, min(sheet.head_from + _HEAD_ROWS, len(sheet.rows)))
    found = [(str(row), _("第 %(row)d 行") % {"row": row + 1}) for row in rows]
    # Where none was found there is none to be cut: the rows are people, or become a heading.
    return [("-1", _("没有表头")), *found] if sheet.head_to < sheet.head_from else found


def with_head(sheet: Sheet, head_to: int) -> Sheet:
    """The sheet with its heading ending in another row. What was emptied stays so."""
    if head_to == sheet.head_to:
        return sheet
    if head_to < sheet.head_from:
        return replace(sheet, head_to=-1, head_from=0, titles=without_head(sheet.rows).titles)
    width = len(sheet.titles)
    titles = head_at(sheet.rows, (), sheet.head_from, head_to).titles[:width]
    padded = titles + without_head([[""] * (width - len(titles))]).titles
    return replace(sheet, head_to=head_to, titles=padded)


def corrected(sheet: Sheet, chosen: dict[int, C | None], vocabulary: Vocabulary[C]) -> Mapping[C]:
    """The mapping in which columns (by position) are read as chosen. Raises BadMapping."""
    columns: dict[C, int] = {}
    group_of = vocabulary.group_of
    for at, column in chosen.items():
        if column is None:
            continue
        if group_of(column) in map(group_of, columns):
            label = vocabulary.labels[group_of(column)]
            raise BadMapping(_("“%(column)s”只能选一列") % {"column": label}, field=f"column_{at}")
        columns[column] = at
    if missing := vocabulary.missing(columns):
        raise BadMapping(_("请指明哪一列是%(columns)s") % {"columns": vocabulary.told(missing)})
    return mapping_of(sheet, columns)

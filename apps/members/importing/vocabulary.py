"""What one kind of list calls its columns and what their values look like: all that reading its sheets must know of it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.listed import listed
from apps.core.widths import half_width

Text = str | Promise
C = TypeVar("C", bound=StrEnum)
# Whether a value may stand in a column of this meaning.
Fit = Callable[[object], bool]

_LONGEST = 30


class Reason(StrEnum):
    """Why a column is not read. Columns of the first five kinds are blanked in the first read of an upload."""

    NOT_KEPT = auto()
    IDENTITY = auto()
    CONTENT = auto()
    OTHERS = auto()
    UNKNOWN = auto()
    DOUBLE = auto()
    DOUBTED = auto()
    CHOSEN = auto()


REASONS: dict[Reason, Text] = {
    Reason.NOT_KEPT: _("登记范围以外的内容，不读入、不保存"),
    Reason.IDENTITY: _("内容是证件或银行卡号码，不读入、不保存"),
    Reason.CONTENT: _("内容属于不登记的信息，不读入、不保存"),
    Reason.OTHERS: _("涉及其他人，不读入、不保存"),
    Reason.UNKNOWN: _("不认识的列，未读入"),
    Reason.DOUBLE: _("与另一列含义相同，取了另一列"),
    Reason.DOUBTED: _("列名与内容不符，请核对"),
    Reason.CHOSEN: _("按您的选择不读入"),
}


@dataclass(frozen=True)
class Words(Generic[C]):
    """What a heading says: a column, and how surely (0 to 10)."""

    column: C
    score: float


@dataclass(frozen=True)
class Title:
    """The heading of one column: the group above it, and its own words."""

    upper: str = ""
    lower: str = ""

    @property
    def text(self) -> str:
        """As it is shown: 联系方式/手机."""
        return "/".join(dict.fromkeys(part for part in (self.upper, self.lower) if part))


@dataclass(frozen=True, eq=False, kw_only=True)
class Vocabulary(Generic[C]):
    """The columns of one kind of list.

    `names`: what a line is about, one of them must be read; `needed`: what must be read besides. `words` are known
    headings, divided by |; `contained` what a heading may contain, the more telling first. `others` are headings about
    other people, `not_kept` what is not recorded: both are emptied, unless the heading is a known one.
    """

    column: type[C]
    labels: Mapping[C, Text]
    words: Mapping[C, str]
    contained: Sequence[tuple[C, re.Pattern[str]]] = ()
    fits: Mapping[C, Fit]
    names: tuple[C, ...]
    number: C
    needed: tuple[C, ...] = ()
    others: re.Pattern[str]
    not_kept: re.Pattern[str]
    # Said where no sheet has such a heading.
    no_head: Text
    # How many columns make a heading, where one of them names what lines are about.
    fewest: int = 2
    # Columns that say the same in different ways: only one of a group is read.
    same: Mapping[C, C] = field(default_factory=dict)
    # Columns whose values look like those of another; those that may hold anything; those of text that each line guards.
    looks_like: Mapping[C, C] = field(default_factory=dict)
    free: tuple[C, ...]
    texts: tuple[C, ...] = ()
    # Values that tell by themselves what they are, whatever the heading says; those that do where it says nothing; those
    # that contradict a heading.
    telling: tuple[C, ...]
    telling_alone: tuple[C, ...]
    contradicting: tuple[C, ...]
    # One value of these is enough to tell.
    enough: tuple[C, ...] = ()
    # In which no value stands often.
    varied: tuple[C, ...] = ()
    # A person's own telephone, and headings of which it is the second choice.
    phone: C | None = None
    second_choice: re.Pattern[str] | None = None
    # Merged over several rows, one value is meant for each.
    spread: frozenset[C]
    # By values alone a sheet is such a list where it has a name and one of these.
    beside_names: frozenset[C] = frozenset()
    # Whether lines of an office that is no town must say the town.
    place: C | None = None

    def group_of(self, column: C) -> C:
        return self.same.get(column, column)

    def missing(self, found: Collection[C]) -> list[C]:
        """What must be read and is not."""
        named = [] if set(self.names) & set(found) else [self.names[0]]
        return named + [column for column in self.needed if column not in found]

    def told(self, columns: Collection[C]) -> str:
        """These columns, as people are told of them."""
        return listed(str(self.labels[column]) for column in columns)

    def headings_but(self, read: Collection[C]) -> list[str]:
        """The headings to recommend for what is not read yet, one for each column."""
        groups = {self.group_of(column) for column in read}
        wanted = [c for c in self.words if c not in self.same and self.group_of(c) not in groups]
        return [self.words[column].split("|")[0] for column in wanted]

    def meaning_of(self, heading: str) -> Words[C] | None:
        """What the words of a heading mean; None where they say nothing we know, or what must not be kept."""
        return _meaning(self, heading)

    def reason_against(self, heading: str) -> Reason | None:
        """Why a column of this heading must not be kept."""
        return _against(self, heading)

    def words_of(self, title: Title) -> Words[C] | None:
        """What a heading of one row or two means."""
        if self.against(title):
            return None
        upper, lower = title.upper, title.lower
        return self.meaning_of(lower or upper) or (
            self.meaning_of(upper + lower) if upper and lower else None
        )

    def against(self, title: Title) -> Reason | None:
        return self.reason_against(title.lower) or self.reason_against(title.upper)


@lru_cache(maxsize=16)
def _known(vocabulary: Vocabulary[Any]) -> dict[str, Any]:
    return {word: column for column, words in vocabulary.words.items() for word in words.split("|")}


@lru_cache(maxsize=8192)
def _meaning(vocabulary: Vocabulary[Any], heading: str) -> Words[Any] | None:
    word, known = plain(heading), _known(vocabulary)
    if not word or len(word) > _LONGEST or _against(vocabulary, heading):
        return None
    if column := known.get(word):
        return Words(column, 10)
    # 姓名（必填）, 手机号码（11位）: what stands before the bracket.
    before = plain(re.split(r"[(（\[【]", heading.strip(), maxsplit=1)[0])
    if column := known.get(before):
        return Words(column, 9)
    column = next((column for column, pattern in vocabulary.contained if pattern.search(word)), None)
    if column is None:
        return None
    second = column is vocabulary.phone and vocabulary.second_choice
    return Words(column, 5.5 if second and second.search(word) else 7)


@lru_cache(maxsize=8192)
def _against(vocabulary: Vocabulary[Any], heading: str) -> Reason | None:
    word = plain(heading)
    if word in _known(vocabulary):
        return None
    if vocabulary.others.search(word):
        return Reason.OTHERS
    return Reason.NOT_KEPT if vocabulary.not_kept.search(word) else None


def plain(title: object) -> str:
    """A heading without spaces, brackets and line ends, in half width and lower case."""
    return re.sub(r"[\s()\[\]【】〔〕*★/、,，;；:_·\"“”'-]", "", half_width(str(title or ""))).lower()


def says_nothing(title: str) -> bool:
    """A heading that is none, or a place-holder: 备用1, 列2, 字段3."""
    return not re.sub(
        r"备用|其他|其它|预留|扩展|字段|列|column|field|[a-z]?[0-9]*|[一二三四五六七八九十]", "", plain(title)
    )

"""Which column of a sheet is which: a small score from the words of its heading, from memory and from its values.

| what speaks for a meaning | points |
|---|---|
| the office mapped this heading so before | 20 |
| the heading is a known wording; begins with one; contains one | 10; 9; 7 (a telephone of the office: 5.5) |
| the share of values that fit | up to 4 |
| no words, but at least 80 % of the values fit | up to 6 (mobile numbers: 10) |

From 5 points on a column is taken; of two for one meaning the one with more points. A heading whose values are something
else (电话 over dates) is doubted and not taken: a person decides.
"""

from collections.abc import Mapping as Dict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from apps.members.importing.looks import HARDLY, SURE, is_mobile, sample, shares
from apps.members.importing.vocabulary import Reason, Title, Vocabulary, plain, says_nothing

C = TypeVar("C", bound=StrEnum)

TAKEN = 5.0
REMEMBERED, BY_VALUES, WITH_VALUES = 20.0, 6.0, 4.0
# A mobile is a person's own: better than a telephone of the office with the word over it.
OWN_PHONE = 4.0
# Headings as the office mapped them before; None: left out.
Memory = Dict[str, C | None]


@dataclass(frozen=True)
class Guess(Generic[C]):
    """What one column may be."""

    position: int
    scores: dict[C, float]
    by_words: bool
    is_doubted: bool = False
    # The office chose not to read it.
    is_declined: bool = False


@dataclass(frozen=True)
class Guesses(Generic[C]):
    """The columns taken, why others are not, and whether everything was said in known words."""

    columns: dict[C, int]
    reasons: dict[int, Reason]
    is_certain: bool


def guess_columns(
    titles: Sequence[Title],
    body: Sequence[Sequence[Any]],
    blanked: Set[int],
    memory: Memory[C],
    vocabulary: Vocabulary[C],
) -> Guesses[C]:
    """`blanked` are the positions of columns that were emptied; they are not looked at."""
    guesses = [
        guess_column(at, title, sample(body, at), memory, vocabulary)
        for at, title in enumerate(titles)
        if at not in blanked
    ]
    columns: dict[C, int] = {}
    group_of = vocabulary.group_of
    for _score, position, column in _offers(guesses):
        if position not in columns.values() and group_of(column) not in map(group_of, columns):
            columns[column] = position
    left = [guess for guess in guesses if guess.position not in columns.values()]
    reasons = {guess.position: _reason(guess) for guess in left if guess.scores or guess.is_doubted}
    surely = all(guess.by_words for guess in guesses if guess.position in columns.values())
    return Guesses(columns, reasons, surely and not any(guess.is_doubted for guess in guesses))


def _offers(guesses: Sequence[Guess[C]]) -> list[tuple[float, int, C]]:
    """What may be taken, the best first, of equals the one further left."""
    return sorted(
        (-score, guess.position, column)
        for guess in guesses
        for column, score in guess.scores.items()
        if score >= TAKEN
    )


def _reason(guess: Guess[Any]) -> Reason:
    if guess.is_declined:
        return Reason.CHOSEN
    if guess.is_doubted:
        return Reason.DOUBTED
    return Reason.DOUBLE if max(guess.scores.values()) >= TAKEN else Reason.UNKNOWN


def guess_column(
    position: int, title: Title, values: Sequence[Any], memory: Memory[C], vocabulary: Vocabulary[C]
) -> Guess[C]:
    """What one column may be, by memory, words and values."""
    looks = shares(values, vocabulary)
    heading = plain(title.text)
    if heading and heading in memory:
        column = memory[heading]
        scores: dict[C, float] = {column: REMEMBERED} if column else {}
        return Guess(position, scores or dict.fromkeys(looks, 0.0), True, is_declined=column is None)
    if words := vocabulary.words_of(title):
        share = looks.get(vocabulary.looks_like.get(words.column, words.column), 0.0)
        if _is_doubted(words.column, looks, len(values), vocabulary):
            return Guess(position, {}, True, is_doubted=True)
        return Guess(position, {words.column: words.score + WITH_VALUES * share}, True)
    return Guess(position, _by_values(title, looks, values, vocabulary), by_words=False)


def _is_doubted(column: C, looks: Dict[C, float], number: int, vocabulary: Vocabulary[C]) -> bool:
    """Whether the values are clearly something else than the heading says."""
    if column in vocabulary.free or number < 3:
        return False
    own = looks.get(vocabulary.looks_like.get(column, column), 0.0)
    others = [share for other, share in looks.items() if other in vocabulary.contradicting]
    return own <= HARDLY and max(others) >= SURE


def _by_values(
    title: Title, looks: Dict[C, float], values: Sequence[Any], vocabulary: Vocabulary[C]
) -> dict[C, float]:
    telling = vocabulary.telling + (vocabulary.telling_alone if says_nothing(title.text) else ())
    scores = {
        column: BY_VALUES * looks[column] if len(values) >= 2 or column in vocabulary.enough else 0.0
        for column in telling
        if looks.get(column, 0.0) >= SURE
    }
    phone = vocabulary.phone
    if phone in scores and sum(map(is_mobile, values)) >= SURE * len(values):
        scores[phone] += OWN_PHONE
    return scores

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
from typing import Any

from apps.members.importing.columns import Column, Reason, group_of, plain, says_nothing
from apps.members.importing.heads import Title
from apps.members.importing.looks import HARDLY, SURE, is_mobile, sample, shares

TAKEN = 5.0
REMEMBERED, BY_VALUES, WITH_VALUES = 20.0, 6.0, 4.0
# A mobile is a person's own: better than a telephone of the office with the word over it.
OWN_PHONE = 4.0
# Values that tell by themselves what they are, whatever the heading says.
TELLING = (Column.PHONE, Column.EMAIL, Column.GENDER, Column.CATEGORY, Column.TOWN, Column.NAME)
# Values that tell only where the heading says nothing: a date may be any date.
_TELLING_ALONE = (Column.BIRTH, Column.EMPLOYER, Column.ASSOCIATION, Column.TITLE)
# One phone number is one; one word of two characters may be anything.
_ENOUGH = {Column.PHONE: 1, Column.EMAIL: 1}
_LOOKS_LIKE = {
    Column.CONSENTED_ON: Column.BIRTH,
    Column.EMPLOYER_DEPARTMENT: Column.EMPLOYER,
}
_FREE = (Column.NUMBER, Column.CONSENT, Column.EMPLOYER_TITLE)

# Headings as the office mapped them before; None: left out.
Memory = Dict[str, Column | None]


@dataclass(frozen=True)
class Guess:
    """What one column may be."""

    position: int
    scores: dict[Column, float]
    by_words: bool
    is_doubted: bool = False
    # The office chose not to read it.
    is_declined: bool = False


@dataclass(frozen=True)
class Guesses:
    """The columns taken, why others are not, and whether everything was said in known words."""

    columns: dict[Column, int]
    reasons: dict[int, Reason]
    is_certain: bool


def guess_columns(
    titles: Sequence[Title], body: Sequence[Sequence[Any]], blanked: Set[int], memory: Memory
) -> Guesses:
    """`blanked` are the positions of columns that were emptied; they are not looked at."""
    guesses = [
        guess_column(at, title, sample(body, at), memory)
        for at, title in enumerate(titles)
        if at not in blanked
    ]
    columns: dict[Column, int] = {}
    for _score, position, column in _offers(guesses):
        if position not in columns.values() and group_of(column) not in map(group_of, columns):
            columns[column] = position
    left = [guess for guess in guesses if guess.position not in columns.values()]
    reasons = {guess.position: _reason(guess) for guess in left if guess.scores or guess.is_doubted}
    surely = all(guess.by_words for guess in guesses if guess.position in columns.values())
    return Guesses(columns, reasons, surely and not any(guess.is_doubted for guess in guesses))


def _offers(guesses: Sequence[Guess]) -> list[tuple[float, int, Column]]:
    """What may be taken, the best first, of equals the one further left."""
    return sorted(
        (-score, guess.position, column)
        for guess in guesses
        for column, score in guess.scores.items()
        if score >= TAKEN
    )


def _reason(guess: Guess) -> Reason:
    if guess.is_declined:
        return Reason.CHOSEN
    if guess.is_doubted:
        return Reason.DOUBTED
    return Reason.DOUBLE if max(guess.scores.values()) >= TAKEN else Reason.UNKNOWN


def guess_column(position: int, title: Title, values: Sequence[Any], memory: Memory) -> Guess:
    """What one column may be, by memory, words and values."""
    looks = shares(values)
    heading = plain(title.text)
    if heading and heading in memory:
        column = memory[heading]
        scores: dict[Column, float] = {column: REMEMBERED} if column else {}
        return Guess(position, scores or dict.fromkeys(looks, 0.0), True, is_declined=column is None)
    if words := title.words:
        share = looks.get(_LOOKS_LIKE.get(words.column, words.column), 0.0)
        if _is_doubted(words.column, looks, len(values)):
            return Guess(position, {}, True, is_doubted=True)
        return Guess(position, {words.column: words.score + WITH_VALUES * share}, True)
    return Guess(position, _by_values(title, looks, values), by_words=False)


def _is_doubted(column: Column, looks: Dict[Column, float], number: int) -> bool:
    """Whether the values are clearly something else than the heading says."""
    if column in _FREE or number < 3:
        return False
    own = looks.get(_LOOKS_LIKE.get(column, column), 0.0)
    others = [share for other, share in looks.items() if other in (*TELLING, Column.BIRTH)]
    return own <= HARDLY and max(others) >= SURE


def _by_values(title: Title, looks: Dict[Column, float], values: Sequence[Any]) -> dict[Column, float]:
    telling = (*TELLING, *_TELLING_ALONE) if says_nothing(title.text) else TELLING
    scores = {
        column: BY_VALUES * looks[column] if len(values) >= _ENOUGH.get(column, 2) else 0.0
        for column in telling
        if looks.get(column, 0.0) >= SURE
    }
    if Column.PHONE in scores and sum(map(is_mobile, values)) >= SURE * len(values):
        scores[Column.PHONE] += OWN_PHONE
    return scores

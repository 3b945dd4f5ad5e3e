"""How often each answer was given, as one text of constant length: what the sealed tally of a survey holds.

There is no row per answer, so none can be tied to who gave it. The text is as long with no answer as with thousands:
sealed, it tells nothing by its length either (docs/decisions/0024).
"""

from collections.abc import Mapping
from itertools import product

from apps.assessment.surveys.questions import Ballot, Opinion, Question

Counts = Mapping[tuple[Question, Opinion], int]
CELLS = tuple(product(Question, Opinion))
_DIGITS = 6


def nothing() -> str:
    return _written(dict.fromkeys(CELLS, 0))


def read(text: str) -> dict[tuple[Question, Opinion], int]:
    numbers = (int(text[at : at + _DIGITS]) for at in range(0, len(CELLS) * _DIGITS, _DIGITS))
    return dict(zip(CELLS, numbers, strict=True))


def add(text: str, ballot: Ballot) -> str:
    """The tally with one more ballot. A question without an answer counts as no opinion."""
    counts = read(text)
    for question in Question:
        counts[question, ballot.get(question, Opinion.UNKNOWN)] += 1
    return _written(counts)


def sheets(counts: Counts) -> int:
    """How many ballots it was made of: each has one opinion to each question."""
    return sum(counts[Question.OVERALL, opinion] for opinion in Opinion)


def _written(counts: Counts) -> str:
    return "".join(f"{counts[cell]:0{_DIGITS}d}" for cell in CELLS)

"""What a rule is given to score: figures, items, marks, answers, verdicts of one office. Plain data."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.assessment.numbers import plain


@dataclass(frozen=True)
class Figure:
    """A counted or declared figure of one office and period; without a denominator it is a plain count."""

    numerator: Decimal
    denominator: Decimal | None = None

    @property
    def value(self) -> Fraction | None:
        """The rate, or the count; None where the denominator is 0 (不适用, never 0 % or 100 %)."""
        if self.denominator is None:
            return Fraction(self.numerator)
        return Fraction(self.numerator) / Fraction(self.denominator) if self.denominator else None

    def __str__(self) -> str:
        if self.denominator is None:
            return plain(self.numerator)
        return f"{plain(self.numerator)}/{plain(self.denominator)}"


@dataclass(frozen=True)
class Item:
    """One thing that earns points: which matter it is about, and at which level (or: which levels it has reached)."""

    matter: str
    levels: frozenset[str]


@dataclass(frozen=True)
class Answers:
    """A closed survey: 满意 + 基本满意, and all valid answers."""

    satisfied: int
    valid: int


class Outcome(StrEnum):
    MET = "met"
    PART = "part"
    NOT_MET = "not_met"


@dataclass(frozen=True)
class Verdict:
    """A reviewer's word on a manual item; `points` only where it is met in part."""

    outcome: Outcome
    points: Decimal = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """The office's own value and the values of every office of its group that has one (its own included)."""

    value: Fraction
    group: tuple[Fraction, ...]


@dataclass(frozen=True)
class Ruling:
    """异议复核 or a correction: the item's points as people set them, before any re-basing."""

    points: Decimal


Evidence = Figure | Answers | Verdict | Standing | Ruling | tuple[Item | Decimal, ...]

"""Rule kinds of an assessment and their scoring: pure functions, no database (guide: scoring).

A rule is data (a frozen dataclass); `score` takes what was counted, declared or judged for one office and gives a
`Score`; `text` is the Chinese sentence shown to people, made from the same data. `None` as evidence is a real state:
nobody has decided yet (未评). Arithmetic is exact (`Fraction`) until the one rounding at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from django.utils.translation import gettext as _

from apps.assessment.evidence import Answers, Figure, Item, Outcome, Standing, Verdict
from apps.assessment.numbers import percent, plain, round_half_up
from apps.core.listed import listed

# Below this many judges nothing is dropped: the mean would rest on too few.
JUDGES_FOR_DROPPING = 5


class State(StrEnum):
    SCORED = "scored"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Score:
    """One item's outcome. `exact` is unrounded, in points (negative for a deduction); `steps` is the sum in words."""

    state: State
    exact: Fraction = Fraction(0)
    steps: str = ""

    @property
    def points(self) -> Decimal | None:
        """Rounded half up to 2 places; None while there is nothing to show."""
        return round_half_up(self.exact) if self.state == State.SCORED else None


def undecided() -> Score:
    return Score(State.UNDECIDED, steps=_("尚未评定"))


def scored(exact: Fraction | Decimal | int, steps: str) -> Score:
    return Score(State.SCORED, Fraction(exact), steps)


# The rules ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ratio:
    """Points × min(value / target, 1)."""

    kind: ClassVar[str] = "ratio"
    points: Decimal
    target: Decimal
    unit: str = "%"
    # Where the office should have made the thing (meetings, plan, venues), nothing made is 0 points, not 不适用.
    owed: bool = False

    def text(self) -> str:
        return _("达到%(target)s得 %(points)s 分，不足的按比例得分。") % {
            "target": _amount(self.target, self.unit),
            "points": plain(self.points),
        }

    def score(self, figure: Figure | None) -> Score:
        if figure is None:
            return undecided()
        value = figure.value
        if value is None:
            return _empty(self.owed)
        exact = Fraction(self.points) * min(value / Fraction(self.target), Fraction(1))
        words = {
            "points": plain(self.points),
            "figure": figure,
            "target": _amount(self.target, self.unit).strip(),
            "result": round_half_up(exact),
        }
        if value >= Fraction(self.target):
            return scored(exact, _("%(figure)s，达到 %(target)s，得满分 %(points)s 分") % words)
        steps = _("%(points)s × %(figure)s ÷ %(target)s = %(result)s") % words
        return scored(exact, steps)


@dataclass(frozen=True)
class Ladder:
    """The points of the highest step reached; `steps` are (value, points), by value descending."""

    kind: ClassVar[str] = "ladder"
    points: Decimal
    steps: tuple[tuple[Decimal, Decimal], ...]
    unit: str = "%"
    owed: bool = False

    def text(self) -> str:
        parts = [
            _("达到%(value)s得 %(points)s 分") % {"value": _amount(value, self.unit), "points": plain(points)}
            for value, points in self.steps
            if value > 0 or points > 0
        ]
        return "；".join([*parts, _("未达到的不得分")]) + "。"

    def score(self, figure: Figure | None) -> Score:
        if figure is None:
            return undecided()
        value = figure.value
        if value is None:
            return _empty(self.owed)
        reached = [(step, points) for step, points in self.steps if value >= Fraction(step)]
        shown = percent(value) if self.unit == "%" else plain(value)
        if not reached:
            return scored(0, _("%(value)s，未达到最低一档") % {"value": shown})
        step, points = max(reached)
        words = {"value": shown, "step": _amount(step, self.unit), "points": plain(points)}
        return scored(points, _("%(value)s，达到%(step)s一档，得 %(points)s 分") % words)


@dataclass(frozen=True)
class PerItem:
    """n × each, at most `cap` (None: only the section's cap holds)."""

    kind: ClassVar[str] = "per_item"
    each: Decimal
    cap: Decimal | None = None

    def text(self) -> str:
        return _("每件得 %(each)s 分") % {"each": plain(self.each)} + _at_most(self.cap)

    def score(self, figure: Figure | None) -> Score:
        if figure is None:
            return undecided()
        exact = _capped(Fraction(figure.numerator) * Fraction(self.each), self.cap)
        words = {"n": plain(figure.numerator), "each": plain(self.each), "result": round_half_up(exact)}
        return scored(exact, _("%(n)s 件 × %(each)s 分，得 %(result)s 分") % words)


@dataclass(frozen=True)
class LadderItems:
    """Σ over matters of the points of the matter's highest level, at most `cap`; `levels` from low to high."""

    kind: ClassVar[str] = "ladder_items"
    levels: tuple[tuple[str, Decimal], ...]
    cap: Decimal | None = None

    def text(self) -> str:
        parts = [f"{name} {plain(points)} " + _("分") for name, points in self.levels]
        return _("每件按级别得分（") + listed(parts) + _("），同一事项按最高级计一次") + _at_most(self.cap)

    def score(self, items: Iterable[Item] | None) -> Score:
        if items is None:
            return undecided()
        worth = dict(self.levels)
        best: dict[str, Decimal] = {}
        for item in items:
            points = max((worth[level] for level in item.levels if level in worth), default=Decimal(0))
            best[item.matter] = max(points, best.get(item.matter, Decimal(0)))
        exact = _capped(Fraction(sum(best.values(), Decimal(0))), self.cap)
        words = {"n": len(best), "result": round_half_up(exact)}
        return scored(exact, _("%(n)s 个事项，得 %(result)s 分") % words)


@dataclass(frozen=True)
class CumulativeItems:
    """Per matter, the points of all levels it has reached add up; `levels` are (name, points)."""

    kind: ClassVar[str] = "cumulative_items"
    levels: tuple[tuple[str, Decimal], ...]
    cap: Decimal | None = None

    def text(self) -> str:
        parts = [f"{name} {plain(points)} " + _("分") for name, points in self.levels]
        return _("每件逐级累计得分（") + listed(parts) + "）" + _at_most(self.cap)

    def score(self, items: Iterable[Item] | None) -> Score:
        if items is None:
            return undecided()
        worth = dict(self.levels)
        reached: dict[str, set[str]] = {}
        for item in items:
            reached.setdefault(item.matter, set()).update(item.levels & worth.keys())
        earned = sum((worth[level] for levels in reached.values() for level in levels), Decimal(0))
        exact = _capped(Fraction(earned), self.cap)
        words = {"n": len(reached), "result": round_half_up(exact)}
        return scored(exact, _("%(n)s 件，累计得 %(result)s 分") % words)


@dataclass(frozen=True)
class Deduct:
    """− n × each, down to `cap`."""

    kind: ClassVar[str] = "deduct"
    each: Decimal
    cap: Decimal | None = None

    def text(self) -> str:
        limit = _("，最多扣 %(cap)s 分。") % {"cap": plain(self.cap)} if self.cap is not None else "。"
        return _("每件扣 %(each)s 分") % {"each": plain(self.each)} + limit

    def score(self, figure: Figure | None) -> Score:
        if figure is None:
            return undecided()
        exact = -_capped(Fraction(figure.numerator) * Fraction(self.each), self.cap)
        words = {"n": plain(figure.numerator), "each": plain(self.each), "result": round_half_up(-exact)}
        return scored(exact, _("%(n)s 件 × %(each)s 分，扣 %(result)s 分") % words)


@dataclass(frozen=True)
class Judged:
    """The mean of the judges' points; undecided until all `judges` have spoken."""

    kind: ClassVar[str] = "judged"
    points: Decimal
    judges: int
    drop_extremes: bool = False
    # (points, what it looks like): what the judges go by.
    descriptors: tuple[tuple[Decimal, str], ...] = ()

    def text(self) -> str:
        parts = [_("%(n)s 名评委独立评分取平均分") % {"n": self.judges}]
        if self.drop_extremes and self.judges >= JUDGES_FOR_DROPPING:
            parts.append(_("去掉一个最高分和一个最低分"))
        if self.descriptors:
            scale = "；".join(f"{plain(points)} {_('分')}：{words}" for points, words in self.descriptors)
            parts.append(_("参考：%(scale)s") % {"scale": scale})
        return "，".join(parts) + "。"

    def score(self, marks: Iterable[Decimal] | None) -> Score:
        given = sorted(min(max(mark, Decimal(0)), self.points) for mark in marks or ())
        if len(given) < self.judges:
            return undecided()
        if self.drop_extremes and len(given) >= JUDGES_FOR_DROPPING:
            given = given[1:-1]
        exact = Fraction(sum(given, Decimal(0))) / len(given)
        words = {"n": len(given), "result": round_half_up(exact)}
        return scored(exact, _("%(n)s 个有效评分的平均分 %(result)s") % words)


@dataclass(frozen=True)
class Survey:
    """Points × min(satisfaction / target, 1); too few answers: not applicable."""

    kind: ClassVar[str] = "survey"
    points: Decimal
    target: Decimal
    minimum_answers: int

    def text(self) -> str:
        return _(
            "满意率（满意与基本满意占有效答卷）达到%(target)s得 %(points)s 分，不足的按比例得分；有效答卷少于 %(minimum)s 份的不适用。"
        ) % {
            "target": percent(self.target),
            "points": plain(self.points),
            "minimum": self.minimum_answers,
        }

    def score(self, answers: Answers | None) -> Score:
        if answers is None:
            return undecided()
        if answers.valid < max(self.minimum_answers, 1):
            return Score(State.NOT_APPLICABLE, steps=_("有效答卷不足，不适用"))
        rate = Fraction(answers.satisfied, answers.valid)
        exact = Fraction(self.points) * min(rate / Fraction(self.target), Fraction(1))
        words = {"rate": percent(rate), "target": percent(self.target), "result": round_half_up(exact)}
        return scored(exact, _("满意率 %(rate)s ÷ %(target)s，得 %(result)s 分") % words)


@dataclass(frozen=True)
class Manual:
    """Met, met in part, or not met: a reviewer's word, with evidence."""

    kind: ClassVar[str] = "manual"
    points: Decimal

    def text(self) -> str:
        return _("完成得 %(points)s 分，部分完成酌情得分，未完成不得分，须附佐证。") % {
            "points": plain(self.points)
        }

    def score(self, verdict: Verdict | None) -> Score:
        if verdict is None:
            return undecided()
        if verdict.outcome == Outcome.PART:
            points = min(max(verdict.points, Decimal(0)), self.points)
            return scored(points, _("部分完成，得 %(points)s 分") % {"points": plain(points)})
        if verdict.outcome == Outcome.MET:
            return scored(self.points, _("完成，得 %(points)s 分") % {"points": plain(self.points)})
        return scored(0, _("未完成"))


@dataclass(frozen=True)
class Rank:
    """Points × (1 − (rank − 1)/(n − 1) × spread) inside the group; ties share the better rank."""

    kind: ClassVar[str] = "rank"
    points: Decimal
    # How much of the points lies between the first and the last: 1 gives the last 0, 0.4 gives it 60 %.
    spread: Decimal = field(default=Decimal(1))

    def text(self) -> str:
        return _("按组内名次得分：第一名得 %(points)s 分，末位得 %(last)s 分，其间等距，并列取较好名次。") % {
            "points": plain(self.points),
            "last": plain(Fraction(self.points) * (1 - Fraction(self.spread))),
        }

    def score(self, standing: Standing | None) -> Score:
        if standing is None:
            return undecided()
        size = len(standing.group)
        rank = 1 + sum(other > standing.value for other in standing.group)
        lost = Fraction(rank - 1, size - 1) * Fraction(self.spread) if size > 1 else Fraction(0)
        exact = Fraction(self.points) * (1 - lost)
        words = {"n": size, "rank": rank, "result": round_half_up(exact)}
        return scored(exact, _("组内 %(n)s 个单位中第 %(rank)s 名，得 %(result)s 分") % words)


Rule = Ratio | Ladder | PerItem | LadderItems | CumulativeItems | Deduct | Judged | Survey | Manual | Rank


def _amount(value: Decimal, unit: str) -> str:
    return f" {percent(value)} " if unit == "%" else f" {plain(value)} {unit}"


def _at_most(cap: Decimal | None) -> str:
    return _("，最高 %(cap)s 分。") % {"cap": plain(cap)} if cap is not None else "。"


def _capped(value: Fraction, cap: Decimal | None) -> Fraction:
    return value if cap is None else min(value, Fraction(cap))


def _empty(owed: bool) -> Score:
    if owed:
        return scored(0, _("应有而没有，得 0 分"))
    return Score(State.NOT_APPLICABLE, steps=_("本期没有应计对象，不适用"))

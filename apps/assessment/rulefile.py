"""Reads the rule of one item from a scheme file and checks that it can be fulfilled as written."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.assessment.numbers import plain
from apps.assessment.reading import Node, as_decimal, has_too_many_places
from apps.assessment.rules import (
    JUDGES_FOR_DROPPING,
    CumulativeItems,
    Deduct,
    Judged,
    Ladder,
    LadderItems,
    Manual,
    PerItem,
    Rank,
    Ratio,
    Rule,
    Survey,
)
from apps.assessment.surveys.questions import FEWEST_ANSWERS
from apps.assessment.totals import Part
from apps.core.listed import listed

MOST_JUDGES = 50
LONGEST_UNIT = 10
# As long as the level of a declared matter may be.
LONGEST_LEVEL = 20
LONGEST_DESCRIPTION = 200


@dataclass(frozen=True)
class MetricFacts:
    """What a scheme must know about a metric of the registry."""

    unit: str
    is_rate: bool
    # Where the office should have made the thing, a denominator of 0 is 0 points.
    owed: bool = False
    # Context only (visits made): may be shown, never scored.
    scorable: bool = True
    # Counts about members: leaving must lower no score, and a rank in the group would.
    about_members: bool = False


_Reader = Callable[[Node, Decimal, "MetricFacts | None", Part], Rule]


def read_rule(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    """The rule of an item; `facts` are those of its metric, None where the figure is declared or judged."""
    kind = node.text("rule", required=True)
    reader = _READERS.get(kind)
    if reader is None:
        if kind:
            words = {"kind": kind[:40], "kinds": listed(_READERS)}
            node.complain(_("没有“%(kind)s”这种计分规则，可用：%(kinds)s") % words, "rule")
        return Manual(points)
    if part != Part.BASE and kind not in {"per_item", "ladder_items", "cumulative_items", "deduct"}:
        node.complain(_("加分项和扣分项只能按件计分"), "rule")
    return reader(node, points, facts, part)


def _unit(node: Node, facts: MetricFacts | None, bound: Decimal) -> str:
    """“%” for a rate, else the unit of the count. A declared figure is a rate when its bound is at most 1."""
    if facts is not None:
        return "%" if facts.is_rate else facts.unit
    unit = node.text("unit", most=LONGEST_UNIT)
    return "%" if bound <= 1 else unit


def _ratio(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    target = node.number("target")
    unit = _unit(node, facts, target)
    if unit == "%" and target > 1:
        node.complain(_("目标值 %(target)s 超过 100%%，达不到") % {"target": plain(target)}, "target")
    return Ratio(points, target, unit, owed=bool(facts and facts.owed))


def _ladder(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    steps = _numbers(node, "steps")
    values, worth = [value for value, _points in steps], [points for _value, points in steps]
    unit = _unit(node, facts, max(values, default=Decimal(0)))
    if values != sorted(set(values), reverse=True):
        node.complain(_("各档应从高到低排列，不能重复，否则有的档达不到"), "steps")
    if worth != sorted(worth, reverse=True):
        node.complain(_("档次越高，得分应越多"), "steps")
    if worth and worth[0] != points:
        words = {"top": plain(worth[0]), "points": plain(points)}
        node.complain(_("最高档得 %(top)s 分，与满分 %(points)s 分不符") % words, "steps")
    if unit == "%" and any(value > 1 for value in values):
        node.complain(_("比率最高为 1，高于 1 的档达不到"), "steps")
    if any(number < 0 for number in [*values, *worth]):
        node.complain(_("档次和得分不能是负数"), "steps")
    return Ladder(points, tuple(steps), unit, owed=bool(facts and facts.owed))


def _per_item(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    return PerItem(node.points("each"), _cap(node, points, part))


def _deduct(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    return Deduct(node.points("each"), node.points("cap") if node.has("cap") else None)


def _ladder_items(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    levels = _levels(node)
    worth = [each for _name, each in levels]
    if worth != sorted(worth):
        node.complain(_("级别应从低到高排列，级别越高得分越多"), "levels")
    return LadderItems(levels, _cap(node, points, part))


def _cumulative_items(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    return CumulativeItems(_levels(node), _cap(node, points, part))


def _judged(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    descriptors = _described(node) if node.has("descriptors") else []
    if any(not 0 <= worth <= points for worth, _words in descriptors):
        node.complain(_("参考档的分值应在 0 到 %(points)s 之间") % {"points": plain(points)}, "descriptors")
    rule = Judged(
        points, node.whole("judges", most=MOST_JUDGES), node.flag("drop_extremes"), tuple(descriptors)
    )
    if rule.drop_extremes and rule.judges < JUDGES_FOR_DROPPING:
        words = {"n": JUDGES_FOR_DROPPING}
        node.complain(_("去掉最高最低分至少要 %(n)s 名评委") % words, "judges")
    return rule


def _survey(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    rule = Survey(points, node.number("target"), node.whole("minimum_answers"))
    if rule.target > 1:
        node.complain(_("满意率最高为 1"), "target")
    if rule.minimum_answers < FEWEST_ANSWERS:
        node.complain(_("有效答卷至少 %(n)s 份") % {"n": FEWEST_ANSWERS}, "minimum_answers")
    return rule


def _manual(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    return Manual(points)


def _rank(node: Node, points: Decimal, facts: MetricFacts | None, part: Part) -> Rule:
    spread = node.number("spread", default=Decimal(1))
    if spread > 1:
        node.complain(_("级差应在 0 到 1 之间"), "spread")
    return Rank(points, spread)


_READERS: dict[str, _Reader] = {
    "ratio": _ratio,
    "ladder": _ladder,
    "per_item": _per_item,
    "ladder_items": _ladder_items,
    "cumulative_items": _cumulative_items,
    "deduct": _deduct,
    "judged": _judged,
    "survey": _survey,
    "manual": _manual,
    "rank": _rank,
}


def _cap(node: Node, points: Decimal, part: Part) -> Decimal | None:
    """In the base an item can never earn more than its points: the cap may be left out, or must say the same."""
    if part != Part.BASE:
        return node.points("cap") if node.has("cap") else None
    cap = node.points("cap") if node.has("cap") else points
    if cap != points:
        words = {"cap": plain(cap), "points": plain(points)}
        node.complain(_("最高 %(cap)s 分，与满分 %(points)s 分不符") % words, "cap")
    return cap


def _numbers(node: Node, key: str) -> list[tuple[Decimal, Decimal]]:
    pairs = [(as_decimal(left), as_decimal(right)) for left, right in node.pairs(key)]
    if any(not _is_short(left) or not _is_short(right) for left, right in pairs):
        node.complain(_("应是成对的数字"), key)
    return [(left, right) for left, right in pairs if left is not None and right is not None]


def _is_short(number: Decimal | None) -> bool:
    return number is not None and not has_too_many_places(number)


def _levels(node: Node) -> tuple[tuple[str, Decimal], ...]:
    levels = [
        (node.sound(name, "levels", LONGEST_LEVEL), as_decimal(points))
        for name, points in node.pairs("levels")
    ]
    if any(points is None or points <= 0 or not _is_short(points) for _name, points in levels):
        node.complain(_("每个级别的得分应是大于 0 的数字"), "levels")
    names = [name for name, _points in levels]
    if len(set(names)) < len(names):
        node.complain(_("级别的名称不能重复"), "levels")
    return tuple((name, points) for name, points in levels if points is not None)


def _described(node: Node) -> list[tuple[Decimal, str]]:
    rows = [
        (as_decimal(points), node.sound(words, "descriptors", LONGEST_DESCRIPTION))
        for points, words in node.pairs("descriptors")
    ]
    if any(not _is_short(points) or not words for points, words in rows):
        node.complain(_("每档应是分值和描述，如 [5, 可复制推广]"), "descriptors")
    return [(points, words) for points, words in rows if points is not None]

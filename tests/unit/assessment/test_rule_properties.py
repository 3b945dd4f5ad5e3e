"""What holds for every rule and every evidence: bounds, caps, monotone, order of no matter."""

import itertools
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.assessment.evidence import Figure, Item, Standing
from apps.assessment.rules import (
    CumulativeItems,
    Deduct,
    Judged,
    Ladder,
    LadderItems,
    PerItem,
    Rank,
    Ratio,
)
from tests.unit.assessment import strategies as draw


@given(st.one_of(draw.ratios, draw.ladders()), draw.figures)
def test_rate_rules_stay_within_their_points(rule: Ratio | Ladder, figure: Figure) -> None:
    points = rule.score(figure).points
    assert points is not None
    assert 0 <= points <= rule.points


@given(st.one_of(draw.ratios, draw.ladders()), draw.rates, draw.counts)
def test_more_done_never_scores_less(rule: Ratio | Ladder, figure: Figure, more: Decimal) -> None:
    assert figure.denominator is not None
    better = Figure(min(figure.numerator + more, figure.denominator), figure.denominator)
    assert rule.score(better).exact >= rule.score(figure).exact


@given(st.one_of(draw.ratios, draw.ladders()), draw.rates)
def test_an_unmet_one_that_leaves_never_scores_less(rule: Ratio | Ladder, figure: Figure) -> None:
    assert figure.denominator is not None
    if figure.numerator < figure.denominator > 1:
        without = Figure(figure.numerator, figure.denominator - 1)
        assert rule.score(without).exact >= rule.score(figure).exact


@given(draw.per_items, draw.counts, draw.counts)
def test_per_item_grows_up_to_its_cap(rule: PerItem, few: Decimal, more: Decimal) -> None:
    low, high = rule.score(Figure(few)).exact, rule.score(Figure(few + more)).exact
    assert 0 <= low <= high
    assert rule.cap is None or high <= Fraction(rule.cap)


@given(draw.deductions, draw.counts, draw.counts)
def test_deduction_never_gives_points_and_stops_at_its_cap(rule: Deduct, few: Decimal, more: Decimal) -> None:
    low, high = rule.score(Figure(few)).exact, rule.score(Figure(few + more)).exact
    assert high <= low <= 0
    assert rule.cap is None or high >= -Fraction(rule.cap)


@given(st.one_of(draw.ladder_items, draw.cumulative_items), draw.items, st.randoms())
def test_order_of_items_is_irrelevant(
    rule: LadderItems | CumulativeItems, items: list[Item], random: object
) -> None:
    shuffled = sorted(items, key=lambda _item: random.random())  # type: ignore[attr-defined]
    assert rule.score(shuffled) == rule.score(items)


@given(st.one_of(draw.ladder_items, draw.cumulative_items), draw.items)
def test_items_told_twice_count_once(rule: LadderItems | CumulativeItems, items: list[Item]) -> None:
    assert rule.score(items + items) == rule.score(items)
    assert rule.cap is None or rule.score(items).exact <= Fraction(rule.cap)


@given(draw.ladder_items, draw.items)
def test_ladder_items_sum_the_highest_level_of_each_matter(rule: LadderItems, items: list[Item]) -> None:
    worth = dict(rule.levels)
    matters = {item.matter for item in items}
    best = [max(worth[level] for item in items if item.matter == m for level in item.levels) for m in matters]
    expected = sum(best, Decimal(0))
    assert rule.score(items).exact == Fraction(expected if rule.cap is None else min(expected, rule.cap))


@given(draw.judged, st.data())
def test_judges_mean_lies_between_their_marks(rule: Judged, data: st.DataObject) -> None:
    mark = st.integers(0, int(rule.points * 10)).map(lambda tenths: Decimal(tenths) / 10)
    marks = data.draw(st.lists(mark, min_size=rule.judges, max_size=rule.judges))
    assert min(marks) <= rule.score(marks).exact <= max(marks)
    assert rule.score(marks[::-1]) == rule.score(marks)


@given(draw.ranks, st.lists(st.integers(0, 9).map(Fraction), min_size=1, max_size=8))
def test_rank_orders_and_shares(rule: Rank, values: list[Fraction]) -> None:
    scores = {value: rule.score(Standing(value, tuple(values))).exact for value in values}
    assert scores[max(values)] == Fraction(rule.points)
    ordered = sorted(scores)
    assert all(scores[low] <= scores[high] for low, high in itertools.pairwise(ordered))
    assert min(scores.values()) >= Fraction(rule.points) * (1 - Fraction(rule.spread))

"""What holds for surveys, verdicts and matters, and for whole schemes of any shape: bounds, caps, monotone."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.assessment.evidence import Answers, Figure, Item, Outcome, Verdict
from apps.assessment.evidence import Standing as RankStanding
from apps.assessment.plan import Plan
from apps.assessment.rules import CumulativeItems, Deduct, Judged, LadderItems, Manual, PerItem, Rank, Survey
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import Part, ScoredItem, ScoredSection, add_up
from tests.unit.assessment import strategies as draw
from tests.unit.assessment.schemes import plans


@given(st.builds(Survey, points=draw.points, target=draw.targets, minimum_answers=st.just(10)), st.data())
def test_survey_stays_within_its_points_and_grows_with_satisfaction(
    rule: Survey, data: st.DataObject
) -> None:
    valid = data.draw(st.integers(10, 500))
    few, more = sorted(data.draw(st.lists(st.integers(0, valid), min_size=2, max_size=2)))
    less, better = rule.score(Answers(few, valid)), rule.score(Answers(more, valid))
    assert 0 <= less.exact <= better.exact <= rule.points


@given(st.builds(Manual, points=draw.points), st.sampled_from(Outcome), st.integers(-10, 500).map(Decimal))
def test_verdict_stays_within_the_points(rule: Manual, outcome: Outcome, given_points: Decimal) -> None:
    assert 0 <= rule.score(Verdict(outcome, given_points)).exact <= rule.points


@given(st.one_of(draw.ladder_items, draw.cumulative_items), draw.items, draw.items)
def test_one_more_matter_never_scores_less(
    rule: LadderItems | CumulativeItems, some: list[Item], more: list[Item]
) -> None:
    assert rule.score([*some, *more]).exact >= rule.score(some).exact


# Whole schemes --------------------------------------------------------------------------------------------------------


def evidence_for(rule: Any, take: Any) -> Any:
    """Something that the rule's kind takes, or nothing yet."""
    if take(st.booleans()) and take(st.booleans()):
        return None
    match rule:
        case Judged():
            return [take(draw.points) for _judge in range(rule.judges)]
        case Survey():
            valid = take(st.integers(0, 40))
            return Answers(take(st.integers(0, valid)), valid)
        case Manual():
            return Verdict(take(st.sampled_from(Outcome)), take(draw.points))
        case LadderItems() | CumulativeItems():
            names = [name for name, _points in rule.levels]
            return [
                Item(str(n), frozenset({take(st.sampled_from(names))}))
                for n in range(take(st.integers(0, 9)))
            ]
        case Rank():
            values = tuple(Fraction(take(draw.counts)) for _office in range(3))
            return RankStanding(values[0], values)
        case PerItem() | Deduct():
            return Figure(take(draw.counts))
        case _:
            return take(draw.figures)


@given(plans(), st.data())
def test_total_of_any_scheme_stays_within_its_bounds_for_each_group(plan: Plan, data: st.DataObject) -> None:
    for group in plan.groups:
        total = add_up(
            [
                ScoredSection(
                    section.part,
                    tuple(
                        ScoredItem(apply_rule(item.rule, evidence_for(item.rule, data.draw)), item.points)
                        for item in section.items_of(group.name)
                    ),
                    section.cap,
                )
                for section in plan.sections
            ]
        )
        caps = {section.part: section.cap for section in plan.sections}
        assert 0 <= total.base <= 100
        assert 0 <= total.bonus <= (caps[Part.BONUS] or 0)
        assert 0 <= total.deduction <= (caps[Part.DEDUCTION] or 0)
        assert total.earned <= total.countable + Decimal("0.1")

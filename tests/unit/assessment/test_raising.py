"""What would raise a score: each step earns exactly what it says, by scoring anew, and none smaller earns anything."""

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from apps.assessment.evidence import Figure
from apps.assessment.raising import Place, Step, steps_for
from apps.assessment.rules import Ladder, PerItem, Ratio, Rule, scored
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import Part, ScoredItem, ScoredSection, add_up
from tests.unit.assessment.strategies import counts, ladders, per_items, rates, ratios

some_rates = rates.filter(lambda figure: figure.denominator is not None and figure.denominator < 400)
some_counts = counts.filter(lambda count: count < 60).map(Figure)
cases = st.one_of(
    st.tuples(st.one_of(ratios, ladders()), some_rates),
    st.tuples(st.one_of(ratios, ladders(), per_items), some_counts),
)


def place(
    rule: Rule, figure: Figure, *, part: Part = Part.BASE, cap: D | None = None, beside: str = "10"
) -> Place:
    """The item in a section beside another one, after a section of its own kind."""
    mine = ScoredItem(apply_rule(rule, figure), D(10))
    other = ScoredItem(scored(D(beside), ""), D(20))
    return Place(
        [ScoredSection(Part.BASE, (other,)), ScoredSection(part, (other, mine), cap)], 1, 1, rule, figure
    )


def total(where: Place, figure: Figure) -> D:
    """Scored from the start with this figure."""
    sections = list(where.sections)
    items = sections[1].items
    sections[1] = replace(sections[1], items=(items[0], ScoredItem(apply_rule(where.rule, figure), D(10))))
    return add_up(sections).total


@given(cases, st.none() | st.integers(0, 30), st.sampled_from([None, D(12), D(30)]))
def test_a_step_earns_what_it_says_and_no_smaller_one_anything(
    case: tuple[Rule, Figure], open_still: int | None, cap: D | None
) -> None:
    rule, figure = case
    where = place(rule, figure, part=Part.BONUS if cap else Part.BASE, cap=cap)
    now = total(where, figure)
    steps = steps_for(where, open_still=open_still)
    for step in steps:
        raised = replace(figure, numerator=figure.numerator + step.more)
        assert total(where, raised) - now == step.gain > 0
        assert open_still is None or step.more <= open_still
        assert figure.denominator is None or raised.numerator <= figure.denominator
    smaller = range(1, steps[0].more) if steps else range(1, 1 + min(open_still or 0, room(figure)))
    assert [
        more for more in smaller if total(where, replace(figure, numerator=figure.numerator + more)) > now
    ] == []


def room(figure: Figure) -> int:
    return 30 if figure.denominator is None else int(figure.denominator - figure.numerator)


@given(cases)
def test_after_the_whole_way_nothing_more_is_earned(case: tuple[Rule, Figure]) -> None:
    rule, figure = case
    where = place(rule, figure)
    if (steps := steps_for(where)) and steps[-1].is_all:
        raised = replace(figure, numerator=figure.numerator + steps[-1].more)
        after = replace(raised, numerator=raised.numerator + (1 if room(raised) > 0 else 0))
        assert total(where, after) == total(where, raised)


def test_three_more_talks_by_hand() -> None:
    """70 of 95 due, target 95 %, 10 points: one more is 10 ÷ 95 ÷ 0.95 = 0.11; to the target 21 more, 2.24."""
    rule = Ratio(D(10), D("0.95"))
    assert steps_for(place(rule, Figure(D(70), D(95)))) == (
        Step(1, D("0.11")),
        Step(21, D("2.24"), is_all=True),
    )


def test_quarters_that_are_over_bound_the_way() -> None:
    rule = Ratio(D(10), D("0.95"))
    assert steps_for(place(rule, Figure(D(70), D(95))), open_still=3)[-1].more == 3


def test_the_next_step_of_a_ladder_by_hand() -> None:
    rule = Ladder(D(5), ((D("0.95"), D(5)), (D("0.85"), D(4)), (D("0.7"), D(3))))
    assert steps_for(place(rule, Figure(D(80), D(100)))) == (Step(5, D(1)), Step(15, D(2), is_all=True))


def test_a_cap_of_the_section_takes_its_share() -> None:
    """The other item fills 10 of a bonus of at most 10: nothing more can be earned."""
    assert steps_for(place(PerItem(D(2)), Figure(D(0)), part=Part.BONUS, cap=D(10))) == ()


def test_a_rule_without_an_end_names_the_smallest_step_alone() -> None:
    assert steps_for(place(PerItem(D("0.5")), Figure(D(3)))) == (Step(1, D("0.5")),)

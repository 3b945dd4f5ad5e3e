"""Totals, re-basing, caps, grades and quotas: by hand and as properties (guide/scoring.md, "Totals")."""

import itertools
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessment.rules import Score, State
from apps.assessment.totals import (
    Grade,
    Part,
    ScoredItem,
    ScoredSection,
    Standing,
    add_up,
    grade_group,
    places,
)

GRADES = (Grade("优秀", D(90), D("0.30")), Grade("良好", D(80)), Grade("合格", D(60)), Grade("不合格", D(0)))
NOT_APPLICABLE = Score(State.NOT_APPLICABLE)
UNDECIDED = Score(State.UNDECIDED)


def got(points: str) -> Score:
    return Score(State.SCORED, Fraction(points))


def base(*items: tuple[Score, int]) -> ScoredSection:
    return ScoredSection(Part.BASE, tuple(ScoredItem(score, D(points)) for score, points in items))


def extra(part: Part, cap: int, *points: str) -> ScoredSection:
    return ScoredSection(part, tuple(ScoredItem(got(each)) for each in points), D(cap))


def test_total_by_hand() -> None:
    total = add_up(
        [
            base((got("48.005"), 50), (got("40"), 50)),
            extra(Part.BONUS, 10, "8", "4"),
            extra(Part.DEDUCTION, 10, "-1.5"),
        ]
    )
    assert (total.base, total.bonus, total.deduction) == (D("88.01"), D(10), D("1.5"))
    assert total.total == D("96.51")
    assert total.standing == Standing.FINAL


def test_not_applicable_items_scale_the_others() -> None:
    # 14 points not applicable: the other 86 are worth 100. 40 × 100/86 = 46.511…, 30 × 100/86 = 34.883…
    total = add_up([base((NOT_APPLICABLE, 14), (got("40"), 46), (got("30"), 40))])
    assert total.item_points == ((None, D("46.51"), D("34.88")),)
    assert total.base == D("81.39")
    assert total.not_applicable == 14


def test_exactly_twenty_points_may_be_scaled_away() -> None:
    assert add_up([base((NOT_APPLICABLE, 20), (got("80"), 80))]).total == 100
    beyond = add_up([base((NOT_APPLICABLE, 21), (got("79"), 79))])
    assert beyond.standing == Standing.FOR_DECISION
    assert beyond.base == 79


def test_full_points_after_scaling_never_exceed_100() -> None:
    # Thirds round up twice: 33.34 + 33.34 + 33.34 would be 100.02.
    thirds = [(got("28.6701"), 28)] * 3
    assert add_up([base(*thirds, (NOT_APPLICABLE, 14), (got("2"), 2))]).base <= 100


def test_undecided_items_leave_the_total_open() -> None:
    total = add_up([base((got("40"), 50), (UNDECIDED, 30), (NOT_APPLICABLE, 20))])
    assert total.standing == Standing.OPEN
    assert (total.earned, total.countable) == (D(40), D(50))
    assert total.factor == 1


def test_undecided_bonus_leaves_the_total_open() -> None:
    sections = [base((got("90"), 100)), ScoredSection(Part.BONUS, (ScoredItem(UNDECIDED),), D(10))]
    assert add_up(sections).standing == Standing.OPEN


states = st.sampled_from(list(State))


@st.composite
def base_sections(draw: st.DrawFn) -> list[ScoredSection]:
    """A base of 100 points in several items, each with a state and a share of its points."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=12)))
    sizes = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    items = []
    for size in sizes:
        share = draw(st.fractions(0, 1, max_denominator=997))
        state = draw(states)
        items.append(
            ScoredItem(Score(state, share * size if state == State.SCORED else Fraction(0)), D(size))
        )
    middle = draw(st.integers(0, len(items)))
    return [ScoredSection(Part.BASE, tuple(items[:middle])), ScoredSection(Part.BASE, tuple(items[middle:]))]


extras = st.lists(st.fractions(0, 20, max_denominator=100), max_size=5)


@given(base_sections(), extras, extras, st.randoms())
def test_total_bounds_caps_and_order(
    sections: list[ScoredSection], more: list[Fraction], less: list[Fraction], random: object
) -> None:
    sections = [
        *sections,
        ScoredSection(Part.BONUS, tuple(ScoredItem(Score(State.SCORED, each)) for each in more), D(10)),
        ScoredSection(Part.DEDUCTION, tuple(ScoredItem(Score(State.SCORED, -each)) for each in less), D(5)),
    ]
    total = add_up(sections)
    assert 0 <= total.base <= 100
    assert 0 <= total.bonus <= 10
    assert 0 <= total.deduction <= 5
    assert total.total == total.base + total.bonus - total.deduction
    assert total.earned <= total.countable + D("0.1")
    shuffled = [
        ScoredSection(s.part, tuple(sorted(s.items, key=lambda _i: random.random())), s.cap)  # type: ignore[attr-defined]
        for s in reversed(sections)
    ]
    again = add_up(shuffled)
    assert (again.total, again.standing, again.countable) == (total.total, total.standing, total.countable)


@given(base_sections(), st.data())
def test_an_item_that_stops_applying_lowers_nothing_else(
    sections: list[ScoredSection], data: st.DataObject
) -> None:
    """A member's leaving may turn an unmet item into 不适用; no item and no total falls by it."""
    before = add_up(sections)
    flat = [(s, i) for s, section in enumerate(sections) for i in range(len(section.items))]
    s, i = data.draw(st.sampled_from(flat))
    item = sections[s].items[i]
    if item.score.state != State.SCORED or item.score.exact != 0:
        return
    changed = list(sections)
    items = list(sections[s].items)
    items[i] = ScoredItem(NOT_APPLICABLE, item.points)
    changed[s] = ScoredSection(Part.BASE, tuple(items))
    after = add_up(changed)
    if Standing.FOR_DECISION not in {before.standing, after.standing}:
        assert after.total >= before.total


# Grades -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quota", "offices", "expected"),
    [("0.30", 3, 1), ("0.30", 5, 2), ("0.30", 1, 1), ("0.05", 4, 1), ("0.25", 10, 3), ("0.30", 14, 4)],
)
def test_places_round_half_up_and_are_never_none(quota: str, offices: int, expected: int) -> None:
    assert places(D(quota), offices) == expected


def test_who_falls_outside_the_quota_takes_the_next_grade() -> None:
    grades = grade_group(GRADES, {"甲": D(95), "乙": D(93), "丙": D(70)})
    assert grades == {"甲": "优秀", "乙": "良好", "丙": "合格"}


def test_equal_scores_share_the_last_place() -> None:
    grades = grade_group(GRADES, {"甲": D(95), "乙": D(95), "丙": D(94)})
    assert grades == {"甲": "优秀", "乙": "优秀", "丙": "良好"}


def test_no_place_is_filled_below_the_line() -> None:
    assert grade_group(GRADES, {"甲": D(85), "乙": D("-2")}) == {"甲": "良好", "乙": "不合格"}


def test_veto_comes_before_quotas_and_needs_a_basis() -> None:
    totals = {"甲": D(95), "乙": D(93), "丙": D(70)}
    assert grade_group(GRADES, totals, vetoed={"甲": "示例〔2026〕1号"})["乙"] == "优秀"
    with pytest.raises(ValueError, match="文号"):
        grade_group(GRADES, totals, vetoed={"甲": " "})


@given(st.dictionaries(st.integers(0, 99), st.integers(0, 110).map(D), min_size=1, max_size=20))
def test_grades_follow_scores(totals: dict[int, D]) -> None:
    grades = grade_group(GRADES, totals)
    rank = {grade.name: number for number, grade in enumerate(GRADES)}
    ordered = sorted(totals, key=lambda office: totals[office], reverse=True)
    for better, worse in itertools.pairwise(ordered):
        assert rank[grades[better]] <= rank[grades[worse]]
        assert totals[better] != totals[worse] or grades[better] == grades[worse]
    excellent = [totals[office] for office in totals if grades[office] == "优秀"]
    assert all(total >= 90 for total in excellent)
    assert sum(total > min(excellent, default=D(0)) for total in excellent) < places(D("0.30"), len(totals))

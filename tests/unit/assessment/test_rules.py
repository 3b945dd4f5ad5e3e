"""Each rule kind by hand, from guide/scoring.md."""

from decimal import Decimal as D
from fractions import Fraction

import pytest

from apps.assessment.evidence import Answers, Figure, Item, Outcome, Standing, Verdict
from apps.assessment.numbers import plain, round_half_up
from apps.assessment.rules import (
    CumulativeItems,
    Deduct,
    Judged,
    Ladder,
    LadderItems,
    Manual,
    PerItem,
    Rank,
    Ratio,
    Score,
    State,
    Survey,
)

LADDER = Ladder(D(5), ((D("0.95"), D(5)), (D("0.85"), D(4)), (D("0.70"), D(3)), (D(0), D(0))))
AWARDS = LadderItems((("市级", D(1)), ("省级", D(2)), ("国家级", D(5))))


def item(matter: str, *levels: str) -> Item:
    return Item(matter, frozenset(levels))


@pytest.mark.parametrize(
    ("rule", "evidence", "expected"),
    [
        (Ratio(D(6), D(1)), Figure(D(41), D(50)), "4.92"),
        (Ratio(D(10), D("0.95")), Figure(D(93), D(100)), "9.79"),
        (Ratio(D(10), D("0.95")), Figure(D(96), D(100)), "10.00"),
        (Ratio(D(4), D(2), "次"), Figure(D(1)), "2.00"),
        (Ratio(D(4), D(2), "次"), Figure(D(3)), "4.00"),
        # 1/3 of 0.03 is 0.01 exactly; 1/8 of 0.2 is 0.025, a half, goes up.
        (Ratio(D("0.2"), D(1)), Figure(D(1), D(8)), "0.03"),
        (LADDER, Figure(D(95), D(100)), "5.00"),
        (LADDER, Figure(D(9499), D(10000)), "4.00"),
        (LADDER, Figure(D(0), D(3)), "0.00"),
        (Ladder(D(2), ((D("0.5"), D(2)),)), Figure(D(1), D(3)), "0.00"),
        (PerItem(D("0.5"), D(6)), Figure(D(7)), "3.50"),
        (PerItem(D("0.5"), D(6)), Figure(D(70)), "6.00"),
        (AWARDS, [item("甲", "市级"), item("甲", "省级"), item("乙", "市级")], "3.00"),
        (AWARDS, [], "0.00"),
        (
            CumulativeItems((("报送", D(2)), ("市", D(3)), ("省", D(10)))),
            [item("甲", "报送", "市"), item("乙", "报送")],
            "7.00",
        ),
        (Deduct(D("0.5")), Figure(D(3)), "-1.50"),
        (Deduct(D("0.5"), D(1)), Figure(D(3)), "-1.00"),
        (Judged(D(8), 5, drop_extremes=True), [D(8), D(2), D(6), D(6), D(7)], "6.33"),
        (Judged(D(8), 3, drop_extremes=True), [D(8), D(2), D(6)], "5.33"),
        (Survey(D(6), D("0.9"), 10), Answers(17, 20), "5.67"),
        (Manual(D(5)), Verdict(Outcome.MET), "5.00"),
        (Manual(D(5)), Verdict(Outcome.PART, D(2)), "2.00"),
        (Manual(D(5)), Verdict(Outcome.NOT_MET), "0.00"),
        (Rank(D(10)), Standing(Fraction(3), (Fraction(5), Fraction(3), Fraction(3), Fraction(1))), "6.67"),
        (Rank(D(10), D("0.4")), Standing(Fraction(1), (Fraction(2), Fraction(1))), "6.00"),
        (Rank(D(10)), Standing(Fraction(0), (Fraction(0),)), "10.00"),
    ],
)
def test_score_by_hand(rule: Ratio, evidence: Figure, expected: str) -> None:
    score = rule.score(evidence)
    assert score.points == D(expected)
    assert score.steps


@pytest.mark.parametrize(
    "rule", [Ratio(D(6), D(1)), LADDER, PerItem(D(1)), AWARDS, Deduct(D(1)), Judged(D(5), 5), Manual(D(5))]
)
def test_nothing_decided_is_undecided(rule: Ratio) -> None:
    assert rule.score(None).state == State.UNDECIDED
    assert rule.score(None).points is None


def test_judged_waits_for_all_judges() -> None:
    assert Judged(D(5), 5).score([D(5)] * 4).state == State.UNDECIDED


def test_empty_denominator_is_not_applicable_or_zero_where_owed() -> None:
    nothing = Figure(D(0), D(0))
    assert Ratio(D(6), D(1)).score(nothing).state == State.NOT_APPLICABLE
    assert Ratio(D(6), D(1), owed=True).score(nothing) == Score(
        State.SCORED, Fraction(0), "应有而没有，得 0 分"
    )


def test_survey_with_few_answers_is_not_applicable() -> None:
    assert Survey(D(6), D("0.9"), 10).score(Answers(9, 9)).state == State.NOT_APPLICABLE


def test_steps_say_the_sum() -> None:
    assert Ratio(D(6), D(1)).score(Figure(D(41), D(50))).steps == "6 × 41/50 ÷ 100% = 4.92"
    assert Ratio(D(4), D(2), "次").score(Figure(D(3))).steps == "3，达到 2 次，得满分 4 分"
    assert Deduct(D("0.5")).score(Figure(D(3))).steps == "3 件 × 0.5 分，扣 1.50 分"


def test_text_is_made_from_the_data() -> None:
    assert Ratio(D(10), D("0.95")).text() == "达到 95% 得 10 分，不足的按比例得分。"
    assert Ratio(D(4), D(2), "次").text() == "达到 2 次得 4 分，不足的按比例得分。"
    assert LADDER.text() == "达到 95% 得 5 分；达到 85% 得 4 分；达到 70% 得 3 分；未达到的不得分。"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(1005, 1000), "1.01"), (Fraction(-1005, 1000), "-1.01"), (D("2.344"), "2.34"), (0, "0.00")],
)
def test_rounding_is_half_up(value: Fraction, expected: str) -> None:
    assert round_half_up(value) == D(expected)
    assert str(round_half_up(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(D("6.00"), "6"), (D("0.50"), "0.5"), (D(100), "100"), (0, "0")]
)
def test_plain_has_no_trailing_zeros(value: D, expected: str) -> None:
    assert plain(value) == expected

"""Who is asked in a survey: a share by lot, never nearly the people of an earlier one."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.assessment.surveys.drawing import FEWEST_DRAWN, Earlier, TooClose, TooFew, draw
from apps.assessment.surveys.questions import FEWEST_ANSWERS
from apps.core.small_numbers import FEWEST

people = st.integers(10, 80).map(lambda size: list(range(size)))
percents = st.integers(1, 100)
lots = st.integers(0, 999).map(Random)


def earlier(drawn: set[int], gone: int = 0) -> Earlier:
    """A survey that asked these, and so many others who cannot be asked today."""
    return Earlier(len(drawn) + gone, drawn)


@given(people, percents, lots)
def test_without_earlier_surveys_the_share_is_drawn(
    everybody: list[int], percent: int, chance: Random
) -> None:
    drawn = draw(everybody, percent, [], chance)
    assert drawn <= set(everybody)
    assert len(drawn) >= min(FEWEST_DRAWN, len(everybody))
    assert len(drawn) * 100 >= len(everybody) * percent


@given(
    people, percents, st.lists(st.tuples(st.sets(st.integers(0, 79)), st.integers(0, 6)), max_size=3), lots
)
def test_a_drawing_differs_from_every_earlier_one(
    everybody: list[int], percent: int, before: list[tuple[set[int], int]], chance: Random
) -> None:
    surveys = [earlier(asked & set(everybody), gone) for asked, gone in before]
    try:
        drawn = draw(everybody, percent, surveys, chance)
    except TooClose:
        assume(False)
    assert len(drawn) >= FEWEST_ANSWERS
    for (asked, gone), _survey in zip(before, surveys, strict=True):
        assert len((asked & set(everybody)) ^ drawn) + gone >= FEWEST


@given(st.integers(15, 80), lots)
def test_the_same_people_again_leave_out_five(size: int, chance: Random) -> None:
    everybody = set(range(size))
    assert len(draw(everybody, 100, [earlier(everybody)], chance)) == size - FEWEST


def test_too_few_people_to_leave_anybody_out_are_not_asked() -> None:
    with pytest.raises(TooClose):
        draw(range(12), 100, [earlier(set(range(12)))], Random(1))


def test_nine_people_are_not_asked() -> None:
    with pytest.raises(TooFew):
        draw(range(9), 100, [], Random(1))

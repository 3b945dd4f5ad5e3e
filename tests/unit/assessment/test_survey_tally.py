"""The tally of a survey: counts what was answered, and is as long whatever it holds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from apps.assessment.surveys import tally
from apps.assessment.surveys.questions import Opinion, Question

ballots = st.lists(st.dictionaries(st.sampled_from(Question), st.sampled_from(Opinion)), max_size=30)


@given(ballots)
def test_the_tally_counts_each_answer(given_ballots: list[dict[Question, Opinion]]) -> None:
    text = tally.nothing()
    for ballot in given_ballots:
        text = tally.add(text, ballot)
    counted = Counter(
        (question, ballot.get(question, Opinion.UNKNOWN)) for ballot in given_ballots for question in Question
    )
    counts = tally.read(text)
    assert {cell: number for cell, number in counts.items() if number} == dict(counted)
    assert tally.sheets(counts) == len(given_ballots)
    assert len(text) == len(tally.nothing())

"""The table of moves, whole: every state against every step."""

import pytest

from apps.casework.states import (
    MOVES,
    OPEN,
    OVER,
    TASK_MOVES,
    CaseState,
    Step,
    TaskState,
    steps_from,
    target_of,
    transitions,
)

# Written out by hand from the issue: state → the steps it allows.
ALLOWED = {
    "registered": {"accept", "answer", "return", "transfer", "merge", "withdraw"},
    "accepted": {"start", "answer", "return", "transfer", "merge", "withdraw"},
    "in_hand": {"answer", "return", "transfer", "merge", "withdraw"},
    "transferred": {"accept", "answer", "return", "merge", "withdraw"},
    "returned": {"resubmit", "transfer", "merge", "withdraw"},
    "reopened": {"start", "answer", "return", "transfer", "merge", "withdraw"},
    "answered": {"confirm", "close", "reopen", "withdraw"},
    "confirmed": {"close", "reopen"},
    "closed": {"reopen"},
    "merged": set(),
    "withdrawn": set(),
}
TARGETS = {
    "accept": "accepted",
    "start": "in_hand",
    "answer": "answered",
    "confirm": "confirmed",
    "close": "closed",
    "return": "returned",
    "resubmit": "registered",
    "transfer": "transferred",
    "merge": "merged",
    "reopen": "reopened",
    "withdraw": "withdrawn",
}


def test_every_state_stands_in_the_table() -> None:
    assert set(ALLOWED) == set(CaseState.values)
    assert {str(step) for step in MOVES} == set(TARGETS)


@pytest.mark.parametrize("state", CaseState.values)
@pytest.mark.parametrize("step", list(MOVES), ids=str)
def test_state_allows_the_steps_of_the_table_and_no_other(state: str, step: Step) -> None:
    expected = TARGETS[step] if step in ALLOWED[state] else None
    assert target_of(state, step) == expected
    assert (step in steps_from(state)) is (expected is not None)


def test_transitions_are_the_table() -> None:
    expected = {(state, TARGETS[step]) for state, steps in ALLOWED.items() for step in steps}
    assert set(transitions()) == expected


def test_a_case_is_open_answered_or_over() -> None:
    between = {CaseState.ANSWERED, CaseState.CONFIRMED}
    assert OPEN | OVER | between == set(CaseState)
    assert not OPEN & OVER


def test_from_every_open_state_an_end_can_be_reached() -> None:
    for state in OPEN:
        assert {"answer", "resubmit"} & {str(step) for step in steps_from(state)}


def test_task_moves() -> None:
    allowed = {(str(a), str(b)) for a, b in TASK_MOVES}
    assert allowed == {
        ("assigned", "answered"),
        ("answered", "signed_off"),
        ("answered", "assigned"),
        ("assigned", "cancelled"),
        ("answered", "cancelled"),
    }
    assert not any(source in (TaskState.SIGNED_OFF, TaskState.CANCELLED) for source, _to in TASK_MOVES)

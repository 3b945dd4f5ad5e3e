"""Rounds that were taken while the machine was slow are taken again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench import pace


@pytest.fixture
def paces(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What is seen beside ours and the limit, in turn; then the machine is at full speed for good."""
    coming: list[float] = []
    pace.notes()

    @contextmanager
    def watched() -> Iterator[list[float]]:
        yield [coming.pop(0) if coming else 1.0]

    monkeypatch.setattr(pace, "watched", watched)
    return coming


def counting() -> Callable[[], float]:
    numbers = iter(range(1, 100))
    return lambda: float(next(numbers))


@pytest.mark.usefixtures("paces")
def test_steady_rounds_count_as_they_come() -> None:
    assert pace.in_turn(counting(), lambda: 10.0, 3) == [(1.0, 10.0), (2.0, 10.0), (3.0, 10.0)]
    assert pace.notes() == ["3 of 3 rounds at full speed; in the middle one ours is 0.2 of the limit"]
    assert pace.notes() == []


def test_slow_round_is_taken_again(paces: list[float]) -> None:
    paces += [1.0, 1.0, 1.0, 1.5]
    assert [mine for mine, _limit in pace.in_turn(counting(), lambda: 10.0, 3)] == [1.0, 3.0, 4.0]
    assert pace.notes()[0].startswith("3 of 4 rounds")


def test_rounds_before_the_machine_found_its_speed_do_not_count(paces: list[float]) -> None:
    paces += [1.4, 1.4, 1.4, 1.0]
    assert [mine for mine, _limit in pace.in_turn(counting(), lambda: 10.0, 2)] == [3.0, 4.0]


def test_machine_that_never_rests_gives_its_quickest_rounds(paces: list[float]) -> None:
    most = pace.ATTEMPTS * 2
    for number in range(most):
        paces += [1.0, 3.0 - number / 100]
    found = pace.in_turn(counting(), lambda: 10.0, 2)
    assert [mine for mine, _limit in found] == [most, most - 1]
    assert pace.notes()[0].startswith(f"0 of {most} rounds")


def test_pace_is_seen_beside_the_work() -> None:
    with pace.watched() as seen:
        while len(seen) < 3:
            pass
    assert len(seen) >= 4
    assert all(one > 0 for one in seen)

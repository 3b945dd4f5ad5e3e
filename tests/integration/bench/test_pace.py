"""Rounds that were taken while the machine was slow are taken again."""

from collections.abc import Iterator

import pytest

from bench import pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The paces that the machine will show, one after the other; then it is at full speed for good."""
    coming: list[float] = []
    monkeypatch.setattr(pace, "pace", lambda: coming.pop(0) if coming else 1.0)
    return coming


def counting() -> Iterator[float]:
    yield from map(float, range(1, 100))


def test_steady_rounds_count_as_they_come(clock: list[float]) -> None:
    ours = counting()
    assert pace.in_turn(lambda: next(ours), lambda: 10.0, 3) == [(1.0, 10.0), (2.0, 10.0), (3.0, 10.0)]
    assert pace.notes() == ["3 of 3 rounds at full speed; in the middle one ours is 0.2 of the limit"]
    assert pace.notes() == []


def test_slow_round_is_taken_again(clock: list[float]) -> None:
    clock += [1.0, 1.0, 1.0, 1.0, 1.6, 1.0]
    ours = counting()
    assert [mine for mine, _limit in pace.in_turn(lambda: next(ours), lambda: 10.0, 3)] == [1.0, 3.0, 4.0]
    assert pace.notes()[0].startswith("3 of 4 rounds")


def test_machine_that_never_rests_gives_its_quickest_rounds(clock: list[float]) -> None:
    clock += [1.0] + [3.0 - number / 100 for number in range(2 * pace.ATTEMPTS * 3)]
    ours = counting()
    found = pace.in_turn(lambda: next(ours), lambda: 10.0, 2)
    assert [mine for mine, _limit in found] == [10.0, 9.0]
    assert pace.notes()[0].startswith("0 of 10 rounds")

"""Sharing targets out evenly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from apps.pairing.campaigns.spreading import Visitor, Wanted, spread

PATHS = st.sampled_from(["A", "B", "C"])
TARGETS = st.lists(PATHS, max_size=30).map(lambda paths: [Wanted(at, path) for at, path in enumerate(paths)])
VISITORS = st.lists(PATHS, min_size=1, max_size=5).map(
    lambda paths: [Visitor(at, (path,)) for at, path in enumerate(paths)]
)


@given(targets=TARGETS, visitors=VISITORS)
def test_nobody_gets_two_more_than_another(targets: list[Wanted], visitors: list[Visitor]) -> None:
    given_out = spread(targets, visitors, {})
    load = Counter({visitor.pk: 0 for visitor in visitors})
    load.update(given_out.values())
    assert set(given_out) == {target.pk for target in targets}
    assert max(load.values()) - min(load.values()) <= 1


def test_who_has_more_already_gets_fewer() -> None:
    visitors = [Visitor(1, ("A",)), Visitor(2, ("B",))]
    assert spread([Wanted(n, "A") for n in range(3)], visitors, {1: 3}) == {0: 2, 1: 2, 2: 2}


def test_of_equals_who_serves_there_goes() -> None:
    visitors = [Visitor(1, ("A",)), Visitor(2, ("B",))]
    assert spread([Wanted(7, "B")], visitors, {}) == {7: 2}

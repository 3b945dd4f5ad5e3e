"""Pairs of two registrations joined: no day lost, no day twice."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.pairing.joining import ENDLESS, Joined, Span, join

START = dt.date(2026, 1, 1)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def lives(first_id: int) -> st.SearchStrategy[list[Span]]:
    """Pairs of one member, one after the other, some touching, the last perhaps open."""
    return st.builds(
        lambda cuts, cadres, gaps, is_open: [
            Span(
                first_id + n,
                cadres[n],
                day(start),
                ENDLESS if is_open and n == len(cuts) - 2 else day(max(start, following - 1 - gaps[n])),
                "" if is_open and n == len(cuts) - 2 else "other",
            )
            for n, (start, following) in enumerate(pairwise(cuts))
        ],
        st.lists(st.integers(0, 60), min_size=1, max_size=5, unique=True).map(sorted),
        st.lists(st.integers(1, 3), min_size=5, max_size=5),
        st.lists(st.integers(0, 4), min_size=5, max_size=5),
        st.booleans(),
    )


def days_of(spans: list[Span]) -> list[dt.date]:
    horizon = day(80)
    return [
        span.first + dt.timedelta(days=n)
        for span in spans
        for n in range((min(span.last, horizon) - span.first).days + 1)
    ]


@given(kept=lives(1), duplicate=lives(100))
def test_every_day_is_held_once(kept: list[Span], duplicate: list[Span]) -> None:
    joined = join(kept, duplicate, cut_reason="hand_over")
    held = days_of(joined.all())
    assert sorted(held) == sorted(set(days_of(kept)) | set(days_of(duplicate)))


@given(kept=lives(1), duplicate=lives(100))
def test_kept_pairs_keep_their_days_and_every_pair_is_accounted_for(
    kept: list[Span], duplicate: list[Span]
) -> None:
    joined = join(kept, duplicate, cut_reason="hand_over")
    for span in kept:
        now = joined.kept[span.pairing]
        assert (now.cadre, now.first <= span.first, now.last >= span.last) == (span.cadre, True, True)
    assert sorted([*joined.moved, *joined.removed]) == [span.pairing for span in duplicate]
    assert all(
        joined.moved[p].cadre == span.cadre for span in duplicate if (p := span.pairing) in joined.moved
    )


def test_same_cadre_becomes_one_pair() -> None:
    kept, other = Span(1, 7, day(31), ENDLESS), Span(2, 7, day(0), day(40), "other")
    assert join([kept], [other], cut_reason="hand_over") == Joined(
        kept={1: Span(1, 7, day(0), ENDLESS)}, removed=[2]
    )


def test_another_cadre_gives_way() -> None:
    kept, other = Span(1, 7, day(31), day(59), "other"), Span(2, 8, day(0), ENDLESS)
    joined = join([kept], [other], cut_reason="hand_over")
    assert joined.made == [Span(2, 8, day(0), day(30), "hand_over")]
    assert joined.moved == {2: Span(2, 8, day(60), ENDLESS)}
    assert joined.kept == {1: kept}

"""What hypothesis draws from: points, figures and items as a scheme may hold them."""

from decimal import Decimal

from hypothesis import strategies as st

from apps.assessment.evidence import Figure, Item
from apps.assessment.rules import CumulativeItems, Deduct, Judged, Ladder, LadderItems, PerItem, Rank, Ratio

LEVELS = ("市级", "省级", "国家级")

points = st.integers(1, 200).map(lambda tenths: Decimal(tenths) / 10)
targets = st.integers(1, 100).map(lambda hundredths: Decimal(hundredths) / 100)
counts = st.integers(0, 5000).map(Decimal)
rates = st.integers(1, 5000).flatmap(
    lambda whole: st.integers(0, whole).map(lambda part: Figure(Decimal(part), Decimal(whole)))
)
figures = st.one_of(counts.map(Figure), rates)
items = st.lists(
    st.builds(
        Item,
        matter=st.sampled_from([f"事项{n}" for n in range(6)]),
        levels=st.sets(st.sampled_from(LEVELS), min_size=1).map(frozenset),
    ),
    max_size=12,
)
ratios = st.builds(Ratio, points=points, target=targets)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Steps by value descending, points descending with them, the highest step worth all the points."""
    most = draw(points)
    values = sorted(draw(st.sets(targets, min_size=1, max_size=5)), reverse=True)
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(values) - 1, max_size=len(values) - 1)))
    worth = [most, *(most * share / 100 for share in reversed(shares))]
    return Ladder(most, tuple(zip(values, worth, strict=True)))


levels = st.tuples(*(points for _level in LEVELS)).map(
    lambda worth: tuple(zip(LEVELS, sorted(worth), strict=True))
)
caps = st.none() | points
per_items = st.builds(PerItem, each=points, cap=caps)
deductions = st.builds(Deduct, each=points, cap=caps)
ladder_items = st.builds(LadderItems, levels=levels, cap=caps)
cumulative_items = st.builds(CumulativeItems, levels=levels, cap=caps)
judged = st.builds(Judged, points=points, judges=st.integers(1, 7), drop_extremes=st.booleans())
ranks = st.builds(Rank, points=points, spread=targets)

"""What hypothesis draws from: whole schemes that are sound, with every kind of rule and groups of their own."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from apps.assessment.plan import Calendar, Group, Plan, PlannedItem, PlannedSection, Span
from apps.assessment.rulefile import MetricFacts
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
    Rule,
    Survey,
)
from apps.assessment.schemefile import Surroundings
from apps.assessment.totals import Grade, Part

AROUND = Surroundings(
    metrics={
        "a.rate": MetricFacts("%", True, about_members=True),
        "a.owed": MetricFacts("%", True, owed=True),
        "a.count": MetricFacts("次", False),
    },
    parents=dict.fromkeys("12345678", "9") | {"9": ""},
    kinds=dict.fromkeys("12345678", "county") | {"9": "city"},
)

words = st.text(
    st.characters(codec="utf-8", categories=("L", "Nd", "P"), exclude_characters="\u2028\u2029"),
    min_size=1,
    max_size=12,
)
hundredths = st.integers(1, 100).map(lambda part: Decimal(part) / 100)
small = st.integers(1, 400).map(lambda part: Decimal(part) / 100)


def unique(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(words, min_size=1, max_size=size, unique=True)


@st.composite
def base_items(draw: st.DrawFn, points: Decimal) -> tuple[Rule, str, bool]:
    """A rule of the base worth the points, its metric, and whether it is declared."""
    metric = draw(st.sampled_from(["", "a.rate", "a.owed", "a.count"]))
    facts = AROUND.metrics.get(metric)
    is_rate, owed = facts is None or facts.is_rate, bool(facts and facts.owed)
    target = draw(hundredths if is_rate else st.integers(1, 9).map(Decimal))
    unit = "%" if is_rate else "次"
    counted: list[Rule] = [
        Ratio(points, target, unit, owed),
        Ladder(points, ((target, points), (Decimal(0), Decimal(0))), unit, owed),
        PerItem(draw(small), points),
    ]
    if metric in {"a.owed", "a.count"}:
        counted.append(Rank(points, draw(hundredths)))
    levels = tuple((name, Decimal(number)) for number, name in enumerate(draw(unique(3)), start=1))
    others: list[Rule] = [
        Judged(points, 5, draw(st.booleans()), ((points, draw(words)), (Decimal(0), draw(words)))),
        Survey(points, draw(hundredths), draw(st.integers(10, 99))),
        Manual(points),
        LadderItems(levels, points),
        CumulativeItems(levels, points),
    ]
    rule = draw(st.sampled_from(counted if metric else [*counted, *others]))
    return rule, metric, not metric and rule in counted


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Two groups; some items are for one of them only, with a twin of the same points for the other."""
    groups = tuple(
        Group(name, offices)
        for name, offices in zip(
            draw(st.lists(words, min_size=2, max_size=2, unique=True)), (("1", "2"), ("3",)), strict=True
        )
    )
    names = draw(unique(6))
    shares = _shares(draw, len(names))
    items: list[PlannedItem] = []
    for name, points in zip(names, shares, strict=True):
        of_groups = [(group.name,) for group in groups] if draw(st.booleans()) else [()]
        items += [_item(draw, name, points, each) for each in of_groups]
    bonus = PlannedItem(draw(words) + "加", PerItem(draw(small), draw(st.none() | small)), declared=True)
    minus = PlannedItem(draw(words) + "扣", Deduct(draw(small)), metric="a.count", evidence_required=True)
    sections = (
        PlannedSection("一、" + draw(words), Part.BASE, tuple(items), sum(shares, Decimal(0))),
        PlannedSection("加分项", Part.BONUS, (bonus,), cap=draw(small)),
        PlannedSection("扣分项", Part.DEDUCTION, (minus,), cap=draw(small)),
    )
    day = dt.date(2026, 1, 15)
    return Plan(
        code="X-2026",
        name=draw(words),
        basis=draw(st.just("") | words),
        year=2026,
        assessed="county",
        assessor="9",
        groups=groups,
        calendar=Calendar(day, day, Span(day, day), Span(day, day), draw(st.integers(1, 30)), day, day),
        grades=(Grade("优秀", Decimal(90), draw(st.none() | hundredths)), Grade("合格", Decimal(0))),
        sections=sections,
    )


def _shares(draw: st.DrawFn, size: int) -> list[Decimal]:
    cuts = sorted(draw(st.sets(st.integers(1, 199), min_size=size - 1, max_size=size - 1)))
    return [Decimal(high - low) / 2 for low, high in zip([0, *cuts], [*cuts, 200], strict=True)]


def _item(draw: st.DrawFn, name: str, points: Decimal, groups: tuple[str, ...]) -> PlannedItem:
    rule, metric, declared = draw(base_items(points))
    return PlannedItem(
        name=name,
        rule=rule,
        points=points,
        metric=metric,
        declared=declared,
        evidence_required=draw(st.booleans()),
        note=draw(st.just("") | words),
        groups=groups,
    )

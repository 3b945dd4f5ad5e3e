"""Thousands of random rounds: scored twice, after storage, in any order, and corrected there and back, all the same."""

import copy
import json
import random
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessment.evidence import Answers, Evidence, Outcome, Ruling, Verdict
from apps.assessment.rounds.snapshots import Place, Snapshot, corrected, item_at, score_again
from apps.assessment.ruledata import evidence_from_data, evidence_to_data, rule_to_data
from apps.assessment.rules import Judged, LadderItems, Manual, Rule, Survey
from tests.unit.assessment import strategies as draws

points = draws.points.map(lambda each: min(each, Decimal(5)))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Rule, Evidence | None]:
    """A rule of any kind but rank (its evidence is the group's) with what one office has to say to it."""
    kind = draw(st.sampled_from(["counted", "items", "judged", "manual", "survey", "deduct"]))
    rule: Rule
    if kind == "counted":
        rule = draw(st.one_of(draws.ratios, draws.ladders(), draws.per_items))
        return rule, draw(st.none() | draws.figures)
    if kind == "items":
        rule = draw(draws.ladder_items)
        assert isinstance(rule, LadderItems)
        return rule, draw(st.none() | draws.items.map(tuple))
    if kind == "judged":
        rule = draw(draws.judged)
        assert isinstance(rule, Judged)
        marks = st.lists(draws.points, min_size=rule.judges, max_size=rule.judges + 2).map(tuple)
        return rule, draw(st.none() | marks)
    if kind == "manual":
        rule = Manual(draw(points))
        return rule, draw(st.none() | st.builds(Verdict, st.sampled_from(Outcome), points))
    if kind == "survey":
        rule = Survey(draw(points), Decimal("0.9"), 10)
        valid = draw(st.integers(0, 50))
        return rule, draw(st.none() | st.builds(Answers, st.integers(0, valid), st.just(valid)))
    return draw(draws.deductions), draw(st.none() | draws.counts.map(lambda n: draws.Figure(n)))


@st.composite
def rounds(draw: st.DrawFn) -> Snapshot:
    """A few offices in two groups under a random scheme, half of the time with everything decided."""
    asked = draw(st.lists(questions(), min_size=1, max_size=5))
    offices = [f"9900{n:02d}" for n in range(draw(st.integers(1, 5)))]
    sections = [
        {
            "name": f"第{n}部分",
            "part": "deduction" if rule.kind == "deduct" else "base",
            "points": "5",
            "cap": "10" if rule.kind == "deduct" else None,
            "indicators": [
                {
                    "name": f"指标{n}",
                    "points": "0" if rule.kind == "deduct" else str(getattr(rule, "points", Decimal(5))),
                    "rule_kind": rule.kind,
                    "rule_data": rule_to_data(rule),
                    "metric": "",
                    "nothing": None,
                }
            ],
        }
        for n, (rule, _evidence) in enumerate(asked)
    ]
    snapshot: Snapshot = {
        "format": 1,
        "scheme": {
            "grades": [["优秀", "90", "0.30"], ["合格", "60", None], ["不合格", "0", None]],
            "sections": sections,
        },
        "facts": {"rows": [], "sha256": ""},
        "offices": {
            code: {
                "name": code,
                "group": draw(st.sampled_from(["甲组", "乙组"])),
                "items": [
                    [{"state": "", "points": None, "evidence": evidence_to_data(evidence)}]
                    for _rule, evidence in asked
                ],
                "computed": "",
                "grade": "",
                "reason": "",
                "veto_basis": draw(st.sampled_from(["", "", "", "示例〔2027〕2号"])),
            }
            for code in offices
        },
    }
    return settled(snapshot)


def settled(snapshot: Snapshot) -> Snapshot:
    """With the figures that follow from its evidence."""
    for code, again in score_again(snapshot).items():
        snapshot["offices"][code].update(
            again.figures(), items=again.items, computed=again.computed, grade=again.grade
        )
    return snapshot


def figures(snapshot: Snapshot) -> dict[str, Any]:
    return {
        code: (again.figures(), again.items, again.computed, again.grade)
        for code, again in score_again(snapshot).items()
    }


@settings(max_examples=100)
@given(rounds())
def test_scored_twice_and_after_storage_is_the_same(snapshot: Snapshot) -> None:
    first = figures(snapshot)
    assert figures(snapshot) == first
    assert figures(json.loads(json.dumps(snapshot, sort_keys=True))) == first
    assert settled(copy.deepcopy(snapshot)) == snapshot


@settings(max_examples=60)
@given(rounds(), st.randoms(use_true_random=False))
def test_order_of_offices_makes_no_difference(snapshot: Snapshot, chance: random.Random) -> None:
    codes = list(snapshot["offices"])
    chance.shuffle(codes)
    shuffled = {**snapshot, "offices": {code: snapshot["offices"][code] for code in codes}}
    assert figures(shuffled) == figures(snapshot)


@settings(max_examples=60)
@given(rounds(), points)
def test_correction_touches_its_item_and_totals_alone(snapshot: Snapshot, given_points: Decimal) -> None:
    before = copy.deepcopy(snapshot)
    place = Place(next(iter(snapshot["offices"])), 0, 0)
    fresh = corrected(snapshot, place, given_points)
    assert snapshot == before
    assert evidence_from_data(item_at(fresh, place)["evidence"]) == Ruling(given_points)
    for code, office in fresh["offices"].items():
        if code != place.office:
            assert office["items"] == before["offices"][code]["items"]
    assert corrected(fresh, place, given_points) == fresh

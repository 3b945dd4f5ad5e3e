"""A round as data: rules, facts, evidence, points, totals and grades; and what follows from it when it is scored again.

Pure but for `take`, which reads it from the database. A snapshot holds office codes and counts, never a person.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.assessment.counted import nothing_counted, standing_among
from apps.assessment.evidence import Evidence, Figure
from apps.assessment.models import Decision, Indicator, Result, ResultItem, Scheme
from apps.assessment.rounds.freezing import facts_in_force
from apps.assessment.ruledata import evidence_from_data, evidence_to_data, rule_from_data
from apps.assessment.rules import Rank
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import Grade, Part, ScoredItem, ScoredSection, Total, add_up, grade_groups

Snapshot = dict[str, Any]
FORMAT = 1
TOTALS = ("standing", "base", "bonus", "deduction", "total", "earned", "countable", "not_applicable")


# Taking -------------------------------------------------------------------------------------------------------------


def take(scheme: Scheme) -> Snapshot:
    """The decided round as it stands in the database."""
    frozen = facts_in_force(scheme)
    return {
        "format": FORMAT,
        "scheme": _scheme(scheme),
        "facts": {
            "period": frozen.period if frozen else "",
            "as_of": frozen.as_of.isoformat() if frozen else "",
            "sha256": frozen.sha256 if frozen else "",
            "rows": frozen.rows if frozen else [],
        },
        "offices": _offices(scheme),
    }


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "code": scheme.code,
        "name": scheme.name,
        "basis": scheme.basis,
        "year": scheme.year,
        "office": scheme.office.code,
        "sha256": scheme.sha256,
        "grades": scheme.grades,
        "sections": [
            {
                "name": section.name,
                "part": section.part,
                "points": str(section.points),
                "cap": None if section.cap is None else str(section.cap),
                "indicators": [_indicator(each) for each in section.indicators.all()],
            }
            for section in scheme.sections.prefetch_related("indicators")
        ],
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "points": str(indicator.points),
        "rule_kind": indicator.rule_kind,
        "rule_data": indicator.rule_data,
        "metric": indicator.metric,
        # What stands for an office without a row in the facts.
        "nothing": evidence_to_data(nothing_counted(indicator.metric)) if indicator.metric else None,
    }


def _offices(scheme: Scheme) -> dict[str, Any]:
    decisions = {row.office_id: row for row in Decision.objects.filter(scheme=scheme)}
    items: dict[int, dict[int, ResultItem]] = defaultdict(dict)
    for item in ResultItem.objects.filter(result__scheme=scheme):
        items[item.result_id][item.indicator_id] = item
    order = [
        [each.pk for each in section.indicators.all()]
        for section in scheme.sections.prefetch_related("indicators")
    ]
    results = Result.objects.filter(scheme=scheme).select_related("office", "group").order_by("office__path")
    return {
        result.office.code: {
            "name": result.office.name,
            "group": result.group.name,
            "items": [[_item(items[result.pk].get(key)) for key in keys] for keys in order],
            **{name: str(getattr(result, name)) for name in TOTALS},
            "grade": result.grade,
            **_decided(decisions.get(result.office_id)),
        }
        for result in results
    }


def _item(item: ResultItem | None) -> dict[str, Any] | None:
    """None: the office's group is not assessed by the indicator."""
    if item is None:
        return None
    return {
        "state": item.state,
        "points": None if item.points is None else str(item.points),
        "evidence": item.evidence,
    }


def _decided(decision: Decision | None) -> dict[str, str]:
    if decision is None:
        return {"computed": "", "reason": "", "veto_basis": ""}
    return {
        "computed": decision.computed,
        "reason": decision.reason,
        "veto_basis": decision.veto_basis,
    }


# Scoring again ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Again:
    """An office's items, total and grades as the rules give them from the snapshot's evidence."""

    # None where the office's group is not assessed by the indicator.
    items: list[list[dict[str, Any] | None]]
    total: Total
    # By points, vetoes applied; "" where people decide.
    computed: str
    # What was decided otherwise stays decided.
    grade: str

    def figures(self) -> dict[str, str]:
        """As a result stores them: two places, no negative zero."""
        return {name: _stored(getattr(self.total, name)) for name in TOTALS}


def _stored(value: Any) -> str:
    return format(value + 0, ".2f") if isinstance(value, Decimal) else str(value)


def score_again(snapshot: Snapshot) -> dict[str, Again]:
    """Every office from rules and evidence alone: what the snapshot says of points and totals is not read."""
    offices: dict[str, Any] = snapshot["offices"]
    totals = {code: _total(snapshot, office) for code, office in offices.items()}
    groups: dict[str, list[str]] = defaultdict(list)
    for code, office in offices.items():
        groups[office["group"]].append(code)
    bounds = [Grade.from_data(row) for row in snapshot["scheme"]["grades"]]
    vetoed = {code: office["veto_basis"] for code, office in offices.items() if office["veto_basis"]}
    computed = dict.fromkeys(vetoed, bounds[-1].name)
    computed |= grade_groups(bounds, groups.values(), totals, vetoed=vetoed)
    return {
        code: Again(
            items=_items(snapshot, office, totals[code]),
            total=totals[code],
            computed=computed.get(code, ""),
            grade=_grade(office, computed.get(code, "")),
        )
        for code, office in offices.items()
    }


def _grade(office: dict[str, Any], computed: str) -> str:
    was_changed = office["grade"] != office["computed"]
    return str(office["grade"]) if was_changed else computed


def _total(snapshot: Snapshot, office: dict[str, Any]) -> Total:
    sections = []
    for section, items in zip(snapshot["scheme"]["sections"], office["items"], strict=True):
        scored = tuple(
            ScoredItem(
                apply_rule(
                    rule_from_data(each["rule_kind"], each["rule_data"]), evidence_from_data(item["evidence"])
                ),
                Decimal(each["points"]),
            )
            for each, item in zip(section["indicators"], items, strict=True)
            if item is not None
        )
        cap = None if section["cap"] is None else Decimal(section["cap"])
        sections.append(ScoredSection(Part(section["part"]), scored, cap))
    return add_up(sections)


def _items(snapshot: Snapshot, office: dict[str, Any], total: Total) -> list[list[dict[str, Any] | None]]:
    found = []
    for section, items, points in zip(
        snapshot["scheme"]["sections"], office["items"], total.item_points, strict=True
    ):
        scored = iter(points)
        found.append(
            [
                None if item is None else _scored(each, item, next(scored))
                for each, item in zip(section["indicators"], items, strict=True)
            ]
        )
    return found


def _scored(indicator: dict[str, Any], item: dict[str, Any], points: Decimal | None) -> dict[str, Any]:
    return {
        "state": _state(indicator, item),
        "points": None if points is None else str(points),
        "evidence": item["evidence"],
    }


def _state(indicator: dict[str, Any], item: dict[str, Any]) -> str:
    rule = rule_from_data(indicator["rule_kind"], indicator["rule_data"])
    return str(apply_rule(rule, evidence_from_data(item["evidence"])).state)


# Evidence from facts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """An item of a snapshot: the office's code, and where the indicator stands."""

    office: str
    section: int
    indicator: int


def counted_evidence(snapshot: Snapshot) -> Iterator[tuple[Place, Evidence | None]]:
    """For every counted item, what the snapshot's facts give as its evidence."""
    facts = {
        (metric, office): Figure(Decimal(above), None if below is None else Decimal(below))
        for metric, office, above, below in snapshot["facts"]["rows"]
    }
    groups: dict[str, list[str]] = defaultdict(list)
    for code, office in snapshot["offices"].items():
        groups[office["group"]].append(code)
    for number, section in enumerate(snapshot["scheme"]["sections"]):
        for position, indicator in enumerate(section["indicators"]):
            if not indicator["metric"]:
                continue
            nothing = evidence_from_data(indicator["nothing"])

            def figure(code: str, metric: str = indicator["metric"], none: Any = nothing) -> Figure | None:
                return facts.get((metric, code)) or none

            for code, office in snapshot["offices"].items():
                if office["items"][number][position] is None:
                    continue
                found: Evidence | None = figure(code)
                if indicator["rule_kind"] == Rank.kind:
                    found = standing_among(figure(code), [figure(each) for each in groups[office["group"]]])
                yield Place(code, number, position), found


def item_at(snapshot: Snapshot, place: Place) -> Any:
    found = snapshot["offices"][place.office]["items"][place.section][place.indicator]
    return found


# Correcting ---------------------------------------------------------------------------------------------------------


def corrected(snapshot: Snapshot, place: Place, points: Decimal) -> Snapshot:
    """A new snapshot in which people set one item's points; everything that follows is scored again."""
    fresh = copy.deepcopy(snapshot)
    item_at(fresh, place)["evidence"] = {"ruled": format(points, "f")}
    for code, again in score_again(fresh).items():
        office = fresh["offices"][code]
        office.update(again.figures(), items=again.items, computed=again.computed, grade=again.grade)
    return fresh

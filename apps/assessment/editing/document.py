"""A plan written out as the document of its file; `schemefile.check` reads it back."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from apps.assessment.plan import Calendar, Group, Plan, PlannedItem, PlannedSection, Span
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
from apps.assessment.totals import Grade, Part

Document = dict[str, Any]
# By this a part of a document is known while it is edited; files do not carry it.
KEY = "key"
# How a person would write the file; the database keeps no order.
ORDER = (
    *(
        "key",
        "code",
        "name",
        "basis",
        "year",
        "assessed",
        "assessor",
        "groups",
        "offices",
        "calendar",
        "grades",
    ),
    *("open", "entry_deadline", "self_statement", "review", "objection_workdays", "decision", "publish"),
    *("at_least", "quota", "points", "bonus", "deduction", "cap", "indicators", "items"),
    *("rule", "metric", "declared", "target", "unit", "each", "steps", "levels", "judges", "drop_extremes"),
    *("descriptors", "minimum_answers", "spread", "evidence", "text"),
)
_PLACE = {name: number for number, name in enumerate(ORDER)}


def in_order(value: Any) -> Any:
    """The same document with the keys of each mapping in the order of a file."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: _PLACE.get(key, len(_PLACE)))
        return {key: in_order(value[key]) for key in keys}
    return [in_order(each) for each in value] if isinstance(value, list) else value


def without_keys(value: Any) -> Any:
    """The document as a file holds it."""
    if isinstance(value, dict):
        return {name: without_keys(each) for name, each in value.items() if name != KEY}
    return [without_keys(each) for each in value] if isinstance(value, list) else value


def digest_of(document: Document) -> str:
    """sha256 of the document in one fixed spelling: the same scheme has the same, from whatever file it came."""
    spelled = json.dumps(without_keys(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def written_out(plan: Plan) -> Document:
    """The document of a plan, without keys."""
    return {
        "code": plan.code,
        "name": plan.name,
        **({"basis": plan.basis} if plan.basis else {}),
        "year": plan.year,
        "assessed": plan.assessed,
        "assessor": plan.assessor,
        "groups": [_group(group) for group in plan.groups],
        "calendar": calendar_out(plan.calendar),
        "grades": [_grade(grade) for grade in plan.grades],
        "indicators": [_section(section) for section in plan.sections],
    }


def number(value: Decimal) -> int | float:
    """As YAML and JSON write it: 5, 0.95."""
    return int(value) if value == int(value) else float(value)


def _group(group: Group) -> Document:
    return {"name": group.name, "offices": list(group.offices)}


def calendar_out(calendar: Calendar) -> Document:
    return {
        "open": calendar.open.isoformat(),
        "entry_deadline": calendar.entry_deadline.isoformat(),
        "self_statement": _span(calendar.self_statement),
        "review": _span(calendar.review),
        "objection_workdays": calendar.objection_workdays,
        "decision": calendar.decision.isoformat(),
        "publish": calendar.publish.isoformat(),
    }


def _span(span: Span) -> str:
    return f"{span.first.isoformat()}/{span.last.isoformat()}"


def _grade(grade: Grade) -> Document:
    written: Document = {"name": grade.name, "at_least": number(grade.at_least)}
    return written | ({"quota": number(grade.quota)} if grade.quota is not None else {})


def _section(section: PlannedSection) -> Document:
    written: Document = {"name": section.name}
    if section.part == Part.BASE:
        written["points"] = _section_points(section)
    else:
        written["bonus" if section.part == Part.BONUS else "deduction"] = True
    if section.cap is not None:
        written["cap"] = number(section.cap)
    return written | {"items": [_item(item, section.part) for item in section.items]}


def _section_points(section: PlannedSection) -> Any:
    if not section.group_points:
        return number(section.points)
    return {group: number(points) for group, points in section.group_points if points}


def _item(item: PlannedItem, part: Part) -> Document:
    written: Document = {"name": item.name}
    if part == Part.BASE:
        written["points"] = number(item.points)
    if item.groups:
        written["groups"] = list(item.groups)
    written["rule"] = item.rule.kind
    if item.metric:
        written["metric"] = item.metric
    if item.declared:
        written["declared"] = True
    written |= _WRITERS[type(item.rule)](item.rule)
    if isinstance(item.rule, PerItem | LadderItems | CumulativeItems) and part == Part.BASE:
        # In the base an item is worth its points: the cap says nothing more.
        written.pop("cap", None)
    if item.metric or written.get("unit") == "%":
        written.pop("unit", None)
    if item.evidence_required:
        written["evidence"] = "required"
    if item.note:
        written["text"] = item.note
    return written


def _cap(cap: Decimal | None) -> Document:
    return {} if cap is None else {"cap": number(cap)}


def _unit(unit: str) -> Document:
    return {"unit": unit} if unit else {}


def _pairs(rows: tuple[tuple[Any, Any], ...]) -> list[list[Any]]:
    return [[number(each) if isinstance(each, Decimal) else each for each in row] for row in rows]


# One writer per kind of rule; `rulefile` has the readers.
_WRITERS: dict[type, Callable[[Any], Document]] = {
    Ratio: lambda rule: {"target": number(rule.target), **_unit(rule.unit)},
    Ladder: lambda rule: {"steps": _pairs(rule.steps), **_unit(rule.unit)},
    PerItem: lambda rule: {"each": number(rule.each), **_cap(rule.cap)},
    LadderItems: lambda rule: {"levels": _pairs(rule.levels), **_cap(rule.cap)},
    CumulativeItems: lambda rule: {"levels": _pairs(rule.levels), **_cap(rule.cap)},
    Deduct: lambda rule: {"each": number(rule.each), **_cap(rule.cap)},
    Judged: lambda rule: {
        "judges": rule.judges,
        **({"drop_extremes": True} if rule.drop_extremes else {}),
        **({"descriptors": _pairs(rule.descriptors)} if rule.descriptors else {}),
    },
    Survey: lambda rule: {"target": number(rule.target), "minimum_answers": rule.minimum_answers},
    Manual: lambda rule: {},
    Rank: lambda rule: {"spread": number(rule.spread)} if rule.spread != 1 else {},
}


def kinds() -> tuple[type[Rule], ...]:
    """Every kind of rule that can be written, for tests."""
    return tuple(_WRITERS)

"""Rules and evidence as JSON and back. Numbers are kept as text, so that no digit is lost on the way."""

from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

from apps.assessment.evidence import Answers, Evidence, Figure, Item, Outcome, Ruling, Standing, Verdict
from apps.assessment.rules import Rule

RULES: dict[str, type] = {rule.kind: rule for rule in get_args(Rule)}


def rule_to_data(rule: Rule) -> dict[str, Any]:
    """The rule's numbers and words, without its kind."""
    return {each.name: _plain(getattr(rule, each.name)) for each in fields(rule)}


def rule_from_data(kind: str, data: dict[str, Any]) -> Rule:
    """The rule that `rule_to_data` wrote. Raises KeyError for an unknown kind, TypeError for foreign data."""
    rule_class = RULES[kind]
    values = {each.name: _typed(each.type, data[each.name]) for each in fields(rule_class)}
    rule: Rule = rule_class(**values)
    return rule


def evidence_to_data(evidence: Evidence | None) -> dict[str, Any] | None:
    match evidence:
        case None:
            return None
        case Figure():
            return {"numerator": _plain(evidence.numerator), "denominator": _plain(evidence.denominator)}
        case Answers():
            return {"satisfied": evidence.satisfied, "valid": evidence.valid}
        case Verdict():
            return {"outcome": evidence.outcome.value, "points": _plain(evidence.points)}
        case Standing():
            return {"value": str(evidence.value), "group": [str(each) for each in evidence.group]}
        case Ruling():
            return {"ruled": _plain(evidence.points)}
        case _:
            return {"entries": [_entry(each) for each in evidence]}


def evidence_from_data(data: dict[str, Any] | None) -> Evidence | None:
    """The evidence that `evidence_to_data` wrote."""
    if data is None:
        return None
    if "numerator" in data:
        denominator = data["denominator"]
        return Figure(Decimal(data["numerator"]), None if denominator is None else Decimal(denominator))
    if "valid" in data:
        return Answers(data["satisfied"], data["valid"])
    if "outcome" in data:
        return Verdict(Outcome(data["outcome"]), Decimal(data["points"]))
    if "ruled" in data:
        return Ruling(Decimal(data["ruled"]))
    if "group" in data:
        return Standing(Fraction(data["value"]), tuple(Fraction(each) for each in data["group"]))
    return tuple(
        Decimal(each) if isinstance(each, str) else Item(each["matter"], frozenset(each["levels"]))
        for each in data["entries"]
    )


def _entry(entry: Item | Decimal) -> Any:
    if isinstance(entry, Item):
        return {"matter": entry.matter, "levels": sorted(entry.levels)}
    return str(entry)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _typed(annotation: Any, value: Any) -> Any:
    """`annotation` is the field's own: the rules state plain types."""
    if value is None or annotation in {str, int, bool}:
        return value
    if annotation in _PAIRS:
        left, right = _PAIRS[annotation]
        return tuple((left(first), right(second)) for first, second in value)
    return Decimal(value)


_PAIRS: dict[Any, tuple[type, type]] = {
    tuple[tuple[str, Decimal], ...]: (str, Decimal),
    tuple[tuple[Decimal, str], ...]: (Decimal, str),
    tuple[tuple[Decimal, Decimal], ...]: (Decimal, Decimal),
}

"""A year's assessment of offices: facts, schemes, what offices declare, and results.

Everything here is about offices. No row can hold a member, and none ranks a person (design §1).
"""

from apps.assessment.models.declared import DeclaredFigure, ManualScore
from apps.assessment.models.facts import MetricFact, Rollup
from apps.assessment.models.results import Result, ResultItem, ResultQuerySet
from apps.assessment.models.schemes import Assessed, Group, Indicator, Scheme, SchemeQuerySet, Section

__all__ = [
    "Assessed",
    "DeclaredFigure",
    "Group",
    "Indicator",
    "ManualScore",
    "MetricFact",
    "Result",
    "ResultItem",
    "ResultQuerySet",
    "Rollup",
    "Scheme",
    "SchemeQuerySet",
    "Section",
]

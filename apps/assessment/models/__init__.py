"""A year's assessment of offices: facts, schemes, what offices declare and state, who examines it, and results.

Everything here is about offices. No row can hold a member, and none ranks a person (design §1); that a member was asked
stands in `SurveyInvitation`, to which nothing of this leads.
"""

from apps.assessment.models.declared import DeclaredFigure, ManualScore
from apps.assessment.models.examiners import Examiner, Mark
from apps.assessment.models.facts import MetricFact, Rollup
from apps.assessment.models.letters import LettersRequest
from apps.assessment.models.objections import Objection
from apps.assessment.models.publications import FrozenFacts, Publication
from apps.assessment.models.results import Result, ResultItem, ResultQuerySet
from apps.assessment.models.rounds import Decision, RoundStep
from apps.assessment.models.schemes import Assessed, Group, Indicator, Scheme, SchemeQuerySet, Section
from apps.assessment.models.statements import SelfStatement, StatementFile, StatementItem
from apps.assessment.models.surveys import Survey, SurveyCount, SurveyedOffice, SurveyInvitation
from apps.assessment.models.versions import SchemeVersion, WorkingCopy

__all__ = [
    "Assessed",
    "Decision",
    "DeclaredFigure",
    "Examiner",
    "FrozenFacts",
    "Group",
    "Indicator",
    "LettersRequest",
    "ManualScore",
    "Mark",
    "MetricFact",
    "Objection",
    "Publication",
    "Result",
    "ResultItem",
    "ResultQuerySet",
    "Rollup",
    "RoundStep",
    "Scheme",
    "SchemeQuerySet",
    "SchemeVersion",
    "Section",
    "SelfStatement",
    "StatementFile",
    "StatementItem",
    "Survey",
    "SurveyCount",
    "SurveyInvitation",
    "SurveyedOffice",
    "WorkingCopy",
]

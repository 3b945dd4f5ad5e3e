"""Cases, tasks, what was done with them, and the links for those who do not sign in."""

from apps.casework.models.cases import AdoptedLevel, Case, CaseKind, CaseQuerySet, Verdict, Via
from apps.casework.models.replies import CaseLink, Reply
from apps.casework.models.steps import StepTaken
from apps.casework.models.tasks import Supervision, Task, TaskQuerySet
from apps.casework.models.terms import Term, TermSetting, Unit
from apps.casework.models.timed import Timed

__all__ = [
    "AdoptedLevel",
    "Case",
    "CaseKind",
    "CaseLink",
    "CaseQuerySet",
    "Reply",
    "StepTaken",
    "Supervision",
    "Task",
    "TaskQuerySet",
    "Term",
    "TermSetting",
    "Timed",
    "Unit",
    "Verdict",
    "Via",
]

"""The steps of a round: from which state to which, whose they are, and whether they need a reason. No database.

From draft to open leads `assessment.actions.open_scheme`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.assessment.models import Scheme
from apps.core.access import Permission

S = Scheme.State


@dataclass(frozen=True)
class Step:
    """`verb` is what the button says; `effect` what follows from it. A step back needs a reason."""

    was: Scheme.State
    became: Scheme.State
    verb: str | Promise
    effect: str | Promise
    permission: Permission
    is_back: bool = False


STEPS = (
    Step(
        S.OPEN,
        S.REVIEW,
        _("进入审核"),
        _("录入封账，数据封存；各单位的自评和申报不能再改。"),
        Permission.ASSESSMENT_MANAGE,
    ),
    Step(
        S.REVIEW,
        S.OBJECTION,
        _("反馈结果"),
        _("评分不能再改；各单位看到结果，可以在异议期内提出异议。"),
        Permission.ASSESSMENT_MANAGE,
    ),
    Step(
        S.OBJECTION,
        S.DECIDED,
        _("审定"),
        _("得分和等次不再变动，可以公布。"),
        Permission.ASSESSMENT_DECIDE,
    ),
    Step(
        S.DECIDED,
        S.PUBLISHED,
        _("公布"),
        _("结果连同所依据的规则和数据存档；公布后不能修改，只能另出更正版。"),
        Permission.ASSESSMENT_MANAGE,
    ),
    Step(
        S.PUBLISHED,
        S.ARCHIVED,
        _("归档"),
        _("系统先按存档数据重算一遍，一致才能归档。"),
        Permission.ASSESSMENT_MANAGE,
    ),
    Step(
        S.OBJECTION,
        S.REVIEW,
        _("退回审核"),
        _("异议期停止；重新反馈结果后异议期重新计算。"),
        Permission.ASSESSMENT_MANAGE,
        is_back=True,
    ),
    Step(
        S.DECIDED,
        S.OBJECTION,
        _("撤回审定"),
        _("得分重新随数据变动；须再次审定。"),
        Permission.ASSESSMENT_DECIDE,
        is_back=True,
    ),
)


def steps_from(state: str) -> list[Step]:
    """The steps that lead on from a state, forward ones first."""
    return [step for step in STEPS if step.was == state]


def step_between(was: str, became: str) -> Step | None:
    return next((step for step in STEPS if (step.was, step.became) == (was, became)), None)

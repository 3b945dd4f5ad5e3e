"""What a survey asks, closed in code: about the office's service, never about a person; no free text, no town, no day."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Question(models.TextChoices):
    CONTACT = "contact", _("与您保持联系的情况")
    MATTERS = "matters", _("对您所提诉求和建议的办理、答复")
    ACTIVITIES = "activities", _("组织的活动对您是否有用")
    INFORMATION = "information", _("政策和事项的告知是否及时、清楚")
    OVERALL = "overall", _("总的来说，对这个单位的服务")


# The one that is scored; the others say where to improve.
SCORED = Question.OVERALL


class Opinion(models.TextChoices):
    SATISFIED = "satisfied", _("满意")
    FAIRLY = "fairly", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")
    # No opinion is no vote against: it counts on neither side.
    UNKNOWN = "unknown", _("不了解")


Ballot = Mapping[Question, Opinion]
GOOD = (Opinion.SATISFIED, Opinion.FAIRLY)
VALID = (*GOOD, Opinion.DISSATISFIED)
# Count and result are there from so many answers on: figures of few people are never shown (design §1).
FEWEST_ANSWERS = 10

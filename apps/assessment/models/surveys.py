"""满意度测评: members rate the office's service. What was answered and who was asked have no link (docs/decisions/0024).

`SurveyInvitation` alone knows a person. It names the office's survey by its number and not by a foreign key, so that no
walk through the schema leads from a person to an answer or to a score.
"""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Indicator, Scheme
from apps.assessment.surveys.questions import FEWEST_ANSWERS, Opinion, Question
from apps.core.access import Actor, Permission, within
from apps.core.fields import EncryptedTextField
from apps.members.models import Member
from apps.offices.models import Office


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        return self.filter(indicator__section__scheme__in=Scheme.objects.visible_to(actor, permission))

    def running(self) -> Self:
        return self.filter(closed_on__isnull=True)


@pghistory.track()
class Survey(models.Model):
    """One question sheet of a scheme's office to members of the assessed offices, for one indicator."""

    indicator = models.OneToOneField(
        Indicator, on_delete=models.PROTECT, related_name="survey", db_comment="pd:none; end=keep"
    )
    # Of those who may be asked; the same for every office.
    percent = models.PositiveSmallIntegerField(_("抽取比例"), default=100, db_comment="pd:none; end=keep")
    opened_on = models.DateField(_("发出"), db_comment="pd:none; end=keep")
    closes_on = models.DateField(_("截止"), db_comment="pd:none; end=keep")
    closed_on = models.DateField(_("结束"), null=True, db_comment="pd:none; end=keep")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("满意度测评")
        verbose_name_plural = _("满意度测评")
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="survey_percent"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opened_on")), name="survey_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return str(self.indicator)

    @property
    def is_running(self) -> bool:
        # See also SurveyQuerySet.running.
        return self.closed_on is None


class SurveyedOfficeQuerySet(models.QuerySet["SurveyedOffice"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        return self.filter(within(actor.office_ranges(permission), "office__path"))


class SurveyedOffice(models.Model):
    """One office's part of a survey. Without history: each answer moves `sealed`, and no move may be kept."""

    class LeftOut(models.TextChoices):
        TOO_FEW = "too_few", _("可测评人数不足")
        TOO_CLOSE = "too_close", _("与以往测评的对象几乎相同")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="offices", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    asked = models.PositiveIntegerField(_("发出份数"), default=0, db_comment="pd:none; end=keep")
    # Why nobody was asked here.
    left_out = models.CharField(
        max_length=9, choices=LeftOut.choices, blank=True, db_comment="pd:none; end=keep"
    )
    # While it runs: all answers so far, added up, as `surveys.tally` writes them. Opened by nothing but an answer and the end.
    sealed = EncryptedTextField(blank=True, default="", db_comment="pd:secret; end=blank")
    # Once it has ended, where there were enough: how many answered.
    sheets = models.PositiveIntegerField(_("收回份数"), null=True, db_comment="pd:none; end=keep")

    objects = SurveyedOfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("被测评单位")
        verbose_name_plural = _("被测评单位")
        constraints = [
            models.UniqueConstraint(fields=["survey", "office"], name="office_surveyed_once"),
            models.CheckConstraint(
                condition=Q(left_out__in=["", "too_few", "too_close"]), name="surveyed_left_out_known"
            ),
            models.CheckConstraint(
                condition=Q(sheets__isnull=True) | Q(sheets__gte=FEWEST_ANSWERS),
                name="surveyed_shown_when_enough",
            ),
        ]

    def __str__(self) -> str:
        return str(self.office)


class SurveyCount(models.Model):
    """How often an answer was given at an office. Written once, when the survey has ended with ten answers or more."""

    surveyed = models.ForeignKey(
        SurveyedOffice, on_delete=models.CASCADE, related_name="counts", db_comment="pd:none; end=keep"
    )
    question = models.CharField(max_length=11, choices=Question.choices, db_comment="pd:none; end=keep")
    opinion = models.CharField(max_length=12, choices=Opinion.choices, db_comment="pd:none; end=keep")
    number = models.PositiveIntegerField(db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("测评结果")
        verbose_name_plural = _("测评结果")
        constraints = [
            models.UniqueConstraint(fields=["surveyed", "question", "opinion"], name="survey_count_once"),
            models.CheckConstraint(
                condition=Q(question__in=Question.values), name="survey_count_question_known"
            ),
            models.CheckConstraint(
                condition=Q(opinion__in=Opinion.values), name="survey_count_opinion_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.opinion}"


class SurveyInvitation(models.Model):
    """That a member was asked, and, until the survey ends, whether they answered: no time, no order, no way to what.

    All rows of an office are rewritten with each answer, and when it ends they forget who answered. The rows stay for
    two years, so that the next survey does not ask nearly the same people.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False, db_comment="pd:basic; end=erase"
    )
    # SurveyedOffice.public_id. No foreign key: see above.
    sheet = models.UUIDField(db_comment="pd:basic; end=erase")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=2y"
    )
    # A keyed hash of the secret; the secret itself is made anew from the row's id (surveys.tokens).
    digest = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=erase")
    answered = models.BooleanField(default=False, db_comment="pd:basic; end=blank")

    class Meta:
        verbose_name = _("测评邀请")
        verbose_name_plural = _("测评邀请")
        constraints = [models.UniqueConstraint(fields=["sheet", "member"], name="invited_once")]

    def __str__(self) -> str:
        return "invitation"

"""办理期限: what administrators changed; the rest stands in `apps.casework.deadlines`."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Term(models.TextChoices):
    """What may have a time limit."""

    ACCEPT = "accept", _("受理")
    POLICY_QUESTION = "policy_question", _("政策咨询")
    REQUEST = "request", _("诉求")
    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")
    PROPOSAL = "proposal", _("议案提案")
    TASK = "task", _("交办任务")
    SUPERVISION = "supervision", _("督办反馈")


class Unit(models.TextChoices):
    WORKDAYS = "workdays", _("个工作日")
    MONTHS = "months", _("个月")


@pghistory.track()
class TermSetting(models.Model):
    """One changed time limit. It holds for what is opened from now on; running deadlines stay."""

    term = models.CharField(max_length=16, choices=Term.choices, unique=True, db_comment="pd:none; end=keep")
    number = models.PositiveSmallIntegerField(_("期限"), db_comment="pd:none; end=keep")
    unit = models.CharField(_("单位"), max_length=8, choices=Unit.choices, db_comment="pd:none; end=keep")
    # Working days that one extension adds; 0: none is granted.
    extension = models.PositiveSmallIntegerField(_("可延期"), default=0, db_comment="pd:none; end=keep")
    changed_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("办理期限")
        verbose_name_plural = _("办理期限")
        constraints = [
            models.CheckConstraint(condition=Q(term__in=Term.values), name="term_known"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="term_unit_known"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=250), name="term_in_reason"),
        ]

    def __str__(self) -> str:
        return self.term

"""Who examines a group of offices, and the marks that judges give, blind to each other."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Group, Indicator
from apps.core.fields import GuardedCharField
from apps.offices.models import Office


@pghistory.track()
class Examiner(models.Model):
    """评审人员: a reviewer (checks what was declared) or a judge (marks what is judged) of one group's offices."""

    class Task(models.TextChoices):
        REVIEW = "review", _("审核人")
        JUDGE = "judge", _("评委")

    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="examiners", db_comment="pd:none; end=keep"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    task = models.CharField(_("职责"), max_length=6, choices=Task.choices, db_comment="pd:none; end=keep")
    named_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("评审人员")
        verbose_name_plural = _("评审人员")
        ordering = ["group__position", "task", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "user", "task"], name="examiner_once"),
            models.CheckConstraint(condition=Q(task__in=["review", "judge"]), name="examiner_task_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.user_id}"


@pghistory.track()
class Mark(models.Model):
    """One judge's points for one judged indicator of one office, with the reason.

    Nobody but the judge reads it before all judges of the office have marked the indicator (rounds.judging).
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="marks", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    points = models.DecimalField(_("评分"), max_digits=5, decimal_places=2, db_comment="pd:none; end=keep")
    reason = GuardedCharField(_("理由"), max_length=200, db_comment="pd:none; end=keep")
    given_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("评委评分")
        verbose_name_plural = _("评委评分")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "office", "judge"], name="mark_once_per_judge"),
            models.CheckConstraint(condition=Q(points__gte=0), name="mark_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="mark_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.office_id}"

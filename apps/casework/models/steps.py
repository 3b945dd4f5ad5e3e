"""What was done with a case or task, when, by whom and why: the timeline on its page."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.casework.models.cases import Case, Via
from apps.casework.models.tasks import Task
from apps.casework.states import Step
from apps.core.fields import GuardedCharField
from apps.offices.models import Office


class StepTaken(models.Model):
    """One step. `by` is empty where the asker, a department or the clock took it; `via` says how then."""

    case = models.ForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="steps", db_comment="pd:none; end=keep"
    )
    task = models.ForeignKey(
        Task, null=True, on_delete=models.PROTECT, related_name="steps", db_comment="pd:none; end=keep"
    )
    step = models.CharField(max_length=16, choices=Step.choices, db_comment="pd:none; end=keep")
    on = models.DateField(db_comment="pd:none; end=keep")
    at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    via = models.CharField(max_length=8, choices=Via.choices, blank=True, db_comment="pd:none; end=keep")
    reason = GuardedCharField(_("原因"), blank=True, db_comment="pd:sensitive; end=2y")
    # To which office it was transferred or handed out.
    office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="step_known"),
            models.CheckConstraint(condition=Q(via__in=["", *Via.values]), name="step_via_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, task__isnull=True) | Q(case__isnull=True, task__isnull=False),
                name="step_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.on}"

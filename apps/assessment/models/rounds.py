"""A round's steps and the leader's decision (审定)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Scheme
from apps.core.fields import GuardedCharField
from apps.offices.models import Office


class RoundStep(models.Model):
    """One step of a round, forward or back: who, when, and why where it was back. Only ever added to."""

    append_only = True

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="steps", db_comment="pd:none; end=keep"
    )
    was = models.CharField(max_length=9, choices=Scheme.State.choices, db_comment="pd:none; end=keep")
    became = models.CharField(max_length=9, choices=Scheme.State.choices, db_comment="pd:none; end=keep")
    reason = GuardedCharField(_("原因"), max_length=200, blank=True, db_comment="pd:none; end=keep")
    # The day that working days are counted from.
    taken_on = models.DateField(default=timezone.localdate, db_comment="pd:none; end=keep")
    taken_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta:
        verbose_name = _("考核进程")
        verbose_name_plural = _("考核进程")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(was__in=Scheme.State.values) & Q(became__in=Scheme.State.values),
                name="round_step_states_known",
            )
        ]
        triggers = [pgtrigger.Protect(name="round_step_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


@pghistory.track()
class Decision(models.Model):
    """审定: the grade an office gets, beside the one that follows from the points.

    Written while the round is in objection; it holds from the step to `decided` on, which signs all of them.
    """

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="decisions", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    grade = models.CharField(_("审定等次"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    # What the points give; "" where people must decide (more than 20 points do not apply).
    computed = models.CharField(_("计算等次"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    reason = GuardedCharField(_("调整理由"), max_length=200, blank=True, db_comment="pd:none; end=keep")
    # 一票否决: only with the document it rests on.
    veto_basis = GuardedCharField(
        _("一票否决依据（文号）"), max_length=100, blank=True, db_comment="pd:none; end=keep"
    )
    decided_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("审定")
        verbose_name_plural = _("审定")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "office"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(grade="") | Q(grade=F("computed")) | ~Q(reason="") | ~Q(veto_basis=""),
                name="decision_changed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.office_id}"

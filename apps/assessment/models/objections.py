"""异议: an office does not agree with an item of its result; somebody who did not examine it answers in writing."""

from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Indicator
from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedTextField
from apps.offices.models import Office


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Objections of the actor's offices and of all below them."""
        return self.filter(within(actor.office_ranges(permission), "office__path"))

    def open(self) -> Self:
        """Still owed an answer."""
        return self.filter(state=Objection.State.FILED)


@pghistory.track()
class Objection(models.Model):
    """异议和复核: one item of one office, once a round; the answer keeps the result, or changes it with a reason."""

    class State(models.TextChoices):
        FILED = "filed", _("待复核")
        MAINTAINED = "maintained", _("维持原结果")
        CHANGED = "changed", _("已更改")
        WITHDRAWN = "withdrawn", _("已撤回")

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="objections", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    text = GuardedTextField(_("异议内容"), db_comment="pd:none; end=keep")
    # What the office objects to, so that a change can be read beside it.
    points_then = models.DecimalField(
        _("原得分"), max_digits=6, decimal_places=2, null=True, db_comment="pd:none; end=keep"
    )
    filed_at = models.DateTimeField(db_comment="pd:none; end=keep")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.FILED, db_comment="pd:none; end=keep"
    )
    answer = GuardedTextField(_("复核意见"), blank=True, db_comment="pd:none; end=keep")
    # The item's points from now on, where the result is changed.
    points = models.DecimalField(
        _("复核后得分"), max_digits=6, decimal_places=2, null=True, blank=True, db_comment="pd:none; end=keep"
    )
    answered_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["filed_at"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "office"], name="objection_once_per_item"),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "maintained", "changed", "withdrawn"]),
                name="objection_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "withdrawn"], answered_by__isnull=True)
                | (
                    Q(
                        state__in=["maintained", "changed"],
                        answered_by__isnull=False,
                        answered_at__isnull=False,
                    )
                    & ~Q(answer="")
                ),
                name="objection_answered_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(state="changed", points__isnull=False)
                | (~Q(state="changed") & Q(points__isnull=True)),
                name="objection_changed_has_points",
            ),
            # Four eyes: who objects does not answer.
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("filed_by")),
                name="objection_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.office_id}"

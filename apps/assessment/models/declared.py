"""What offices declare and what a reviewer says where the software cannot count."""

from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.evidence import Outcome
from apps.assessment.models.schemes import Indicator
from apps.core.access import Actor, Permission, within
from apps.files.models import StoredFile
from apps.offices.models import Office


class DeclaredFigureQuerySet(models.QuerySet["DeclaredFigure"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        return self.filter(within(actor.office_ranges(permission), "office__path"))

    def confirmed(self) -> Self:
        return self.filter(state=DeclaredFigure.State.CONFIRMED)


@pghistory.track()
class DeclaredFigure(models.Model):
    """申报数: what an office declares where the software cannot count, with evidence, until a reviewer confirms it.

    For rules by item (表彰 …) each row is one matter and its level; else it is the indicator's one figure.
    """

    class State(models.TextChoices):
        DECLARED = "declared", _("待审核")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("已退回")

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="declared_figures", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    matter = models.CharField(_("事项"), max_length=60, blank=True, db_comment="pd:none; end=keep")
    level = models.CharField(_("级别"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    numerator = models.DecimalField(
        _("数值（分子）"), max_digits=12, decimal_places=2, default=1, db_comment="pd:none; end=keep"
    )
    denominator = models.DecimalField(
        _("应有数（分母）"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        db_comment="pd:none; end=keep",
    )
    evidence = models.CharField(
        _("佐证（文号或材料名称）"), max_length=100, blank=True, db_comment="pd:none; end=keep"
    )
    evidence_file = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:none; end=keep",
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.DECLARED, db_comment="pd:none; end=keep"
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    declared_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    reviewed_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    review_note = models.CharField(_("审核意见"), max_length=100, blank=True, db_comment="pd:none; end=keep")

    objects = DeclaredFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("申报数")
        verbose_name_plural = _("申报数")
        ordering = ["indicator__section__position", "indicator__position", "office__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "office", "matter"], name="declared_once_per_matter"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "confirmed", "refused"]), name="declared_state_known"
            ),
            models.CheckConstraint(
                condition=Q(numerator__gte=0)
                & (Q(denominator__isnull=True) | Q(denominator__gte=F("numerator"))),
                name="declared_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(state="declared", reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="declared_reviewed_by_someone",
            ),
            # Four eyes: who declared does not confirm.
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("declared_by")),
                name="declared_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.matter or str(self.indicator)


@pghistory.track()
class ManualScore(models.Model):
    """A reviewer's word on a manual indicator of one office: met, met in part, or not met, with the reason."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="manual_scores", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    outcome = models.CharField(
        _("结论"),
        max_length=7,
        choices=[(Outcome.MET, _("完成")), (Outcome.PART, _("部分完成")), (Outcome.NOT_MET, _("未完成"))],
        db_comment="pd:none; end=keep",
    )
    points = models.DecimalField(
        _("得分"), max_digits=6, decimal_places=2, default=0, db_comment="pd:none; end=keep"
    )
    reason = models.CharField(_("依据"), max_length=100, db_comment="pd:none; end=keep")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    given_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("人工评分")
        verbose_name_plural = _("人工评分")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "office"], name="manual_score_once"),
            models.CheckConstraint(condition=Q(outcome__in=list(Outcome)), name="manual_outcome_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="manual_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.office}"

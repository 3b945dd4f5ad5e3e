"""自评: what an assessed office says of its own year, item by item, with the files that bear it out."""

from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Indicator, Scheme
from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedTextField
from apps.files.models import StoredFile
from apps.offices.models import Office


class SelfStatementQuerySet(models.QuerySet["SelfStatement"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Statements of the actor's offices and of all below them."""
        return self.filter(within(actor.office_ranges(permission), "office__path"))


@pghistory.track()
class SelfStatement(models.Model):
    """自评: one office's statement under a scheme. A draft is the office's own; what is submitted is reviewed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="statements", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.DRAFT, db_comment="pd:none; end=keep"
    )
    submitted_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = SelfStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("自评")
        verbose_name_plural = _("自评")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "office"], name="statement_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"]), name="statement_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False, submitted_by__isnull=False),
                name="statement_submitted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.office_id}"

    @property
    def is_submitted(self) -> bool:
        return self.state == self.State.SUBMITTED


@pghistory.track()
class StatementItem(models.Model):
    """What the office says of one indicator: a text, and the points it believes it earned."""

    statement = models.ForeignKey(
        SelfStatement, on_delete=models.PROTECT, related_name="items", db_comment="pd:none; end=keep"
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    text = GuardedTextField(_("自评说明"), blank=True, db_comment="pd:none; end=keep")
    claimed = models.DecimalField(
        _("自评分"), max_digits=6, decimal_places=2, null=True, blank=True, db_comment="pd:none; end=keep"
    )
    edited_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("自评说明")
        verbose_name_plural = _("自评说明")
        constraints = [models.UniqueConstraint(fields=["statement", "indicator"], name="statement_item_once")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.indicator_id}"


class StatementFile(models.Model):
    """A file that bears out what the office says of one indicator (佐证材料)."""

    statement = models.ForeignKey(
        SelfStatement, on_delete=models.PROTECT, related_name="files", db_comment="pd:none; end=keep"
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    added_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)

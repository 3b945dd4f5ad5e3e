"""Reports: which figures an official document was made of."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models import Scheme
from apps.core.access import Actor, Permission, within
from apps.offices.models import OfficeScoped


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Reports on the actor's offices. One with figures of fewer than five people stays with who made it."""
        scope = within(actor.office_ranges(permission))
        return self.filter(scope, Q(holds_small_figures=False) | Q(made_by=actor.pk))


class Report(OfficeScoped):
    """报告: one set of figures, from which Word, PDF and Excel are made as often as wanted."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    year = models.PositiveSmallIntegerField(_("年度"), db_comment="pd:none; end=keep")
    # None: nobody assesses the office; the report has figures and no score.
    scheme = models.ForeignKey(
        Scheme, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    # What was decided, or of a closed year; a 送审稿 otherwise.
    is_final = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    # apps.reports.figures.to_snapshot: record numbers and counts, never a name.
    snapshot = models.JSONField(db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    holds_small_figures = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    made_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = ReportQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        abstract = False
        verbose_name = _("报告")
        verbose_name_plural = _("报告")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.office} {self.year}"

    @property
    def title(self) -> str:
        """What its files are called."""
        kind = "统战工作考核报告" if self.scheme_id else "统战工作情况报告"
        return f"{self.office.name}{self.year}年度{kind}{'' if self.is_final else '（送审稿）'}"

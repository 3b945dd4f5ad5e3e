"""Reports: which figures an official document was made of."""

import uuid
from functools import cached_property
from typing import Self, cast

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models import Publication, Scheme
from apps.core.access import Actor, Permission, within
from apps.core.packed import PackedJSONField
from apps.core.small_numbers import own_paths
from apps.files.models import StoredFile
from apps.offices.models import OfficeScoped, ScopedQuerySet, paths_above
from apps.reports.figures import AnnualFigures, from_snapshot


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Reports on the actor's offices. Figures of fewer than five people are for those who stand in the office."""
        own = Q(office_path__in=own_paths(actor, permission))
        return self.filter(within(actor.office_ranges(permission)), Q(holds_small_figures=False) | own)

    def in_state(self, state: str) -> Self:
        """Narrowed to `final` or `draft`; anything else narrows nothing."""
        return self.filter(is_final=state == "final") if state in ("final", "draft") else self


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
    # The published results its figures were taken from.
    publication = models.ForeignKey(
        Publication, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    # apps.reports.figures.to_snapshot: record numbers and counts, never a name.
    snapshot = PackedJSONField(db_comment="pd:none; end=keep")
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

    @cached_property
    def figures(self) -> AnnualFigures:
        """What the snapshot was made of, read once for all formats."""
        return from_snapshot(self.snapshot)

    @property
    def title(self) -> str:
        """What its files are called."""
        kind = "统战工作考核报告" if self.scheme_id else "统战工作情况报告"
        return f"{self.office.name}{self.year}年度{kind}{'' if self.is_final else '（送审稿）'}"


class ReportTemplateQuerySet(ScopedQuerySet):
    def standing_over(self, path: str) -> "ReportTemplate | None":
        """The one in use at the office with this path, or at the nearest office above; None: the built-in one."""
        in_use = self.filter(in_use=True, office_path__in=paths_above(path))
        nearest = in_use.select_related("stored", "office").order_by("-office_path").first()
        return cast("ReportTemplate | None", nearest)


@pghistory.track()
class ReportTemplate(OfficeScoped):
    """报告模板: the Word file by which an office, and those below it, have their reports made. Versions are kept."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    version = models.PositiveSmallIntegerField(_("版本"), db_comment="pd:none; end=keep")
    stored = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    in_use = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    uploaded_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    objects = ReportTemplateQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        abstract = False
        verbose_name = _("报告模板")
        verbose_name_plural = _("报告模板")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["office", "version"], name="template_numbered"),
            models.UniqueConstraint(
                fields=["office"], condition=Q(in_use=True), name="template_one_in_use_per_office"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.version}"


class ArchivedFile(models.Model):
    """归档文件: a file of a final report as it was made, or as it came back edited and stamped. Only ever added to."""

    append_only = True

    class Kind(models.TextChoices):
        DOCX = "docx", _("Word 文档")
        PDF = "pdf", _("PDF 文档")
        XLSX = "xlsx", _("Excel 工作簿")
        STAMPED = "stamped", _("盖章扫描件")

    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="archived", db_comment="pd:none; end=keep"
    )
    kind = models.CharField(_("类型"), max_length=7, choices=Kind.choices, db_comment="pd:none; end=keep")
    stored = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    # Of the bytes on the day they came; the file is held against it each time it is handed out.
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    archived_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta:
        verbose_name = _("归档文件")
        verbose_name_plural = _("归档文件")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["docx", "pdf", "xlsx", "stamped"]), name="archived_kind_known"
            ),
            # What was made is made once; what comes back stamped may come again, beside the first.
            models.UniqueConstraint(
                fields=["report", "kind"], condition=~Q(kind="stamped"), name="archived_once_per_format"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="archived_file_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return str(self.stored)

"""What an office said its headings mean, so that the next roster needs no telling."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.offices.models import OfficeScoped, ScopedQuerySet


class RosterMemory(OfficeScoped):
    """A heading as an office's lists of one kind write it, and the column it was mapped to. Words of headings, never values."""

    # A value of `ImportBatch.Kind`.
    kind = models.CharField(
        _("种类"), max_length=8, default="roster", db_default="roster", db_comment="pd:none; end=keep"
    )
    # Without spaces, brackets and case: `apps.members.importing.vocabulary.plain`.
    heading = models.CharField(_("表头"), max_length=64, db_comment="pd:none; end=keep")
    # A value of the kind's columns (`importing.kinds`); empty: the column is not read.
    column = models.CharField(_("含义"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    remembered_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("表头记忆")
        verbose_name_plural = _("表头记忆")
        constraints = [
            models.UniqueConstraint(
                fields=["office", "kind", "heading"], name="roster_heading_remembered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"

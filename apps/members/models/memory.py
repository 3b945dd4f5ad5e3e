"""What an office said its headings mean, so that the next roster needs no telling."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.offices.models import OfficeScoped, ScopedQuerySet


class RosterMemory(OfficeScoped):
    """A heading as an office's rosters write it, and the column it was mapped to. Words of headings, never values."""

    # Without spaces, brackets and case: `apps.members.importing.columns.plain`.
    heading = models.CharField(_("表头"), max_length=64, db_comment="pd:none; end=keep")
    # A value of `importing.columns.Column`; empty: the column is not read.
    column = models.CharField(_("含义"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    remembered_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("表头记忆")
        verbose_name_plural = _("表头记忆")
        constraints = [
            models.UniqueConstraint(fields=["office", "heading"], name="roster_heading_remembered_once")
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"

"""What a scheme is while somebody works on it, and what it was: the working copy and the versions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Scheme


class WorkingCopy(models.Model):
    """底稿: a scheme's document as it is being edited; it may hold anything, and scores nobody.

    Of a draft it is the whole truth; of a scheme that is open, a change that is not yet in force.
    """

    scheme = models.OneToOneField(
        Scheme, on_delete=models.CASCADE, related_name="working_copy", db_comment="pd:none; end=keep"
    )
    document = models.JSONField(db_comment="pd:none; end=keep")
    # Counts the edits: who saves over somebody else's is told.
    revision = models.PositiveIntegerField(default=0, db_comment="pd:none; end=keep")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    edited_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("方案底稿")
        verbose_name_plural = _("方案底稿")

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.revision}"


class SchemeVersion(models.Model):
    """方案版本: what was in force from this moment on. The first is made at opening; rows are added, never changed."""

    append_only = True

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="versions", db_comment="pd:none; end=keep"
    )
    number = models.PositiveSmallIntegerField(_("版本"), db_comment="pd:none; end=keep")
    document = models.JSONField(db_comment="pd:none; end=keep")
    # Of the document without its keys.
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    reason = models.CharField(_("变更原因"), max_length=200, db_comment="pd:none; end=keep")
    # Null where a command did it.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    made_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("方案版本")
        verbose_name_plural = _("方案版本")
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(number__gte=1), name="scheme_version_has_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="scheme_version_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} v{self.number}"

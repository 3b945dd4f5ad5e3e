"""Departments and askers do not sign in: the links they are given, and what departments said."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.casework.models.cases import Case, Via
from apps.core.fields import GuardedCharField
from apps.files.models import StoredFile
from apps.offices.models import Office


class CaseLink(models.Model):
    """A one-time link for one case: a department answers with it, or the asker says what they think. Kept as a hash."""

    class Purpose(models.TextChoices):
        DEPARTMENT = "department", _("部门答复")
        ASKER = "asker", _("提出人评价")

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="links", db_comment="pd:none; end=keep"
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, db_comment="pd:none; end=keep")
    office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    digest = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=keep")
    made_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    last_day = models.DateField(db_comment="pd:none; end=keep")
    used_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    revoked_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("一次性链接")
        verbose_name_plural = _("一次性链接")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["department", "asker"]), name="case_link_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(purpose="asker", office__isnull=True)
                | Q(purpose="department", office__isnull=False),
                name="case_link_department_has_office",
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    def is_live(self, today: dt.date) -> bool:
        """Not used, not taken back, not run out."""
        return self.used_at is None and self.revoked_at is None and today <= self.last_day


class Reply(models.Model):
    """What a department said, by its link or on paper (代录, with the scan). The cadre still answers the asker."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="replies", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("部门"),
        db_comment="pd:none; end=keep",
    )
    text = GuardedCharField(_("答复内容"), db_comment="pd:sensitive; end=2y")
    replied_on = models.DateField(_("答复日期"), db_comment="pd:none; end=keep")
    via = models.CharField(max_length=8, choices=Via.choices, db_comment="pd:none; end=keep")
    scan = models.ForeignKey(
        StoredFile,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("扫描件"),
        db_comment="pd:basic; end=2y",
    )
    recorded_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta:
        verbose_name = _("部门答复")
        verbose_name_plural = _("部门答复")
        constraints = [
            models.CheckConstraint(condition=Q(via__in=Via.values), name="reply_via_known"),
            # Whoever writes down what another said names themselves and shows the paper; both text and scan end.
            models.CheckConstraint(
                condition=Q(via="link")
                | Q(recorded_by__isnull=False, scan__isnull=False)
                | Q(recorded_by__isnull=False, text=""),
                name="reply_recorded_with_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"

"""Stored files: whose they are, what for, and when they end."""

import uuid
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def of(self, actor: Actor) -> Self:
        """The actor's own files. For everybody else they do not exist."""
        return self.filter(owner_id=actor.pk) if actor.pk else self.none()

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class StoredFile(models.Model):
    """A file outside the database, under a random name; reached only through the one download door."""

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", _("同意书扫描件")
        EXPORT = "export", _("导出文件")
        REPORT = "report", _("报告")
        IMPORT = "import", _("导入文件")
        REPLY = "reply", _("答复扫描件")
        ASSESSMENT = "assessment", _("考核佐证材料")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices, db_comment="pd:none; end=keep")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    name = models.CharField(max_length=120, db_comment="pd:none; end=keep")
    content_type = models.CharField(max_length=100, db_comment="pd:none; end=keep")
    size = models.PositiveBigIntegerField(db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    # The office whose data it holds, so that the audit of a download belongs there; not who may fetch it.
    office_path = models.CharField(
        max_length=255, blank=True, db_collation="C", db_comment="pd:none; end=keep"
    )
    expires_at = models.DateTimeField(null=True, db_index=True, db_comment="pd:none; end=keep")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")

    @property
    def path(self) -> Path:
        """Where it lies: under its random id, with no extension that a server could act on."""
        name = self.public_id.hex
        return Path(settings.FILES_DIR) / name[:2] / name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def __str__(self) -> str:
        return self.name

"""Stored files: whose they are, what for, and when they end."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file outside the database, under a random name; reached only through the one download door."""

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", _("同意书扫描件")
        EXPORT = "export", _("导出文件")
        REPORT = "report", _("报告")
        IMPORT = "import", _("导入文件")

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
    expires_at = models.DateTimeField(null=True, db_index=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")

    def __str__(self) -> str:
        return self.name

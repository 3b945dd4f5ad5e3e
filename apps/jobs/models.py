"""Long work: the truth about it stands here; Celery only rings the bell."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of long work with its state, lease, attempt and result."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(max_length=40, db_comment="pd:none; end=keep")
    # One row per piece of work: (kind, period, due slot) for scheduled work, a UUID for what a user asked for.
    key = models.CharField(max_length=120, unique=True, db_comment="pd:none; end=keep")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    params = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.QUEUED, db_comment="pd:none; end=keep"
    )
    progress = models.PositiveSmallIntegerField(default=0, db_comment="pd:none; end=keep")
    attempt = models.PositiveSmallIntegerField(default=0, db_comment="pd:none; end=keep")
    lease_until = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    result = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    error = models.CharField(max_length=300, blank=True, db_comment="pd:none; end=keep")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    started_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    finished_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_percent"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="job_running_has_lease"
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"]), models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

"""Long work: the truth about it stands here; Celery only rings the bell."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor


class JobQuerySet(models.QuerySet["Job"]):
    def of(self, actor: Actor) -> Self:
        """What the actor asked for. Nobody sees another's jobs; scheduled work belongs to nobody."""
        return self.filter(owner_id=actor.pk, part_of=None) if actor.pk else self.none()

    def scheduled(self) -> Self:
        """Work that became due by itself; the system administrator looks after it."""
        return self.filter(owner=None, part_of=None)

    def over(self) -> Self:
        """See also Job.is_over."""
        return self.filter(state__in=[Job.State.DONE, Job.State.FAILED])


class Job(models.Model):
    """A piece of long work with its state, lease, attempt and result."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
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
    # A part of larger work. The whole begins once no part is open; its owner sees the whole and never the parts.
    part_of = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="parts", db_comment="pd:none; end=keep"
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
    # When Celery was last rung for it; the reaper rings again when nobody came.
    rung_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")

    objects = JobQuerySet.as_manager()

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

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def is_begun(self) -> bool:
        """Under way, though perhaps only in its parts."""
        return self.state == self.State.RUNNING or (self.state == self.State.QUEUED and self.progress > 0)

    def parts_said(self) -> dict[str, int] | None:
        """How many parts there are, and how many of them are over; None for work that is one piece."""
        said = self.parts.aggregate(
            total=Count("pk"), over=Count("pk", filter=Q(state__in=[self.State.DONE, self.State.FAILED]))
        )
        return said if said["total"] else None

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

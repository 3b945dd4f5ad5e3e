"""Readings of rosters, from the upload to the undo, and the marks of people who must not come back by one."""

import datetime as dt
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.offices.models import OfficeScoped, ScopedQuerySet

# How long an upload, what was found in it, and the way back are kept.
IMPORT_LIFE = dt.timedelta(days=30)


class ImportBatchQuerySet(ScopedQuerySet):
    def of(self, actor: Actor) -> Self:
        """What the actor uploaded."""
        return self.filter(by_id=actor.pk) if actor.pk else self.none()

    def open_to(self, actor: Actor) -> Self:
        """Whose rows the actor may read, correct and confirm: the own ones, and rosters of a colleague who brings them to the
        very same office (decision 0020). For others the names in it are not to be read before they are members.
        """
        offices = [held.low for held in actor.office_ranges(Permission.MEMBER_IMPORT)]
        rosters = Q(kind=ImportBatch.Kind.ROSTER, office_path__in=offices)
        return self.filter(Q(by_id=actor.pk) | rosters) if actor.pk else self.none()


class ImportBatch(OfficeScoped):
    """One reading of a roster, a pair list or a ledger: what came of it, in numbers and places, never in names."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传")
        TRIED = "tried", _("已试读")
        APPLIED = "applied", _("已导入")
        UNDONE = "undone", _("已撤销")
        ENDED = "ended", _("已过期")

    class Kind(models.TextChoices):
        """What was brought; what each means is registered by its app (`members.importing.kinds`)."""

        ROSTER = "roster", _("花名册")
        PAIRS = "pairs", _("结对表")
        VISITS = "visits", _("走访台账")
        TARGETS = "targets", _("走访单位名单")

    kind = models.CharField(
        _("种类"),
        max_length=8,
        choices=Kind.choices,
        default=Kind.ROSTER,
        db_default=Kind.ROSTER,
        db_comment="pd:none; end=keep",
    )
    file_name = models.CharField(max_length=120, db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=State.choices,
        default=State.UPLOADED,
        db_comment="pd:none; end=keep",
    )
    evidence = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    # The blanked upload, what was found in each of its rows, and the workbook back: files that end by themselves.
    upload = models.ForeignKey(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pd:basic; end=30d"
    )
    outcomes = models.ForeignKey(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pd:basic; end=30d"
    )
    workbook = models.ForeignKey(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pd:basic; end=30d"
    )
    # The rows as the dry run read them, until they are entered (importing.reading).
    reading = models.ForeignKey(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pd:basic; end=30d"
    )
    mapping = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    summary = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    # The registry had changed between dry run and confirmation: nothing was written, it was tried anew.
    is_outdated = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    # The last job asked for. By its public id: jobs hold what is no business of people's tables.
    job_id = models.UUIDField(null=True, db_comment="pd:none; end=keep")
    # The moment of the transaction that entered the rows: every history row of the import carries the very same one,
    # which is how the undo finds what stood there before (decision 0011).
    applied_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    # Members that were there before and that the import changed.
    changed_ids = ArrayField(models.BigIntegerField(), default=list, db_comment="pd:basic; end=30d")
    undone_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    # What the undo did: counts, and the ids of those it had to leave, by reason.
    undoing = models.JSONField(default=dict, db_comment="pd:basic; end=30d")

    objects = ImportBatchQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "tried", "applied", "undone", "ended"]),
                name="import_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["roster", "pairs", "visits", "targets"]), name="import_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def ends_at(self) -> dt.datetime:
        """When the upload and what was found in it are deleted."""
        return self.at + IMPORT_LIFE

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when the import can be undone; None where nothing was entered."""
        return self.applied_at + IMPORT_LIFE if self.applied_at else None

    @property
    def can_be_undone(self) -> bool:
        until = self.undo_until
        return self.state == self.State.APPLIED and until is not None and timezone.now() < until

    @property
    def job(self) -> Job | None:
        """The last job asked for, as it stands now."""
        return Job.objects.filter(public_id=self.job_id).first() if self.job_id else None

    def work_on(self, job_id: UUID) -> None:
        """Remember the job that was just asked for."""
        self.job_id = job_id
        self.save(update_fields=["job_id"])


class Departed(models.Model):
    """Somebody who left the registry, known only by keyed hashes: no roster brings them back (design §1).

    Nothing leads from here to a person, and the row stays when the person is erased.
    """

    mark = models.CharField(max_length=64, unique=True, db_comment="pd:basic; end=keep")
    left_on = models.DateField(db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("退出标记")
        verbose_name_plural = _("退出标记")

    def __str__(self) -> str:
        return str(self.left_on)

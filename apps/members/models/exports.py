"""What of the registry left the system as a table: who asked, who agreed, and how many persons each user was given."""

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.offices.models import OfficeScoped, ScopedQuerySet

# How long what was agreed to may be begun.
APPROVAL_LIFE = dt.timedelta(hours=24)
# A request that nobody answered is closed: what was asked for is no longer what stands in the list.
REQUEST_LIFE = dt.timedelta(days=7)
# Persons given to a user count for so long.
COUNTED_FOR = dt.timedelta(days=30)


class Delivery(models.Model):
    """One person given to one user on one day, by whichever way came first. Counted for 30 days, then gone.

    The member stands as a number and not as a key: a merge of two records must not change what was handed out, and a
    hundred thousand of them are written in one statement.
    """

    class Way(models.TextChoices):
        EXPORT = "export", _("导出")
        PRINT = "print", _("打印")
        API = "api", _("接口")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=30d"
    )
    day = models.DateField(db_comment="pd:basic; end=30d")
    person = models.BigIntegerField(db_comment="pd:basic; end=30d")
    way = models.CharField(max_length=6, choices=Way.choices, db_comment="pd:basic; end=30d")

    class Meta:
        verbose_name = _("交付记录")
        verbose_name_plural = _("交付记录")
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "person"], name="delivery_once_a_day"),
            models.CheckConstraint(
                condition=Q(way__in=["export", "print", "api"]), name="delivery_way_known"
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class RosterExportQuerySet(ScopedQuerySet):
    def of(self, actor: Actor) -> Self:
        """What the actor asked for. Nobody else's exports are to be seen but those that wait for one's word."""
        return self.filter(asker_id=actor.pk) if actor.pk else self.none()

    def waiting(self) -> Self:
        """Requests that somebody may still answer. See also RosterExport.is_waiting."""
        return self.filter(stage=RosterExport.Stage.WAITING, asked_at__gt=timezone.now() - REQUEST_LIFE)


class RosterExport(OfficeScoped):
    """导出单: one wish to take a list of members out, up to the file that comes of it.

    `office` is the lowest office above everything the asker may export: who agrees holds that office or one above.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("未同意")
        STARTED = "started", _("生成中")
        READY = "ready", _("可下载")
        DROPPED = "dropped", _("已删除")

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel 工作簿")
        CSV = "csv", _("CSV 文本")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    asked_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    stage = models.CharField(_("状态"), max_length=8, choices=Stage.choices, db_comment="pd:none; end=keep")
    # A ListState as JSON; the words of a search are sealed in it for the asker. Emptied after 30 days.
    listing = models.JSONField(default=dict, db_comment="pd:basic; end=30d")
    file_format = models.CharField(
        _("格式"), max_length=4, choices=Format.choices, db_comment="pd:none; end=keep"
    )
    in_full = models.BooleanField(_("显示完整号码"), default=False, db_comment="pd:none; end=keep")
    purpose = models.CharField(_("用途"), max_length=10, db_comment="pd:none; end=keep")
    # How many persons were asked for: what is made later may not be more.
    persons = models.PositiveIntegerField(_("人数"), db_comment="pd:none; end=keep")
    by_category = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    decided_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    # By its public id: jobs hold what is no business of people's tables.
    job_id = models.UUIDField(null=True, db_comment="pd:none; end=keep")
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="pd:none; end=keep"
    )

    objects = RosterExportQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("导出单")
        verbose_name_plural = _("导出单")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["waiting", "approved", "refused", "started", "ready", "dropped"]),
                name="roster_export_stage_known",
            ),
            models.CheckConstraint(
                condition=Q(file_format__in=["xlsx", "csv"]), name="roster_export_format_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asker")),
                name="roster_export_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="roster_export_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["approved", "refused"]) | Q(decided_by__isnull=False),
                name="roster_export_answer_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["asker", "-id"], name="roster_export_of_asker")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """导出编号: stands in the file, on each printed page and in the audit rows of everybody in it."""
        return f"E{self.pk:07d}"

    @property
    def is_waiting(self) -> bool:
        # See also RosterExportQuerySet.waiting.
        return self.stage == self.Stage.WAITING and self.asked_at > timezone.now() - REQUEST_LIFE

    @property
    def is_approved(self) -> bool:
        """Whether somebody else agreed, within the last 24 hours."""
        ends = self.approval_ends_at
        return ends is not None and self.stage != self.Stage.REFUSED and ends > timezone.now()

    @property
    def approval_ends_at(self) -> dt.datetime | None:
        """When what was agreed to can no longer be begun."""
        return self.decided_at + APPROVAL_LIFE if self.decided_at else None

    @property
    def is_lapsed(self) -> bool:
        """Not answered within a week, or agreed to and not begun within a day."""
        if self.stage == self.Stage.WAITING:
            return not self.is_waiting
        return self.stage == self.Stage.APPROVED and not self.is_approved

    @property
    def has_file(self) -> bool:
        return self.file is not None and not self.file.is_expired

"""活动、品牌项目、阵地 and meetings: planned, held, and who signed up."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.fields import GuardedCharField
from apps.members.models import Member
from apps.offices.models import Office, OfficeScoped, ScopedQuerySet


@pghistory.track()
class Programme(OfficeScoped):
    """品牌项目 or campaign of an office."""

    name = GuardedCharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    ended_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("品牌项目")
        verbose_name_plural = _("品牌项目")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Venue(OfficeScoped):
    """阵地: a place where activities are held."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    name = GuardedCharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    opened_on = models.DateField(_("启用日期"), db_comment="pd:none; end=keep")
    closed_on = models.DateField(_("停用日期"), null=True, blank=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("阵地")
        verbose_name_plural = _("阵地")

    def __str__(self) -> str:
        return self.name


class ActivityKind(models.TextChoices):
    SERVICE = "service", _("服务活动")
    FELLOWSHIP = "fellowship", _("联谊活动")
    STUDY = "study", _("学习培训")
    PUBLICITY = "publicity", _("宣讲")
    PLENARY = "plenary", _("领导小组全体会议")
    TOPICAL = "topical", _("专题会议")


# Attendance of persons is never kept for these: a number only (design §1).
NUMBER_ONLY_KINDS = (ActivityKind.STUDY, ActivityKind.PUBLICITY, ActivityKind.PLENARY, ActivityKind.TOPICAL)


@pghistory.track()
class Activity(OfficeScoped):
    """An event of an office, planned and then held or cancelled."""

    class State(models.TextChoices):
        PLANNED = "planned", _("已计划")
        HELD = "held", _("已举办")
        CANCELLED = "cancelled", _("已取消")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("品牌项目"),
        db_comment="pd:none; end=keep",
    )
    venue = models.ForeignKey(
        Venue,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("阵地"),
        db_comment="pd:none; end=keep",
    )
    kind = models.CharField(
        _("类型"), max_length=10, choices=ActivityKind.choices, db_comment="pd:none; end=keep"
    )
    title = GuardedCharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    planned_for = models.DateField(_("计划日期"), db_comment="pd:none; end=keep")
    # The day it was put into the plan; what stands in it by 31 March is the year's plan.
    planned_on = models.DateField(_("列入计划"), db_comment="pd:none; end=keep")
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.PLANNED, db_comment="pd:none; end=keep"
    )
    held_on = models.DateField(_("举办日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    came = models.PositiveIntegerField(_("到场人数"), null=True, blank=True, db_comment="pd:none; end=keep")
    has_minutes = models.BooleanField(_("有纪要"), default=False, db_comment="pd:none; end=keep")
    communities = models.ManyToManyField(Office, blank=True, related_name="+", verbose_name=_("覆盖村社区"))
    # Of the plan and cancelled: held, this one counts in its place.
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("替代"),
        db_comment="pd:none; end=keep",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    # Who prepares it: whoever planned it, or took it over. It stays the office's, and everybody there may go on with it.
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("筹备人"),
        db_comment="pd:basic; end=keep",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "held", "cancelled"]), name="activity_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_on__isnull=False), name="activity_held_has_date"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "-planned_for"], name="activity_office_day")]

    def __str__(self) -> str:
        return self.title


class SignUp(OfficeScoped):
    """报名: a member who signed up; rows die 90 days after the activity."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="sign_ups", db_comment="pd:none; end=90d"
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=90d"
    )
    came = models.BooleanField(_("到场"), null=True, db_comment="pd:basic; end=90d")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="sign_up_once")]

    def __str__(self) -> str:
        return str(self.pk)

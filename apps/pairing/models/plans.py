"""五个一方案: what an office owes each of its pairs in a year. Duties are equal for all: no key of category."""

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.fields import GuardedCharField
from apps.offices.models import Office

# What a plan said before anything was changed holds from here on.
BEGINNING = dt.date(2000, 1, 1)


class DutyKind(models.TextChoices):
    TALK = "talk", _("谈心")
    VISIT = "visit", _("走访")
    ACTIVITY = "activity", _("邀请参加活动")
    DEED = "deed", _("办实事")
    SUGGESTION = "suggestion", _("听取建议")


class DutyPeriod(models.TextChoices):
    YEAR = "year", _("每年")
    HALF = "half", _("每半年")
    QUARTER = "quarter", _("每季度")


@pghistory.track()
class PairingPlan(models.Model):
    """A year's plan of an office; offices below without a plan of their own follow it."""

    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="pairing_plans",
        db_comment="pd:none; end=keep",
        verbose_name=_("机构"),
    )
    year = models.PositiveSmallIntegerField(_("年度"), db_comment="pd:none; end=keep")
    capacity = models.PositiveSmallIntegerField(
        _("每名干部结对上限"), default=8, db_comment="pd:none; end=keep"
    )

    class Meta:
        verbose_name = _("五个一方案")
        verbose_name_plural = _("五个一方案")
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="pairing_plan_once_a_year")]

    def __str__(self) -> str:
        return f"{self.office} {self.year}"

    def latest_duties(self) -> "list[Duty]":
        """Of each kind what was last decided, in the order of DutyKind."""
        latest = {duty.kind: duty for duty in sorted(self.duties.all(), key=lambda duty: duty.from_on)}
        return [latest[kind] for kind in DutyKind if kind in latest]


@pghistory.track()
class Duty(models.Model):
    """One of the plan's duties: so many of a kind in each period. Number 0 means: not asked for.

    A plan changed in mid-year keeps what it said before: a period follows the row of its kind with the latest
    `from_on` that is not after the period's last day. So a quarter that is over never changes.
    """

    plan = models.ForeignKey(
        PairingPlan, on_delete=models.CASCADE, related_name="duties", db_comment="pd:none; end=keep"
    )
    kind = models.CharField(
        _("事项"), max_length=10, choices=DutyKind.choices, db_comment="pd:none; end=keep"
    )
    number = models.PositiveSmallIntegerField(_("次数"), default=1, db_comment="pd:none; end=keep")
    per = models.CharField(
        _("周期"), max_length=7, choices=DutyPeriod.choices, db_comment="pd:none; end=keep"
    )
    from_on = models.DateField(_("自何日起"), default=BEGINNING, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("职责")
        verbose_name_plural = _("职责")
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "from_on"], name="duty_once_in_a_version"),
            models.CheckConstraint(condition=Q(kind__in=DutyKind.values), name="duty_kind_known"),
            models.CheckConstraint(condition=Q(per__in=DutyPeriod.values), name="duty_period_known"),
            models.CheckConstraint(condition=Q(number__lte=52), name="duty_number_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.get_per_display()}{self.number}次{self.get_kind_display()}"


class PlanChange(models.Model):
    """A version of a plan that began in the middle of its year: from when, why, by whom."""

    plan = models.ForeignKey(
        PairingPlan, on_delete=models.CASCADE, related_name="changes", db_comment="pd:none; end=keep"
    )
    from_on = models.DateField(_("自何日起"), db_comment="pd:none; end=keep")
    why = GuardedCharField(_("调整原因"), max_length=100, db_comment="pd:none; end=keep")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("方案调整")
        verbose_name_plural = _("方案调整")
        constraints = [
            models.UniqueConstraint(fields=["plan", "from_on"], name="plan_change_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.from_on}"

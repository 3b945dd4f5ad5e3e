"""Facts: what metrics counted, and when they were last counted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.offices.models import Office


class MetricFact(models.Model):
    """指标数据: what a metric counted in a period, for an office with everything below it.

    Written by `apps.assessment.rollup` and by nothing else. `denominator` is null for plain counts.
    """

    metric = models.CharField(max_length=40, db_comment="pd:none; end=keep")
    # A period's code: 2026, 2026H1, 2026Q3, 2026-05 (apps.core.periods).
    period = models.CharField(max_length=7, db_collation="C", db_comment="pd:none; end=keep")
    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    numerator = models.BigIntegerField(db_comment="pd:none; end=keep")
    denominator = models.BigIntegerField(null=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("指标数据")
        verbose_name_plural = _("指标数据")
        constraints = [
            models.UniqueConstraint(fields=["period", "metric", "office"], name="metric_fact_once"),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(numerator__lte=F("denominator")),
                name="metric_fact_is_a_share",
            ),
            models.CheckConstraint(condition=Q(numerator__gte=0), name="metric_fact_not_negative"),
        ]
        indexes = [models.Index(fields=["office", "metric", "period"], name="metric_fact_of_office")]

    def __str__(self) -> str:
        return f"{self.metric} {self.period}"


class Rollup(models.Model):
    """The last time a year's facts were counted: what pages show as 数据截至."""

    year = models.PositiveSmallIntegerField(unique=True, db_comment="pd:none; end=keep")
    as_of = models.DateField(db_comment="pd:none; end=keep")
    counted_at = models.DateTimeField(db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("数据汇总")
        verbose_name_plural = _("数据汇总")

    def __str__(self) -> str:
        return str(self.year)

"""A year's assessment of offices: facts, schemes, what offices declare, and results.

Everything here is about offices. No row can hold a member, and none ranks a person (design §1).
"""

from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.evidence import Outcome
from apps.assessment.ruledata import rule_from_data
from apps.assessment.rules import Rule, State
from apps.assessment.totals import Grade, Part, Standing
from apps.core.access import Actor, Permission, within
from apps.files.models import StoredFile
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


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Schemes of the actor's offices, and those by which the actor's offices are assessed."""
        ranges = actor.office_ranges(permission)
        assessed = Assessed.objects.filter(within(ranges, "office__path")).values("scheme")
        return self.filter(within(ranges, "office__path") | Q(pk__in=assessed))


@pghistory.track()
class Scheme(models.Model):
    """考核方案: one office's yearly assessment of the offices below it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        OPEN = "open", _("进行中")

    code = models.CharField(_("代码"), max_length=30, unique=True, db_comment="pd:none; end=keep")
    name = models.CharField(_("名称"), max_length=100, db_comment="pd:none; end=keep")
    basis = models.CharField(_("依据文号"), max_length=100, blank=True, db_comment="pd:none; end=keep")
    year = models.PositiveSmallIntegerField(_("年度"), db_comment="pd:none; end=keep")
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("考核机构"),
        db_comment="pd:none; end=keep",
    )
    # Which kind of office is assessed, in the scheme file's word (county, town, …).
    assessed = models.CharField(max_length=12, db_comment="pd:none; end=keep")
    state = models.CharField(
        _("状态"), max_length=5, choices=State.choices, default=State.DRAFT, db_comment="pd:none; end=keep"
    )
    opens_on = models.DateField(_("启动"), db_comment="pd:none; end=keep")
    entry_deadline = models.DateField(_("录入截止"), db_comment="pd:none; end=keep")
    statement_from = models.DateField(_("自评起"), db_comment="pd:none; end=keep")
    statement_until = models.DateField(_("自评止"), db_comment="pd:none; end=keep")
    review_from = models.DateField(_("审核起"), db_comment="pd:none; end=keep")
    review_until = models.DateField(_("审核止"), db_comment="pd:none; end=keep")
    objection_workdays = models.PositiveSmallIntegerField(_("异议期"), db_comment="pd:none; end=keep")
    decision_on = models.DateField(_("审定"), db_comment="pd:none; end=keep")
    publish_on = models.DateField(_("公布"), db_comment="pd:none; end=keep")
    # Best first: [name, at least, quota or null], numbers as text.
    grades = models.JSONField(default=list, db_comment="pd:none; end=keep")
    # Of the file it was read from, so that the same file is recognised.
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核方案")
        verbose_name_plural = _("考核方案")
        ordering = ["-year", "office__path", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "open"]), name="scheme_state_known")
        ]

    def __str__(self) -> str:
        return self.name

    def grade_bounds(self) -> tuple[Grade, ...]:
        """The grades, best first, as `totals.grade_group` takes them."""
        return tuple(Grade.from_data(row) for row in self.grades)


@pghistory.track()
class Group(models.Model):
    """分组: offices that are compared with each other; quotas count per group."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="groups", db_comment="pd:none; end=keep"
    )
    position = models.PositiveSmallIntegerField(db_comment="pd:none; end=keep")
    name = models.CharField(_("名称"), max_length=40, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("考核分组")
        verbose_name_plural = _("考核分组")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "name"], name="group_once_in_a_scheme")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Assessed(models.Model):
    """An office that is assessed by a scheme, in one of its groups."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="assessed_offices", db_comment="pd:none; end=keep"
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="members", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )

    class Meta:
        verbose_name = _("考核对象")
        verbose_name_plural = _("考核对象")
        ordering = ["group__position", "office__path"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "office"], name="office_assessed_once_by_a_scheme")
        ]

    def __str__(self) -> str:
        return str(self.office)


@pghistory.track()
class Section(models.Model):
    """A part of a scheme: some of the 100 points, or bonus, or deduction with a cap."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="sections", db_comment="pd:none; end=keep"
    )
    position = models.PositiveSmallIntegerField(db_comment="pd:none; end=keep")
    name = models.CharField(_("名称"), max_length=40, db_comment="pd:none; end=keep")
    part = models.CharField(
        max_length=9,
        choices=[(Part.BASE, _("基本分")), (Part.BONUS, _("加分")), (Part.DEDUCTION, _("扣分"))],
        db_comment="pd:none; end=keep",
    )
    points = models.DecimalField(
        _("分值"), max_digits=6, decimal_places=2, default=0, db_comment="pd:none; end=keep"
    )
    cap = models.DecimalField(
        _("上限"), max_digits=6, decimal_places=2, null=True, db_comment="pd:none; end=keep"
    )

    class Meta:
        verbose_name = _("考核部分")
        verbose_name_plural = _("考核部分")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(part__in=list(Part)), name="section_part_known"),
            models.CheckConstraint(
                condition=Q(part="base", cap__isnull=True) | (~Q(part="base") & Q(cap__gt=0)),
                name="section_cap_for_extras_only",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Indicator(models.Model):
    """指标: one line of a scheme, with its rule as data and the source of its figure."""

    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="indicators", db_comment="pd:none; end=keep"
    )
    position = models.PositiveSmallIntegerField(db_comment="pd:none; end=keep")
    name = models.CharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    points = models.DecimalField(
        _("分值"), max_digits=6, decimal_places=2, default=0, db_comment="pd:none; end=keep"
    )
    rule_kind = models.CharField(max_length=16, db_comment="pd:none; end=keep")
    rule_data = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    metric = models.CharField(max_length=40, blank=True, db_comment="pd:none; end=keep")
    # The software counts nothing here: the office declares (申报数), a reviewer confirms.
    declared = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    evidence_required = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    note = models.CharField(max_length=500, blank=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "name"], name="indicator_once_in_a_section"),
            models.CheckConstraint(
                condition=~Q(declared=True) | Q(metric=""), name="indicator_counted_or_declared"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> Rule:
        return rule_from_data(self.rule_kind, self.rule_data)


class DeclaredFigureQuerySet(models.QuerySet["DeclaredFigure"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        return self.filter(within(actor.office_ranges(permission), "office__path"))

    def confirmed(self) -> Self:
        return self.filter(state=DeclaredFigure.State.CONFIRMED)


@pghistory.track()
class DeclaredFigure(models.Model):
    """申报数: what an office declares where the software cannot count, with evidence, until a reviewer confirms it.

    For rules by item (表彰 …) each row is one matter and its level; else it is the indicator's one figure.
    """

    class State(models.TextChoices):
        DECLARED = "declared", _("待审核")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("已退回")

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="declared_figures", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    matter = models.CharField(_("事项"), max_length=60, blank=True, db_comment="pd:none; end=keep")
    level = models.CharField(_("级别"), max_length=20, blank=True, db_comment="pd:none; end=keep")
    numerator = models.DecimalField(
        _("数值（分子）"), max_digits=12, decimal_places=2, default=1, db_comment="pd:none; end=keep"
    )
    denominator = models.DecimalField(
        _("应有数（分母）"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        db_comment="pd:none; end=keep",
    )
    evidence = models.CharField(
        _("佐证（文号或材料名称）"), max_length=100, blank=True, db_comment="pd:none; end=keep"
    )
    evidence_file = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:none; end=keep",
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.DECLARED, db_comment="pd:none; end=keep"
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    declared_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    reviewed_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    review_note = models.CharField(_("审核意见"), max_length=100, blank=True, db_comment="pd:none; end=keep")

    objects = DeclaredFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("申报数")
        verbose_name_plural = _("申报数")
        ordering = ["indicator__section__position", "indicator__position", "office__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "office", "matter"], name="declared_once_per_matter"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "confirmed", "refused"]), name="declared_state_known"
            ),
            models.CheckConstraint(
                condition=Q(numerator__gte=0)
                & (Q(denominator__isnull=True) | Q(denominator__gte=F("numerator"))),
                name="declared_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(state="declared", reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="declared_reviewed_by_someone",
            ),
            # Four eyes: who declared does not confirm.
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("declared_by")),
                name="declared_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.matter or str(self.indicator)


@pghistory.track()
class ManualScore(models.Model):
    """A reviewer's word on a manual indicator of one office: met, met in part, or not met, with the reason."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="manual_scores", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    outcome = models.CharField(
        _("结论"),
        max_length=7,
        choices=[(Outcome.MET, _("完成")), (Outcome.PART, _("部分完成")), (Outcome.NOT_MET, _("未完成"))],
        db_comment="pd:none; end=keep",
    )
    points = models.DecimalField(
        _("得分"), max_digits=6, decimal_places=2, default=0, db_comment="pd:none; end=keep"
    )
    reason = models.CharField(_("依据"), max_length=100, db_comment="pd:none; end=keep")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    given_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("人工评分")
        verbose_name_plural = _("人工评分")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "office"], name="manual_score_once"),
            models.CheckConstraint(condition=Q(outcome__in=list(Outcome)), name="manual_outcome_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="manual_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.office}"


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Results of the actor's offices and of all below them: no office reads its neighbour's."""
        return self.filter(within(actor.office_ranges(permission), "office__path"))


class Result(models.Model):
    """An office's total under a scheme, as of the last rollup; provisional until a round is decided."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="results", db_comment="pd:none; end=keep"
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    standing = models.CharField(
        max_length=12,
        choices=[
            (Standing.FINAL, _("已全部计分")),
            (Standing.OPEN, _("有未评项")),
            (Standing.FOR_DECISION, _("待集体研究")),
        ],
        db_comment="pd:none; end=keep",
    )
    base = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    bonus = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    deduction = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    total = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    # 已计 x / 可计 y 分, of the base.
    earned = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    countable = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    not_applicable = models.DecimalField(max_digits=6, decimal_places=2, db_comment="pd:none; end=keep")
    grade = models.CharField(max_length=20, blank=True, db_comment="pd:none; end=keep")
    as_of = models.DateField(db_comment="pd:none; end=keep")

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核结果")
        verbose_name_plural = _("考核结果")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "office"], name="result_once"),
            models.CheckConstraint(condition=Q(standing__in=list(Standing)), name="result_standing_known"),
            models.CheckConstraint(
                condition=Q(grade="") | Q(standing="final"), name="result_grade_only_when_final"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.office_id}"


class ResultItem(models.Model):
    """One indicator of a result, with the evidence it was scored from, so that it can be scored again."""

    result = models.ForeignKey(
        Result, on_delete=models.CASCADE, related_name="items", db_comment="pd:none; end=keep"
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    state = models.CharField(
        max_length=14,
        choices=[
            (State.SCORED, _("已计分")),
            (State.UNDECIDED, _("未评")),
            (State.NOT_APPLICABLE, _("不适用")),
        ],
        db_comment="pd:none; end=keep",
    )
    # Rounded, and re-based where other items do not apply; null unless scored.
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, db_comment="pd:none; end=keep")
    # What was given to the rule (apps.assessment.ruledata); null while nothing is decided.
    evidence = models.JSONField(null=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("指标得分")
        verbose_name_plural = _("指标得分")
        constraints = [
            models.UniqueConstraint(fields=["result", "indicator"], name="result_item_once"),
            models.CheckConstraint(
                condition=Q(state="scored", points__isnull=False)
                | (~Q(state="scored") & Q(points__isnull=True)),
                name="result_item_points_when_scored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.indicator_id}"

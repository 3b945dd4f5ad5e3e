"""考核方案: a scheme, the offices it assesses, and its indicators."""

from decimal import Decimal
from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.ruledata import rule_from_data
from apps.assessment.rules import Rule
from apps.assessment.totals import Grade, Part
from apps.core.access import Actor, Permission, within
from apps.offices.models import Office


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Schemes of the actor's offices, and those by which the actor's offices are assessed."""
        ranges = actor.office_ranges(permission)
        assessed = Assessed.objects.filter(within(ranges, "office__path")).values("scheme")
        return self.filter(within(ranges, "office__path") | Q(pk__in=assessed))

    def moving(self) -> Self:
        """See also Scheme.is_moving."""
        return self.filter(state__in=Scheme.MOVING)


@pghistory.track()
class Scheme(models.Model):
    """考核方案: one office's yearly assessment of the offices below it."""

    class State(models.TextChoices):
        """A round's way, one after the other (design §3)."""

        DRAFT = "draft", _("草稿")
        # Entries and self-statements.
        OPEN = "open", _("进行中")
        REVIEW = "review", _("审核中")
        # The result is with the offices, which may object.
        OBJECTION = "objection", _("结果反馈")
        DECIDED = "decided", _("已审定")
        PUBLISHED = "published", _("已公布")
        ARCHIVED = "archived", _("已归档")

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
        _("状态"), max_length=9, choices=State.choices, default=State.DRAFT, db_comment="pd:none; end=keep"
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
    # Of its document (apps.assessment.editing.document), whatever file it came from.
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")

    objects = SchemeQuerySet.as_manager()

    # Results follow facts and reviewers; from the decision on they stand.
    MOVING = (State.OPEN, State.REVIEW, State.OBJECTION)
    # What was decided may be printed as final.
    FINAL = (State.DECIDED, State.PUBLISHED, State.ARCHIVED)

    class Meta:
        verbose_name = _("考核方案")
        verbose_name_plural = _("考核方案")
        ordering = ["-year", "office__path", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "open", "review", "objection", "decided", "published", "archived"]
                ),
                name="scheme_state_known",
            )
        ]
        triggers = [
            # What was published is not taken back: a correction is a new publication beside it.
            pgtrigger.Protect(
                name="scheme_stays_published",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=("published", "archived"))
                & ~pgtrigger.Q(new__state=pgtrigger.F("old__state"))
                & ~(pgtrigger.Q(old__state="published") & pgtrigger.Q(new__state="archived")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_moving(self) -> bool:
        """Whether a rollup scores it anew."""
        return self.state in self.MOVING

    @property
    def is_final(self) -> bool:
        """Whether its results are those the leader decided."""
        return self.state in self.FINAL

    def groups_with_offices(self) -> "models.QuerySet[Group]":
        """Its groups, each with `members` that know their office. Two queries."""
        members = models.Prefetch("members", Assessed.objects.select_related("office"))
        return self.groups.prefetch_related(members)

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
        # At the end of the transaction: two groups may change names with each other.
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="group_once_in_a_scheme",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

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
    # Where its points differ: group → points as text. `points` are then the most there are.
    group_points = models.JSONField(default=dict, blank=True, db_comment="pd:none; end=keep")

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

    def points_of(self, group: str) -> Decimal:
        """What the offices of a group can get here."""
        return Decimal(self.group_points.get(group, self.points))


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
    # The names of the groups it is for, as in the scheme file; none: for all.
    groups = models.JSONField(default=list, blank=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["section__position", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "name", "groups"],
                name="indicator_once_in_a_section_and_groups",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~Q(declared=True) | Q(metric=""), name="indicator_counted_or_declared"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_for(self, group: str) -> bool:
        """Whether the offices of this group are assessed by it."""
        return not self.groups or group in self.groups

    @property
    def rule(self) -> Rule:
        return rule_from_data(self.rule_kind, self.rule_data)

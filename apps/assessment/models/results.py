"""Results of offices, as of the last rollup."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Group, Indicator, Scheme
from apps.assessment.rules import State
from apps.assessment.totals import Standing
from apps.core.access import Actor, Permission, within
from apps.offices.models import Office

# From its publication on a result stands. Only the transaction that adds a publication, the first or a correction
# beside it, may write it (publications.Publication.written_in).
_SETTLED = """
    IF EXISTS (
        SELECT FROM assessment_scheme scheme
        WHERE scheme.id = ({scheme}) AND scheme.state IN ('published', 'archived')
    ) AND NOT EXISTS (
        SELECT FROM assessment_publication publication
        WHERE publication.scheme_id = ({scheme})
            AND publication.written_in = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'published results do not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def published_stays(name: str, scheme: str) -> pgtrigger.Trigger:
    """`scheme` is SQL for the id of the row's scheme."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=_SETTLED.format(scheme=scheme),
    )


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
            # Where too much does not apply the leader gives the grade (审定).
            models.CheckConstraint(
                condition=Q(grade="") | Q(standing__in=["final", "for_decision"]),
                name="result_grade_only_when_counted",
            ),
        ]
        triggers = [published_stays("result_stays", "COALESCE(OLD.scheme_id, NEW.scheme_id)")]

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
        triggers = [
            published_stays(
                "result_item_stays",
                "SELECT scheme_id FROM assessment_result WHERE id = COALESCE(OLD.result_id, NEW.result_id)",
            )
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.indicator_id}"

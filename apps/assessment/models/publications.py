"""What does not change any more: facts of closed entries, and published results. Only ever added to."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.schemes import Scheme
from apps.core.fields import GuardedCharField

_ADDED_ONLY = pgtrigger.Update | pgtrigger.Delete


class FrozenFacts(models.Model):
    """The facts of a scheme's year as they stood when its entries were closed, with their hash.

    From then on the scheme is scored from them. What is corrected later counts once they are frozen again, in a new
    row beside the old.
    """

    append_only = True

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="frozen_facts", db_comment="pd:none; end=keep"
    )
    period = models.CharField(max_length=7, db_collation="C", db_comment="pd:none; end=keep")
    as_of = models.DateField(db_comment="pd:none; end=keep")
    frozen_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    # Why they were frozen once more, after entries were corrected with a reason.
    reason = GuardedCharField(_("重新封存的理由"), max_length=200, blank=True, db_comment="pd:none; end=keep")
    # [metric, office code, numerator, denominator or null], sorted (rounds.freezing).
    rows = models.JSONField(db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("封存数据")
        verbose_name_plural = _("封存数据")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="frozen_facts_stay", operation=_ADDED_ONLY)]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.period}"


class Publication(models.Model):
    """公布: the results of a round with everything they were made from. A correction is a new one beside the old."""

    append_only = True

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="publications", db_comment="pd:none; end=keep"
    )
    # 1, and one more for each correction.
    number = models.PositiveSmallIntegerField(_("版次"), db_comment="pd:none; end=keep")
    published_on = models.DateField(_("公布日期"), db_comment="pd:none; end=keep")
    published_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    reason = GuardedCharField(_("更正理由"), max_length=200, blank=True, db_comment="pd:none; end=keep")
    # Rules, facts, evidence, items, totals and grades (rounds.snapshots); office codes and counts, never a person.
    snapshot = models.JSONField(db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    # The transaction that wrote it, by trigger: only that one may change the results of a published round.
    written_in = models.BigIntegerField(default=0, editable=False, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("公布结果")
        verbose_name_plural = _("公布结果")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="publication_numbered"),
            models.CheckConstraint(
                condition=Q(number=1) | (Q(number__gt=1) & ~Q(reason="")), name="correction_has_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="publication_stays", operation=_ADDED_ONLY),
            pgtrigger.Trigger(
                name="publication_written_in",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="NEW.written_in := pg_current_xact_id()::text::bigint; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.number}"

    @property
    def is_correction(self) -> bool:
        return self.number > 1

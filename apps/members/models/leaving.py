"""What may hold up the erasure of somebody who left: a clause of the law, two persons, and an end."""

import datetime as dt
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.members.models.people import Member
from apps.offices.models import OfficeScoped, ScopedQuerySet

# How long after the withdrawal a person is erased (design §1), and how long a hold may last.
ERASED_AFTER = dt.timedelta(days=15)
LONGEST_HOLD = dt.timedelta(days=183)


class ErasureHoldQuerySet(ScopedQuerySet):
    def in_force(self, on: dt.date) -> Self:
        """Agreed to by a second person and not over."""
        return self.filter(agreed_by__isnull=False, ends_on__gte=on)


@pghistory.track()
class ErasureHold(OfficeScoped):
    """暂缓删除: why somebody who left is not erased yet. `office` is the member's. The person is told."""

    class Clause(models.TextChoices):
        """Closed: what the law knows as reasons to keep (PIPL art. 47 para. 2, and records of a case under way)."""

        RETENTION = "retention", _("法律、行政法规规定的保存期限未届满（个人信息保护法第四十七条第二款）")
        DISPUTE = (
            "dispute",
            _("涉及未结的投诉、复议、诉讼或者审计，须保存相关记录（个人信息保护法第十三条第三项）"),
        )

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="erasure_holds", db_comment="pd:basic; end=keep"
    )
    clause = models.CharField(_("依据"), max_length=9, choices=Clause.choices, db_comment="pd:none; end=keep")
    ends_on = models.DateField(_("暂缓至"), db_comment="pd:none; end=keep")
    asked_on = models.DateField(_("提出日期"), db_comment="pd:none; end=keep")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    agreed_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    # The letter that says so was handed over or posted.
    told_on = models.DateField(_("告知本人日期"), null=True, db_comment="pd:none; end=keep")

    objects = ErasureHoldQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("暂缓删除")
        verbose_name_plural = _("暂缓删除")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "asked_on"], name="hold_asked_once_a_day"),
            models.CheckConstraint(
                condition=Q(clause__in=["retention", "dispute"]), name="hold_clause_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("asked_on"), ends_on__lte=F("asked_on") + LONGEST_HOLD),
                name="hold_ends_within_half_a_year",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")), name="hold_of_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="hold_agreed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.ends_on}"

    def is_in_force(self, on: dt.date) -> bool:
        # See also ErasureHoldQuerySet.in_force.
        return self.agreed_by_id is not None and self.ends_on >= on

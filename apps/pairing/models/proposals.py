"""Proposals of pairs, kept until somebody has seen them, at most 30 days."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.members.models import Member
from apps.offices.models import OfficeScoped, ScopedQuerySet
from apps.pairing.proposing.reasons import Reason


class ProposalRunQuerySet(ScopedQuerySet):
    def counted(self) -> Self:
        """With `total`, `open` and `accepted`: how many members, how many still to decide, how many paired."""
        return self.annotate(
            total=Count("proposals"),
            open=Count("proposals", filter=Q(proposals__state="open", proposals__cadre__isnull=False)),
            accepted=Count("proposals", filter=Q(proposals__state="accepted")),
        )


class ProposalRun(OfficeScoped):
    """One asking: for the unpaired members of an office and below."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=30d"
    )
    at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=30d")

    objects = ProposalRunQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("结对建议")
        verbose_name_plural = _("结对建议")

    def __str__(self) -> str:
        return f"{self.office_id} {self.at:%Y-%m-%d}"


class Proposal(OfficeScoped):
    """One member of a run. `office` is the member's; `cadre` is None where nobody can take them."""

    class State(models.TextChoices):
        OPEN = "open", _("待定")
        ACCEPTED = "accepted", _("已结对")
        REFUSED = "refused", _("未能结对")

    run = models.ForeignKey(
        ProposalRun, on_delete=models.CASCADE, related_name="proposals", db_comment="pd:none; end=30d"
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=30d"
    )
    cadre = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=30d",
    )
    reasons = ArrayField(
        models.CharField(max_length=16, choices=Reason.choices), default=list, db_comment="pd:none; end=30d"
    )
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.OPEN, db_comment="pd:none; end=30d"
    )
    # The code of what stood against it (apps.pairing.rules).
    refusal = models.CharField(max_length=30, blank=True, db_comment="pd:none; end=30d")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("结对建议")
        verbose_name_plural = _("结对建议")
        constraints = [
            models.UniqueConstraint(fields=["run", "member"], name="proposal_once_per_run"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "refused"]), name="proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(reasons__contained_by=Reason.values), name="proposal_reasons_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}-{self.cadre_id}"

    @property
    def reason_words(self) -> list[str]:
        return [str(Reason(code).label) for code in self.reasons]

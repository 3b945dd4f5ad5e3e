"""Letters of a survey that are more than one person prints alone: somebody else of the asking office agrees."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.assessment.models.surveys import SurveyedOffice
from apps.members.models.exports import APPROVAL_LIFE, REQUEST_LIFE


class LettersRequestQuerySet(models.QuerySet["LettersRequest"]):
    def waiting(self) -> Self:
        """Those that somebody may still answer."""
        return self.filter(agreed__isnull=True, asked_at__gt=timezone.now() - REQUEST_LIFE)

    def agreed(self) -> Self:
        """What somebody agreed to within the last 24 hours."""
        return self.filter(agreed=True, decided_at__gt=timezone.now() - APPROVAL_LIFE)


class LettersRequest(models.Model):
    """One wish to print an office's letters, past the persons that one user takes out alone in 30 days."""

    surveyed = models.ForeignKey(
        SurveyedOffice, on_delete=models.CASCADE, related_name="requests", db_comment="pd:none; end=keep"
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    asked_at = models.DateTimeField(default=timezone.now, db_comment="pd:none; end=keep")
    # What is printed later may not be more.
    persons = models.PositiveIntegerField(_("人数"), db_comment="pd:none; end=keep")
    agreed = models.BooleanField(null=True, db_comment="pd:none; end=keep")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    decided_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")

    objects = LettersRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("函件打印申请")
        verbose_name_plural = _("函件打印申请")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asker")),
                name="letters_second_person",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(agreed__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="letters_decided_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"letters {self.pk}"

"""移交说明: what a successor is told about a pair, and the member may read."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import GuardedCharField
from apps.offices.models import OfficeScoped, ScopedQuerySet
from apps.pairing.models.pairings import Pairing


class CoveredWork(models.Model):
    """What a cover (代管) took on besides pairs, and whose it was. Given back after `until`, and then deleted; no history."""

    # Of a source in `apps.pairing.handing_over.work`, and the key of what it is about.
    kind = models.CharField(max_length=10, db_comment="pd:none; end=1y")
    subject = models.BigIntegerField(db_comment="pd:none; end=1y")
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=1y"
    )
    lent_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=1y"
    )
    until = models.DateField(db_comment="pd:none; end=1y")

    class Meta:
        verbose_name = _("代管的工作")
        verbose_name_plural = _("代管的工作")
        indexes = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class PlannedPassing(models.Model):
    """What changes hands on a later day, with the pairs: nobody works on a colleague's case before. Deleted when done."""

    kind = models.CharField(max_length=10, db_comment="pd:none; end=1y")
    # What the item is known by to its source.
    subject = models.BigIntegerField(db_comment="pd:none; end=1y")
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=1y"
    )
    # None: to nobody by name, as the source says.
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=1y",
    )
    first_on = models.DateField(db_comment="pd:none; end=1y")
    until = models.DateField(null=True, db_comment="pd:none; end=1y")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=1y"
    )

    class Meta:
        verbose_name = _("到期移交的工作")
        verbose_name_plural = _("到期移交的工作")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "held_by"], name="planned_passing_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class HandoverNoteQuerySet(ScopedQuerySet):
    def open(self, on: dt.date) -> Self:
        """Those that are still there to be read."""
        return self.filter(ends_on__gte=on)


class HandoverNote(OfficeScoped):
    """A hand-over as the successor's pair has it. Holds one line only: open cases, promises and the preferred contact
    are read where they stand (`apps.pairing.handing_over.notes`). The row is deleted after `ends_on`; no history."""

    pairing = models.OneToOneField(
        Pairing, on_delete=models.CASCADE, related_name="handover_note", db_comment="pd:none; end=30d"
    )
    predecessor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("原干部"),
        db_comment="pd:basic; end=30d",
    )
    text = GuardedCharField(_("移交说明"), blank=True, db_comment="pd:sensitive; end=30d")
    ends_on = models.DateField(_("止"), db_comment="pd:none; end=30d")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=30d"
    )

    objects = HandoverNoteQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("移交说明")
        verbose_name_plural = _("移交说明")

    def __str__(self) -> str:
        return str(self.pairing_id)

"""What cases and tasks share: an office that leads, a person who handles, and a deadline with its lights."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.offices.models import Office, OfficeScoped


class Timed(OfficeScoped):
    """A row with a deadline in working days (`apps.casework.ladder` moves its lights)."""

    lead_office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("主办机构"),
        db_comment="pd:none; end=keep",
    )
    assisting = models.ManyToManyField(Office, related_name="+", blank=True, verbose_name=_("协办机构"))
    # Who took it on: told first when it gets late.
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("承办人"),
        db_comment="pd:basic; end=keep",
    )
    due_on = models.DateField(_("办理期限"), db_comment="pd:none; end=keep")
    # The days on which it turned; written once, by the ladder's job.
    yellow_on = models.DateField(_("黄灯"), null=True, blank=True, db_comment="pd:none; end=keep")
    red_on = models.DateField(_("红灯"), null=True, blank=True, db_comment="pd:none; end=keep")
    # One extension, asked for with a reason (`StepTaken`) and granted by somebody else before the deadline.
    extension_asked_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    extension_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    extension_granted_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")

    class Meta(OfficeScoped.Meta):
        abstract = True

    @property
    def waits_for_extension(self) -> bool:
        return self.extension_asked_on is not None and self.extension_granted_on is None

    def days_over(self, today: dt.date) -> int:
        """Calendar days past the deadline; negative before it."""
        return (today - self.due_on).days

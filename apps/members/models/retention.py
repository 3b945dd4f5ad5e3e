"""What is to be emptied a month from now: told first, so that somebody can still object."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DueText(models.Model):
    """A row whose text is past its time: listed on one day, emptied a month later if it is still due then.

    It names a row of any table and nobody in it. Gone when the text is, or when the matter was opened again.
    """

    label = models.CharField(max_length=60, db_comment="pd:none; end=keep")
    row = models.BigIntegerField(db_comment="pd:none; end=keep")
    listed_on = models.DateField(db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("到期文字")
        verbose_name_plural = _("到期文字")
        constraints = [models.UniqueConstraint(fields=["label", "row"], name="due_text_listed_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.row}"

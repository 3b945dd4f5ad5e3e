"""Posts and public seats that were entered by mistake."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.members.models.people import Member


class TakenBack(models.Model):
    """A post or a seat that was taken back: its row is gone, so that nothing counts, lists or finds it.

    What it was stands in its history (`event`), from which it comes back if taking it back was the mistake.
    """

    class What(models.TextChoices):
        POST = "post", _("任职")
        SEAT = "seat", _("公职席位")

    class Reason(models.TextChoices):
        NEVER_HELD = "never_held", _("没有任过这一职务")
        OTHER_PERSON = "other_person", _("登记到了别人的档案")
        OTHER_PLACE = "other_place", _("单位、层级或职务选错")
        TWICE = "twice", _("同一任职登记了两次")

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="taken_back", db_comment="pd:basic; end=erase"
    )
    what = models.CharField(max_length=4, choices=What.choices, db_comment="pd:none; end=keep")
    # The history row that holds it as it stood.
    event = models.BigIntegerField(db_comment="pd:basic; end=erase")
    reason = models.CharField(
        _("原因"), max_length=12, choices=Reason.choices, db_comment="pd:basic; end=erase"
    )
    at = models.DateTimeField(default=timezone.now, db_comment="pd:none; end=keep")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    undone_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta:
        verbose_name = _("撤回的任职")
        verbose_name_plural = _("撤回的任职")
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["post", "seat"]), name="taken_back_what_known"),
            models.CheckConstraint(
                condition=Q(reason__in=["never_held", "other_person", "other_place", "twice"]),
                name="taken_back_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.event}"

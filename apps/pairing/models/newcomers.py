"""第一周: which steps of the first week a new cadre has ticked off. Their own list; no figure counts it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NewcomerStep(models.TextChoices):
    """What a new cadre looks at first. A first contact is no tick: it is there when it was logged."""

    MEMBERS = "members", _("认识您的结对成员")
    PLAN = "plan", _("看五个一方案")
    OFFLINE = "offline", _("在手机上打开一次登记页，没有网络也能用")
    CLOSED = "closed", _("不再显示")


class NewcomerTick(models.Model):
    """A step ticked off by the user, or the list closed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=keep"
    )
    step = models.CharField(max_length=8, choices=NewcomerStep.choices, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("第一周")
        verbose_name_plural = _("第一周")
        constraints = [
            models.UniqueConstraint(fields=["user", "step"], name="newcomer_tick_once"),
            models.CheckConstraint(condition=Q(step__in=NewcomerStep.values), name="newcomer_step_known"),
        ]

    def __str__(self) -> str:
        return self.step

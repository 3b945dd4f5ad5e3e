"""消息中心: what a user is told, and whether a daily e-mail is wanted."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor
from apps.core.fields import EncryptedTextField

# The badge says 99+ beyond; counting on would serve nobody.
COUNT_UP_TO = 100


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, actor: Actor) -> Self:
        """What the actor was told. Nobody reads another's inbox."""
        return self.filter(to_id=actor.pk) if actor.pk else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def unread_count(self) -> int:
        """How many are unread, at most COUNT_UP_TO: read from the index alone."""
        return self.unread().order_by()[:COUNT_UP_TO].count()

    def mark_read(self) -> int:
        return self.unread().update(read_at=timezone.now())


class Notification(models.Model):
    """One row of a user's inbox. The subject holds counts, record numbers and kinds, never a person (see `kinds`)."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=6m"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_comment="pd:basic; end=6m",
    )
    kind = models.CharField(max_length=40, db_comment="pd:none; end=6m")
    # What it is about, e.g. "case:12:red": told twice is told once.
    key = models.CharField(max_length=120, db_comment="pd:none; end=6m")
    subject = models.CharField(max_length=200, db_comment="pd:none; end=6m")
    link = models.CharField(max_length=200, blank=True, db_comment="pd:none; end=6m")
    at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=6m")
    read_at = models.DateTimeField(null=True, db_comment="pd:none; end=6m")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notification_told_once")]
        indexes = [
            models.Index(fields=["to"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["to", "-id"], name="notification_newest"),
        ]

    def __str__(self) -> str:
        return self.subject


class MailSetting(models.Model):
    """Whether a user wants the daily digest by e-mail too, and where to. Off until they say so."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mail_setting",
        db_comment="pd:basic; end=keep",
    )
    address = EncryptedTextField(_("电子邮箱"), blank=True, db_comment="pd:basic; end=keep")
    is_wanted = models.BooleanField(_("每日提醒同时发到邮箱"), default=False, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("邮件提醒")
        verbose_name_plural = _("邮件提醒")

    def __str__(self) -> str:
        return f"mail setting {self.pk}"


class CalendarLink(models.Model):
    """The secret address of a user's calendar, kept as a hash; deleted when it is taken back."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_link",
        db_comment="pd:basic; end=keep",
    )
    digest = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=keep")
    made_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")

    def __str__(self) -> str:
        return f"calendar link {self.pk}"

"""How people keep their lists of members: views, columns, and what a bulk action changed."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.offices.models import Office, OfficeScoped, ScopedQuerySet, paths_above


class ListSettings(models.Model):
    """列设置: the columns a user wants to see, in order, and the rows of a page."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_comment="pd:none; end=erase",
    )
    columns = ArrayField(models.CharField(max_length=24), default=list, db_comment="pd:none; end=erase")
    size = models.PositiveSmallIntegerField(default=20, db_comment="pd:none; end=erase")

    class Meta:
        verbose_name = _("列表设置")
        verbose_name_plural = _("列表设置")

    def __str__(self) -> str:
        return "、".join(self.columns)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def for_reader(self, actor: Actor) -> Self:
        """The actor's own views, and those shared in an office where, or below which, the actor reads members."""
        ranges = actor.office_ranges(Permission.MEMBER_VIEW)
        above = {path for held in ranges for path in paths_above(held.low)}
        shared = Q(is_shared=True) & (Q(office__path__in=above) | within(ranges, "office__path"))
        return self.filter(Q(owner=actor.pk) | shared).order_by("is_shared", "pk")


class SavedView(models.Model):
    """我的视图 / 共享视图: filters, order and columns of a list. Never ids of members, never search words."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=erase"
    )
    # Where a shared view is offered: this office and below.
    office = models.ForeignKey(
        Office, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    name = GuardedCharField(_("视图名称"), max_length=20, db_comment="pd:none; end=keep")
    state = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    is_shared = models.BooleanField(default=False, db_comment="pd:none; end=keep")
    # What the owner's list begins with.
    is_default = models.BooleanField(default=False, db_comment="pd:none; end=keep")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("列表视图")
        verbose_name_plural = _("列表视图")
        constraints = [
            models.CheckConstraint(condition=~Q(state__has_key="s"), name="saved_view_keeps_no_name"),
            models.CheckConstraint(
                condition=Q(is_shared=False) | ~Q(state__has_key="category"),
                name="shared_view_picks_nobody_by_category",
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(office__isnull=False), name="shared_view_has_an_office"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True), name="one_default_view_of_a_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BulkMove(OfficeScoped):
    """调整机构 of many members at once, kept for a while so that it can be undone. `office` is the new one."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=30d",
    )
    at = models.DateTimeField(auto_now_add=True, db_index=True, db_comment="pd:none; end=30d")
    # Beside each other: who was moved, from where, and which version of the row the move made.
    members = ArrayField(models.BigIntegerField(), default=list, db_comment="pd:basic; end=30d")
    offices = ArrayField(models.BigIntegerField(), default=list, db_comment="pd:none; end=30d")
    versions = ArrayField(models.IntegerField(), default=list, db_comment="pd:none; end=30d")
    undone_at = models.DateTimeField(null=True, db_comment="pd:none; end=30d")
    # Whom the undo left where they are: edited since.
    left = ArrayField(models.BigIntegerField(), default=list, db_comment="pd:basic; end=30d")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("批量调整机构")
        verbose_name_plural = _("批量调整机构")
        constraints = [
            models.CheckConstraint(
                condition=Q(members__len=F("offices__len")) & Q(members__len=F("versions__len")),
                name="bulk_move_rows_are_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {len(self.members)}"

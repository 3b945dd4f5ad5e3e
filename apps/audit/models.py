"""Who read, changed or exported what. Rows hold ids, field names and purposes, never values."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within

# Length of the path of a root office (treebeard's step): whoever holds a root sees what belongs to no office.
ROOT_PATH = 4


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Events in the offices in which the actor holds the permission."""
        scope = within(actor.office_ranges(permission))
        if sees_whole_tree(actor, permission):
            scope |= models.Q(office_path="")
        return self.filter(scope)


def sees_whole_tree(actor: Actor, permission: Permission) -> bool:
    """Whether the actor holds the permission at a root office."""
    return any(len(held.low) <= ROOT_PATH for held in actor.office_ranges(permission))


def own_transaction() -> Cast:
    """The number of the writing transaction, which says when its rows can no longer appear late."""
    number = models.Func(function="pg_current_xact_id", output_field=models.TextField())
    return Cast(Cast(number, models.TextField()), models.BigIntegerField())


class AuditEvent(models.Model):
    """One deed of one actor on one target. Append-only, by grants and by triggers (migration 0002)."""

    append_only = True

    class Action(models.TextChoices):
        SIGN_IN = "sign_in", _("登录")
        SIGN_IN_FAILED = "sign_in_failed", _("登录失败")
        SIGN_OUT = "sign_out", _("退出")
        READ = "read", _("查看")
        REVEAL = "reveal", _("查看联系方式")
        CREATE = "create", _("新建")
        CHANGE = "change", _("修改")
        VOID = "void", _("作废")
        EXPORT = "export", _("导出")
        PRINT = "print", _("打印")
        DOWNLOAD = "download", _("下载")
        IMPORT = "import", _("导入")
        GRANT = "grant", _("授权")
        END_GRANT = "end_grant", _("结束授权")
        INVITE = "invite", _("邀请")
        DISABLE = "disable", _("停用")
        RESET_FACTOR = "reset_factor", _("重置第二因素")
        MOVE = "move", _("调整隶属")
        RUN = "run", _("运行")

    at = models.DateTimeField(auto_now_add=True, db_index=True, db_comment="pd:none; end=keep")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        # The index below finds the same. Users are disabled, never deleted (PROTECT): the database need not look whether
        # the one who acted is there for each of ten thousand rows.
        db_index=False,
        db_constraint=False,
        db_comment="pd:basic; end=keep",
    )
    action = models.CharField(max_length=16, choices=Action.choices, db_comment="pd:none; end=keep")
    # What it was done to: the model's label ("members.member") and the row's id, so that audit needs no app above it.
    target_label = models.CharField(max_length=60, blank=True, db_comment="pd:none; end=keep")
    target_id = models.CharField(max_length=40, blank=True, db_comment="pd:none; end=keep")
    office_path = models.CharField(
        max_length=255, blank=True, db_collation="C", db_comment="pd:none; end=keep"
    )
    detail = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    request_id = models.CharField(max_length=40, blank=True, db_comment="pd:none; end=keep")
    xid = models.BigIntegerField(db_default=own_transaction(), editable=False, db_comment="pd:none; end=keep")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index(fields=["target_label", "target_id", "-id"]),
            models.Index(fields=["actor", "-id"]),
            models.Index(fields=["office_path", "-id"]),
            BrinIndex(fields=["xid"], name="audit_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_label} {self.target_id}"


class AuditSeal(models.Model):
    """One link of the chain that seals the audit rows: a batch of them, its hash, and the hash of the seal before.

    Written by the database function `seal_audit` and by nobody else (migration 0004); read by `apps.audit.sealing`.
    """

    append_only = True
    written_by_owner = True

    number = models.BigIntegerField(primary_key=True, db_comment="pd:none; end=keep")
    # Transaction numbers start anew where a back-up is restored: an epoch holds the rows of one cluster.
    epoch = models.PositiveIntegerField(db_comment="pd:none; end=keep")
    cluster = models.CharField(max_length=20, db_comment="pd:none; end=keep")
    # Rows of the epoch have greater ids.
    after_id = models.BigIntegerField(db_comment="pd:none; end=keep")
    # The batch: transactions from (with) until (without).
    from_xid = models.BigIntegerField(db_comment="pd:none; end=keep")
    until_xid = models.BigIntegerField(db_comment="pd:none; end=keep")
    rows = models.PositiveIntegerField(db_comment="pd:none; end=keep")
    root = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    previous = models.CharField(max_length=64, blank=True, db_comment="pd:none; end=keep")
    hash = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    sealed_at = models.DateTimeField(db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("审计封存")
        verbose_name_plural = _("审计封存")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

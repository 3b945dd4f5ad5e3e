"""Organizations, and who holds which title in them."""

import uuid
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.core.fields import GuardedCharField
from apps.members.models.events import entered_together, looked_up_by_member
from apps.members.models.vocabulary import OrganizationKind
from apps.offices.models import OfficeScoped, ScopedQuerySet


class OrganizationQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Organizations of the offices in which the actor holds the permission; nobody sees what was merged into another."""
        return super().visible_to(actor, permission).filter(merged_into__isnull=True)


@pghistory.track()
class Organization(OfficeScoped):
    """团体和单位: a democratic-party branch, chamber, association, think tank, enterprise or institution."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    name = GuardedCharField(_("名称"), max_length=100, db_comment="pd:none; end=keep")
    kind = models.CharField(
        _("类型"), max_length=12, choices=OrganizationKind.choices, db_comment="pd:none; end=keep"
    )
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    # 统一社会信用代码 in its one written form (apps.core.credit_codes); "" where it is not known.
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, default="", db_comment="pd:none; end=keep"
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
        verbose_name=_("上级组织"),
        db_comment="pd:none; end=keep",
    )
    # 第几届, and the day by which the next one is due (换届).
    term = models.PositiveSmallIntegerField(_("届次"), null=True, blank=True, db_comment="pd:none; end=keep")
    term_ends_on = models.DateField(_("本届任期止"), null=True, blank=True, db_comment="pd:none; end=keep")

    # The entry that stands for this one since the two were merged (members.organization_merges); the name of this
    # one goes on leading there. It ended the same day, so that whoever asks for living ones does not find it.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="duplicates",
        db_comment="pd:none; end=keep",
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("团体和单位")
        verbose_name_plural = _("团体和单位")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganizationKind.values), name="organization_kind_known"
            ),
            models.UniqueConstraint(fields=["office", "name"], name="organization_once_per_office"),
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="organization_credit_code_once"
            ),
            models.CheckConstraint(
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="organization_credit_code_shape",
            ),
            # Longer loops are refused by apps.members.organization_actions under a lock.
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="organization_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(ended_on__isnull=False) & ~Q(merged_into=F("pk")),
                name="organization_merged_and_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*entered_together(), meta=looked_up_by_member())
class Appointment(models.Model):
    """任职: a member's title in an organization, from/to. Without `ends_on` it is held today.

    `term_ends_on` is when the term is over (任期止), `ends_on` when the member left the post: who is past the one without
    the other stands on the quality page.
    """

    member = models.ForeignKey(
        "members.Member",
        on_delete=models.CASCADE,
        related_name="appointments",
        db_comment="pd:basic; end=erase",
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="appointments", db_comment="pd:basic; end=erase"
    )
    title = GuardedCharField(_("职务"), max_length=50, blank=True, db_comment="pd:basic; end=erase")
    starts_on = models.DateField(_("起"), null=True, blank=True, db_comment="pd:basic; end=erase")
    ends_on = models.DateField(_("止"), null=True, blank=True, db_comment="pd:basic; end=erase")

    term = models.PositiveSmallIntegerField(
        _("届次"), null=True, blank=True, db_comment="pd:basic; end=erase"
    )
    term_ends_on = models.DateField(_("任期止"), null=True, blank=True, db_comment="pd:basic; end=erase")

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            # Who comes back to a post, or holds it for another term, gets another row: what ended stays in the record.
            models.UniqueConstraint(
                fields=["member", "organization", "title"],
                condition=Q(ends_on__isnull=True),
                name="appointment_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

"""诉求建议事项: from the first word to the reply and the asker's verdict."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.members.models import Member
from apps.offices.models import Office, OfficeScoped, ScopedQuerySet


class CaseKind(models.TextChoices):
    REQUEST = "request", _("诉求")
    SUGGESTION = "suggestion", _("建议")
    PROPOSAL = "proposal", _("议案提案")
    POLICY_QUESTION = "policy_question", _("政策咨询")
    COMPLAINT = "complaint", _("投诉")


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Cases entered in the actor's offices, and those that the actor's offices lead."""
        ranges = actor.office_ranges(permission)
        return self.filter(within(ranges) | within(ranges, "lead_office__path"))

    def open(self) -> Self:
        return self.filter(state__in=[Case.State.REGISTERED, Case.State.ACCEPTED])


@pghistory.track()
class Case(OfficeScoped):
    """One thing asked, suggested or complained of. `office` is where it was entered (the member's office)."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("已登记")
        ACCEPTED = "accepted", _("办理中")
        ANSWERED = "answered", _("已答复")
        CLOSED = "closed", _("已办结")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    kind = models.CharField(
        _("类型"), max_length=16, choices=CaseKind.choices, db_comment="pd:none; end=keep"
    )
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_comment="pd:basic; end=keep",
    )
    text = GuardedCharField(_("事项"), max_length=300, blank=True, db_comment="pd:sensitive; end=2y")
    # Where it came from, e.g. ("visit", 12); upper apps register how to title and link it.
    origin_kind = models.CharField(max_length=12, blank=True, db_comment="pd:none; end=keep")
    origin_id = models.BigIntegerField(null=True, blank=True, db_comment="pd:none; end=keep")
    lead_office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("主办机构"),
        db_comment="pd:none; end=keep",
    )
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=State.choices,
        default=State.REGISTERED,
        db_comment="pd:none; end=keep",
    )
    opened_on = models.DateField(_("登记日期"), db_comment="pd:none; end=keep")
    due_on = models.DateField(_("办理期限"), db_comment="pd:none; end=keep")
    answered_on = models.DateField(_("答复日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    answer = GuardedCharField(_("答复"), max_length=300, blank=True, db_comment="pd:sensitive; end=2y")
    # Whether something was done for the asker (办实事), as against answered only.
    deed_done = models.BooleanField(_("办成实事"), default=False, db_comment="pd:none; end=keep")
    adopted_on = models.DateField(_("采纳日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    adopted_document = GuardedCharField(
        _("采纳依据"), max_length=100, blank=True, db_comment="pd:none; end=keep"
    )
    closed_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    entered_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")

    objects = CaseQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("诉求建议事项")
        verbose_name_plural = _("诉求建议事项")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "accepted", "answered", "closed", "withdrawn"]),
                name="case_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "closed"]) | Q(answered_on__isnull=False),
                name="case_answered_has_date",
            ),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True) | (Q(kind="suggestion") & ~Q(adopted_document="")),
                name="case_adoption_has_document",
            ),
        ]
        indexes = [models.Index(fields=["due_on"]), models.Index(fields=["origin_kind", "origin_id"])]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """事项编号."""
        return f"S{self.pk:07d}"

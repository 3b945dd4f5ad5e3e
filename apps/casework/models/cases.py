"""诉求建议事项: from the first word to the reply and the asker's verdict."""

import uuid
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.casework.models.timed import Timed
from apps.casework.states import OPEN, CaseState, transitions, values
from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.members.models import Member, Organization
from apps.offices.models import ScopedQuerySet


class CaseKind(models.TextChoices):
    REQUEST = "request", _("诉求")
    SUGGESTION = "suggestion", _("建议")
    PROPOSAL = "proposal", _("议案提案")
    POLICY_QUESTION = "policy_question", _("政策咨询")
    COMPLAINT = "complaint", _("投诉")


class AdoptedLevel(models.TextChoices):
    """Which floor took a suggestion up."""

    TOWN = "town", _("乡镇（街道）")
    COUNTY = "county", _("县（市、区）")
    CITY = "city", _("市")
    PROVINCE = "province", _("省")
    NATION = "nation", _("国家")


class Verdict(models.TextChoices):
    """What the asker said of the answer."""

    SATISFIED = "satisfied", _("满意")
    UNSATISFIED = "unsatisfied", _("不满意")


class Via(models.TextChoices):
    """How a word of somebody without an account reached us."""

    LINK = "link", _("一次性链接")
    CALL = "call", _("干部电话或当面记录")
    PAPER = "paper", _("书面，代录")
    OWN_FILE = "own_file", _("成员自助")


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Cases entered in the actor's offices, and those that the actor's offices lead or assist."""
        ranges = actor.office_ranges(permission)
        assisted = Case.assisting.through.objects.filter(within(ranges, "office__path")).values("case_id")
        seen = within(ranges) | within(ranges, "lead_office__path") | Q(pk__in=assisted)
        # A complaint is never shown to the cadre whom the member had then, whatever grants they have now.
        return self.filter(seen).exclude(kept_from=actor.pk) if actor.pk else self.filter(seen)

    def open(self) -> Self:
        """Still owed an answer."""
        return self.filter(state__in=values(OPEN))


@pghistory.track()
class Case(Timed):
    """One thing asked, suggested or complained of. `office` is where it was entered (the member's office).

    Kind and text are never retyped: no page changes them, and only the asker takes a case back.
    """

    State = CaseState

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
    # Asked by an organization where it was visited and no member was met.
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:none; end=keep",
    )
    text = GuardedCharField(_("事项"), max_length=300, blank=True, db_comment="pd:sensitive; end=2y")
    # A member's complaint: entered above the office that serves them, and kept from that office and whoever was paired.
    confidential = models.BooleanField(default=False, db_default=False, db_comment="pd:basic; end=keep")
    kept_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    # 实名转办: departments see no name unless the asker said so.
    may_be_named = models.BooleanField(_("实名转办"), default=False, db_comment="pd:basic; end=keep")
    # Where it came from, e.g. ("visit", 12); upper apps register how to title and link it.
    origin_kind = models.CharField(max_length=12, blank=True, db_comment="pd:none; end=keep")
    origin_id = models.BigIntegerField(null=True, blank=True, db_comment="pd:none; end=keep")
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=CaseState.choices,
        default=CaseState.REGISTERED,
        db_comment="pd:none; end=keep",
    )
    opened_on = models.DateField(_("登记日期"), db_comment="pd:none; end=keep")
    # The deadline before the asker was not satisfied and the clock began anew; what figures count.
    first_due_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    # Since when we wait for the asker; the deadline moves by those working days.
    paused_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    answered_on = models.DateField(_("答复日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    answer = GuardedCharField(_("答复"), max_length=300, blank=True, db_comment="pd:sensitive; end=2y")
    # Whether something was done for the asker (办实事), as against answered only.
    deed_done = models.BooleanField(_("办成实事"), default=False, db_comment="pd:none; end=keep")
    adopted_on = models.DateField(_("采纳日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    adopted_by_level = models.CharField(
        _("采纳层级"),
        max_length=8,
        choices=AdoptedLevel.choices,
        blank=True,
        db_comment="pd:none; end=keep",
    )
    adopted_document = GuardedCharField(
        _("采纳依据"), max_length=100, blank=True, db_comment="pd:none; end=keep"
    )
    adopted_result = GuardedCharField(_("采纳结果"), blank=True, db_comment="pd:sensitive; end=2y")
    verdict = models.CharField(
        _("提出人评价"), max_length=12, choices=Verdict.choices, blank=True, db_comment="pd:none; end=keep"
    )
    verdict_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    verdict_via = models.CharField(
        max_length=8, choices=Via.choices, blank=True, db_comment="pd:none; end=keep"
    )
    verdict_why = GuardedCharField(_("原因"), blank=True, db_comment="pd:sensitive; end=2y")
    reopened_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_comment="pd:none; end=keep",
    )
    closed_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    # Empty where the member entered it in the own file.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    entered_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")

    objects = CaseQuerySet.as_manager()

    class Meta(Timed.Meta):
        verbose_name = _("诉求建议事项")
        verbose_name_plural = _("诉求建议事项")
        triggers = [
            *Timed.Meta.triggers,
            pgtrigger.FSM(name="case_moves", field="state", transitions=transitions()),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_known"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(organization__isnull=True), name="case_one_asker"
            ),
            models.CheckConstraint(
                condition=Q(adopted_by_level__in=["", *AdoptedLevel.values]), name="case_adopted_level_known"
            ),
            models.CheckConstraint(condition=Q(verdict__in=["", *Verdict.values]), name="case_verdict_known"),
            models.CheckConstraint(condition=Q(verdict_via__in=["", *Via.values]), name="case_via_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "confirmed", "closed"]) | Q(answered_on__isnull=False),
                name="case_answered_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="reopened") | Q(reopened_on__isnull=False, first_due_on__isnull=False),
                name="case_reopened_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="case_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="case_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(kept_from__isnull=True) | Q(confidential=True),
                name="case_kept_from_is_confidential",
            ),
            models.CheckConstraint(
                condition=Q(paused_on__isnull=True) | Q(state__in=values(OPEN)), name="case_paused_is_open"
            ),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True) | (Q(kind="suggestion") & ~Q(adopted_document="")),
                name="case_adoption_has_document",
            ),
            models.CheckConstraint(
                condition=(Q(verdict="") & Q(verdict_on__isnull=True))
                | (~Q(verdict="") & Q(verdict_on__isnull=False)),
                name="case_verdict_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"]),
            models.Index(fields=["origin_kind", "origin_id"]),
            models.Index(fields=["due_on"], condition=Q(state__in=values(OPEN)), name="case_open_by_due"),
            models.Index(fields=["red_on"], condition=Q(red_on__isnull=False), name="case_red"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """事项编号."""
        return f"S{self.pk:07d}"

    @property
    def asker_name(self) -> str:
        """For those who may read it; "" where nobody of the registry asked."""
        asker = self.member or self.organization
        return asker.name if asker else ""

    @property
    def has_asker(self) -> bool:
        """Whether somebody is there to hear the answer; a member who left is not."""
        if self.member is not None:
            return self.member.status != Member.Status.WITHDRAWN
        return self.organization_id is not None

    @property
    def is_open(self) -> bool:
        # See also CaseQuerySet.open.
        return self.state in OPEN

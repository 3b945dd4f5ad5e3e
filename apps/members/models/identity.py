"""Who might be registered twice, and which two registrations were made one."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.members.models.organizations import Organization
from apps.members.models.people import Member
from apps.offices.models import OfficeScoped, ScopedQuerySet

# How long a merge can be undone; after that what it moved is forgotten.
UNDO_DAYS = 30


class Reason(models.TextChoices):
    """Why two registrations look like one person, or do not. What each weighs stands in `members.duplicates`."""

    SAME_NAME = "same_name", _("同名")
    SAME_SOUND = "same_sound", _("姓名同音")
    SAME_PHONE = "same_phone", _("同号")
    SAME_BIRTH_MONTH = "same_birth_month", _("同出生年月")
    SAME_ORGANIZATION = "same_organization", _("同单位或团体")
    OTHER_BIRTH_MONTH = "other_birth_month", _("出生年月不同")
    OTHER_GENDER = "other_gender", _("性别不同")


class CandidateQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Pairs of which the actor may deal with both; who withdrew or was merged is in none."""
        members = Member.objects.visible_to(actor, permission).values("pk")
        return self.filter(first__in=members, second__in=members)


class DuplicateCandidate(OfficeScoped):
    """Two registrations that look like one person. `office` is the lowest one above both.

    Decided once: a pair said to be different people does not come back with the next scan.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        MERGED = "merged", _("已合并")
        DIFFERENT = "different", _("不是同一人")

    first = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=erase"
    )
    second = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=erase"
    )
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason.choices), db_comment="pd:basic; end=erase"
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.OPEN, db_comment="pd:none; end=keep"
    )
    found_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    decided_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = CandidateQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("疑似重复")
        verbose_name_plural = _("疑似重复")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="candidate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="candidate_in_order"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "merged", "different"]), name="candidate_state_known"
            ),
            models.CheckConstraint(
                condition=Q(reasons__contained_by=Reason.values), name="candidate_reasons_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | Q(~Q(state="open"), decided_at__isnull=False),
                name="candidate_decided_at_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return f"{self.first_id}-{self.second_id}"


class DifferentOrganizations(models.Model):
    """Two entries that look like one organization, and of which somebody said that they are two."""

    first = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    second = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    decided_at = models.DateTimeField(default=timezone.now, db_comment="pd:none; end=keep")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta:
        verbose_name = _("不是同一个单位")
        verbose_name_plural = _("不是同一个单位")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="different_organizations_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="different_organizations_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}-{self.second_id}"


class MadeOneQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)


class MadeOne(OfficeScoped):
    """Two rows made one: what each declared step moved, so that it can be undone. `office` is the kept one's."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    at = models.DateTimeField(default=timezone.now, db_comment="pd:none; end=keep")
    # By step: ids of rows and of their history, never a value.
    steps = models.JSONField(default=dict, db_comment="pd:none; end=30d")
    undone_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    class Meta(OfficeScoped.Meta):
        abstract = True

    @property
    def can_be_undone(self) -> bool:
        """Whether it still stands and what it moved is still known."""
        return self.undone_at is None and bool(self.steps) and timezone.now() <= self.undo_until

    @property
    def undo_until(self) -> dt.datetime:
        return self.at + dt.timedelta(days=UNDO_DAYS)


class MergeQuerySet(MadeOneQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Merges whose kept record the actor may deal with."""
        return self.filter(kept__in=Member.objects.visible_to(actor, permission).values("pk"))


class Merge(MadeOne):
    """Two registrations of one person made one."""

    kept = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=erase"
    )
    duplicate = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:basic; end=erase"
    )

    objects = MergeQuerySet.as_manager()

    class Meta(MadeOne.Meta):
        verbose_name = _("合并")
        verbose_name_plural = _("合并")
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at__isnull=True), name="merge_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(kept=F("duplicate")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_id}→{self.kept_id}"


class OrganizationMerge(MadeOne):
    """Two entries of one organization made one."""

    kept = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    duplicate = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )

    objects = MadeOneQuerySet.as_manager()

    class Meta(MadeOne.Meta):
        verbose_name = _("团体和单位的合并")
        verbose_name_plural = _("团体和单位的合并")
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=Q(undone_at__isnull=True),
                name="organization_merge_once_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(kept=F("duplicate")), name="organization_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_id}→{self.kept_id}"

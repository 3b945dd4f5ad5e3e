"""联系记录: one contact, and whom it met."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.members.bonds import members_paired_with
from apps.members.models import Member, Organization
from apps.offices.models import OfficeScoped, ScopedQuerySet


class VisitKind(models.TextChoices):
    HOME_VISIT = "home_visit", _("走访")
    TALK = "talk", _("谈心")
    FORUM = "forum", _("座谈")
    PHONE = "phone", _("电话/线上")


class VisitSource(models.TextChoices):
    """How an entry came here. What was first written on paper, or brought from an old ledger, is not late."""

    FORM = "form", _("在线登记")
    PAPER = "paper", _("纸条补录")
    LEDGER = "ledger", _("台账补录")


class VisitQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Visits of the actor's offices, their own, and those of the members they are paired with today."""
        seen = within(actor.office_ranges(permission)) | Q(cadre=actor.pk)
        if paired := members_paired_with(actor):
            seen |= Q(pk__in=Met.objects.filter(member__in=paired).values("visit"))
        return self.filter(seen)

    def of_cadre(self, actor: Actor) -> Self:
        """The actor's own: the only ones they may change."""
        return self.filter(cadre=actor.pk)

    def counted(self) -> Self:
        """Visits that were not voided."""
        return self.filter(voided_at__isnull=True)

    def with_twin(self) -> Self:
        """Each with `has_twin`: 疑似重复, the same cadre met one of the same people on the same day in another visit."""
        people = Met.objects.filter(visit=OuterRef(OuterRef("pk")), member__isnull=False).values("member")
        twins = Visit.objects.counted().filter(
            cadre=OuterRef("cadre"), happened_on=OuterRef("happened_on"), met__member__in=people
        )
        return self.annotate(
            has_twin=ExpressionWrapper(
                Q(voided_at__isnull=True) & Exists(twins.exclude(pk=OuterRef("pk"))),
                output_field=models.BooleanField(),
            )
        )

    def between(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(happened_on__gte=first, happened_on__lte=last)


@pghistory.track()
class Visit(OfficeScoped):
    """One contact. `office` is the cadre's on that day. The client makes `public_id`, so writing it twice makes one."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    cadre = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="visits",
        verbose_name=_("干部"),
        db_comment="pd:basic; end=keep",
    )
    kind = models.CharField(
        _("方式"), max_length=10, choices=VisitKind.choices, db_comment="pd:none; end=keep"
    )
    happened_on = models.DateField(_("日期"), db_comment="pd:none; end=keep")
    text = GuardedCharField(_("内容"), max_length=300, blank=True, db_comment="pd:sensitive; end=2y")
    source = models.CharField(
        _("来源"),
        max_length=6,
        choices=VisitSource.choices,
        default=VisitSource.FORM,
        db_default=VisitSource.FORM,
        db_comment="pd:none; end=keep",
    )
    # Why it was written or corrected although its period was closed (`offices.ClosedPeriod`); "" where it was in time.
    late_reason = GuardedCharField(
        _("逾期原因"), max_length=100, blank=True, default="", db_default="", db_comment="pd:none; end=keep"
    )
    # Keyed hash of what the client sent under this UUID: the same again is the same visit, anything else a conflict.
    content_digest = models.CharField(
        max_length=64, blank=True, editable=False, db_comment="pd:sensitive; end=2y"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    entered_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    version = models.PositiveIntegerField(default=1, db_comment="pd:none; end=keep")
    voided_at = models.DateTimeField(null=True, blank=True, db_comment="pd:none; end=keep")
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    void_reason = GuardedCharField(_("作废原因"), max_length=100, blank=True, db_comment="pd:none; end=keep")

    objects = VisitQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("联系记录")
        verbose_name_plural = _("联系记录")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=VisitKind.values), name="visit_kind_known"),
            models.CheckConstraint(condition=Q(source__in=VisitSource.values), name="visit_source_known"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="visit_void_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "-happened_on"], name="visit_office_day"),
            models.Index(fields=["cadre", "-happened_on"], name="visit_cadre_day"),
            # The rollup counts a million visits from this index alone.
            models.Index(
                fields=["happened_on"],
                include=["office"],
                condition=Q(voided_at__isnull=True),
                name="visit_counted_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """记录编号."""
        return f"V{self.pk:08d}"

    @property
    def is_late(self) -> bool:
        """Written or corrected after its period was closed."""
        return self.late_reason != ""

    @property
    def is_for_another(self) -> bool:
        """代录: somebody else wrote it down for the cadre."""
        return self.entered_by_id != self.cadre_id


class Met(OfficeScoped):
    """Whom a visit met: one row per member or organization. `office` is the member's on that day."""

    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, related_name="met", db_comment="pd:none; end=keep"
    )
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:none; end=keep",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("会见")
        verbose_name_plural = _("会见")
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, organization__isnull=True)
                | Q(member__isnull=True, organization__isnull=False),
                name="met_one_of_two",
            ),
            models.UniqueConstraint(fields=["visit", "member"], name="met_member_once"),
            models.UniqueConstraint(fields=["visit", "organization"], name="met_organization_once"),
        ]
        indexes = [models.Index(fields=["member", "visit"])]

    def __str__(self) -> str:
        return str(self.visit_id)

"""结对: a cadre and a member for a time, and what was done in it."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within
from apps.members.models import Member
from apps.offices.models import OfficeScoped, ScopedQuerySet
from apps.pairing.models.plans import DutyKind


class PairingQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Pairs of the actor's offices, and their own."""
        return self.filter(within(actor.office_ranges(permission)) | Q(cadre=actor.pk))

    def active(self, on: dt.date) -> Self:
        """Pairs that live on that day."""
        return self.filter(Q(started_on__lte=on), Q(ended_on__isnull=True) | Q(ended_on__gte=on))


@pghistory.track()
class Pairing(OfficeScoped):
    """A cadre paired with a member, from `started_on` to `ended_on`, both days included. `office` is the member's."""

    class EndReason(models.TextChoices):
        HAND_OVER = "hand_over", _("移交")
        MEMBER_ASKED = "member_asked", _("成员要求更换")
        WITHDRAWN = "withdrawn", _("成员退出")
        LEFT = "left", _("成员迁出或去世")
        CADRE_LEFT = "cadre_left", _("干部调离")
        OTHER = "other", _("其他")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    cadre = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="pairings",
        verbose_name=_("干部"),
        db_comment="pd:basic; end=keep",
    )
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        related_name="pairings",
        verbose_name=_("成员"),
        db_comment="pd:basic; end=keep",
    )
    started_on = models.DateField(_("起"), db_comment="pd:none; end=keep")
    ended_on = models.DateField(_("止"), null=True, blank=True, db_comment="pd:none; end=keep")
    end_reason = models.CharField(
        _("结束原因"), max_length=12, choices=EndReason.choices, blank=True, db_comment="pd:none; end=keep"
    )
    # 移交后首次联系期限: only a hand-over starts this clock, neither an import nor a pair begun by hand.
    first_contact_by = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    # The day on which an old pair list brought it; such a pair knows each other and starts no 30-day clock.
    imported_on = models.DateField(null=True, editable=False, db_comment="pd:none; end=keep")

    objects = PairingQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("结对")
        verbose_name_plural = _("结对")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    end_reason__in=[
                        "",
                        "hand_over",
                        "member_asked",
                        "withdrawn",
                        "left",
                        "cadre_left",
                        "other",
                    ]
                ),
                name="pairing_end_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="pairing_ends_after_start",
            ),
            # One member has one cadre at a time. Written as two ranges so that no extension is needed.
            ExclusionConstraint(
                name="pairing_one_cadre_at_a_time",
                expressions=[
                    (
                        Func(
                            "member_id",
                            "member_id",
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "started_on",
                            "ended_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("该成员在这段时间已有结对干部。"),
            ),
        ]
        indexes = [models.Index(fields=["cadre", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.cadre_id}-{self.member_id}"

    def has_ended(self, today: dt.date) -> bool:
        """Whether its last day has passed or is today."""
        return self.ended_on is not None and self.ended_on <= today

    def lives_on(self, day: dt.date) -> bool:
        # See also PairingQuerySet.active.
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


class DutyEntry(OfficeScoped):
    """履行: what fulfils a duty. Made by visits, cases, suggestions and activities, never by a tick box."""

    class Source(models.TextChoices):
        VISIT = "visit", _("联系记录")
        CASE = "case", _("诉求建议事项")
        ACTIVITY = "activity", _("活动")

    pairing = models.ForeignKey(
        Pairing, on_delete=models.PROTECT, related_name="entries", db_comment="pd:none; end=keep"
    )
    kind = models.CharField(max_length=10, choices=DutyKind.choices, db_comment="pd:none; end=keep")
    done_on = models.DateField(db_comment="pd:none; end=keep")
    source_kind = models.CharField(max_length=8, choices=Source.choices, db_comment="pd:none; end=keep")
    source_id = models.BigIntegerField(db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("履行")
        verbose_name_plural = _("履行")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DutyKind.values), name="duty_entry_kind_known"),
            models.CheckConstraint(
                condition=Q(source_kind__in=["visit", "case", "activity"]), name="duty_entry_source_known"
            ),
            models.UniqueConstraint(
                fields=["pairing", "source_kind", "source_id", "kind"], name="duty_entry_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["source_kind", "source_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.done_on}"


def twelve_zeros() -> list[int]:
    return [0] * 12


def four_zeros() -> list[int]:
    return [0] * 4


def twenty_zeros() -> list[int]:
    return [0] * 20


def by_kind(what: str) -> ArrayField:
    """Twenty whole numbers: the four quarters of each kind, in the order of `DutyKind`."""
    return ArrayField(
        models.SmallIntegerField(),
        size=20,
        default=twenty_zeros,
        db_comment="pd:none; end=keep",
        help_text=what,
    )


def months(what: str) -> ArrayField:
    """Twelve whole numbers, January first."""
    return ArrayField(
        models.SmallIntegerField(),
        size=12,
        default=twelve_zeros,
        db_comment="pd:none; end=keep",
        help_text=what,
    )


class PairingYear(OfficeScoped):
    """年度进度 of a pair: a row recomputed from its entries in the transaction of each write; office figures sum these.

    `due` and `done` count duties in the month in which the duty's own period ends (a quarter's talk in March), `done`
    never above `due`; `kinds_due` and `kinds_done` are the same by kind and quarter. `quarters_due` is 1 where the pair lived through enough of the quarter, `quarters_met` 1 where
    there was a two-way contact in such a quarter. See apps.pairing.progress.
    """

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="years", db_comment="pd:none; end=keep"
    )
    year = models.PositiveSmallIntegerField(db_comment="pd:none; end=keep")
    contacts = months("two-way contacts")
    talk = months("entries of kind talk")
    visit = months("entries of kind visit")
    activity = months("entries of kind activity")
    deed = months("entries of kind deed")
    suggestion = months("entries of kind suggestion")
    due = months("duties due, in the month their period ends")
    done = months("duties met, in the month their period ends")
    kinds_due = by_kind("duties due, by kind and the quarter in which their period ends")
    kinds_done = by_kind("duties met, by kind and the quarter in which their period ends")
    quarters_due = ArrayField(
        models.SmallIntegerField(), size=4, default=four_zeros, db_comment="pd:none; end=keep"
    )
    quarters_met = ArrayField(
        models.SmallIntegerField(), size=4, default=four_zeros, db_comment="pd:none; end=keep"
    )
    last_contact_on = models.DateField(null=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("年度进度")
        verbose_name_plural = _("年度进度")
        constraints = [models.UniqueConstraint(fields=["pairing", "year"], name="pairing_year_once")]
        indexes = [models.Index(fields=["year", "office_path"])]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.year}"

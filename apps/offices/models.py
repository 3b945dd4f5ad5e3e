"""The tree of offices, and what every row about a person carries of it."""

import datetime as dt
import uuid
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Left, Length
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from apps.core.access import Actor, OfficeRange, Permission, within
from apps.core.periods import Period


class OfficeKind(models.TextChoices):
    CITY = "city", _("市")
    COUNTY = "county", _("县（市、区）")
    TOWN = "town", _("乡镇")
    SUBDISTRICT = "subdistrict", _("街道")
    ZONE = "zone", _("园区/功能区")
    COMMUNITY = "community", _("村社区")
    DEPARTMENT = "department", _("部门")


# Offices in which members are registered: never below town (design §2, Member).
TOWN_KINDS = (OfficeKind.TOWN, OfficeKind.SUBDISTRICT, OfficeKind.ZONE)


class OfficeQuerySet(MP_NodeQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Offices in the subtrees in which the actor holds the permission."""
        return self.filter(within(actor.office_ranges(permission), "path"))

    def taking_part(self, on: dt.date) -> Self:
        """Offices that coverage figures count on that day."""
        return self.filter(
            Q(takes_part_from__lte=on), Q(takes_part_until__isnull=True) | Q(takes_part_until__gte=on)
        )

    def with_parent_code(self) -> Self:
        """Each office with `parent_code`, None for the root."""
        parent_path = Left(OuterRef("path"), Length(OuterRef("path")) - Office.steplen)
        above = Office.objects.filter(path=parent_path).values("code")
        # A left() of nothing is an error neither here nor in PostgreSQL: it gives "", which is no path.
        return self.annotate(parent_code=Subquery(above[:1]))

    def towns(self) -> Self:
        """The floor at which members are registered: 乡镇, 街道, 园区."""
        return self.filter(kind__in=TOWN_KINDS)


class OfficeManager(MP_NodeManager.from_queryset(OfficeQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OfficeQuerySet:
        return OfficeQuerySet(self.model, using=self._db).order_by("path")


@pghistory.track()
class Office(MP_Node):
    """A node of the tree: city, county, town, community or department."""

    # treebeard's own columns, repeated so that they sort bytewise and say what they hold.
    path = models.CharField(max_length=255, unique=True, db_collation="C", db_comment="pd:none; end=keep")
    depth = models.PositiveIntegerField(db_comment="pd:none; end=keep")
    numchild = models.PositiveIntegerField(default=0, db_comment="pd:none; end=keep")

    code = models.CharField(_("代码"), max_length=20, unique=True, db_comment="pd:none; end=keep")
    name = models.CharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    kind = models.CharField(
        _("类型"), max_length=12, choices=OfficeKind.choices, db_comment="pd:none; end=keep"
    )
    takes_part_from = models.DateField(_("参加统计起"), null=True, blank=True, db_comment="pd:none; end=keep")
    takes_part_until = models.DateField(
        _("参加统计止"), null=True, blank=True, db_comment="pd:none; end=keep"
    )

    objects = OfficeManager()

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OfficeKind.values), name="office_kind_known"),
            models.CheckConstraint(
                condition=Q(takes_part_until__isnull=True)
                | Q(takes_part_from__isnull=False, takes_part_until__gte=F("takes_part_from")),
                name="office_takes_part_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def parent_path(self) -> str:
        """Path of the office above; "" at the root."""
        return self.path[: -self.steplen]

    @property
    def range(self) -> OfficeRange:
        """This office and everything below it."""
        return OfficeRange.below(self.path)


def paths_above(path: str) -> list[str]:
    """The paths of an office and of all offices above it, top down."""
    return [path[:end] for end in range(Office.steplen, len(path) + 1, Office.steplen)]


class OfficeScoped(models.Model):
    """A row that belongs to an office, with the office's path beside it for range scans and row policies.

    The path is written by the trigger on insert and when the office changes (so COPY and bulk writes carry it
    too), and by `apps.offices.actions.move_office` when the tree changes; nowhere else.
    """

    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:none; end=keep",
        verbose_name=_("机构"),
    )
    office_path = models.CharField(
        max_length=255,
        db_collation="C",
        db_index=True,
        editable=False,
        default="",
        db_comment="pd:none; end=keep",
    )

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Trigger(
                name="office_path",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("office_id"),
                when=pgtrigger.Before,
                func="SELECT path INTO NEW.office_path FROM offices_office WHERE id = NEW.office_id; RETURN NEW;",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The trigger writes the same; this keeps the object in memory true after its first save.
        self.office_path = self.office.path
        super().save(*args, **kwargs)


class ScopedQuerySet(models.QuerySet):
    """For models with `office_path`."""

    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Rows of the offices in which the actor holds the permission. Every view starts here."""
        return self.filter(within(actor.office_ranges(permission)))

    def of_office(self, office: Office) -> Self:
        """Rows of the office and everything below it."""
        return self.filter(within([office.range]))


class ClosedPeriodQuerySet(ScopedQuerySet):
    def holding(self) -> Self:
        """Those that were not opened again."""
        return self.filter(reopened_at__isnull=True)

    def over(self, path: str, day: dt.date) -> Self:
        """Those that close the day for the office at `path`: its own and those of the offices above."""
        return self.holding().filter(office_path__in=paths_above(path), starts_on__lte=day, ends_on__gte=day)


@pghistory.track()
class ClosedPeriod(OfficeScoped):
    """封账: what happened in the period was reported, by the office and everything below it.

    Entries for its days are still taken, with a reason, and are marked late.
    """

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    # A code of apps.core.periods, and its first and last day for the database to compare.
    period = models.CharField(_("时段"), max_length=7, db_comment="pd:none; end=keep")
    starts_on = models.DateField(db_comment="pd:none; end=keep")
    ends_on = models.DateField(db_comment="pd:none; end=keep")
    closed_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    reopened_at = models.DateTimeField(null=True, blank=True, db_comment="pd:none; end=keep")
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("封账时段")
        verbose_name_plural = _("封账时段")
        constraints = [
            models.UniqueConstraint(
                fields=["office", "period"],
                condition=Q(reopened_at__isnull=True),
                name="period_closed_once_per_office",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True)
                | Q(reopened_at__isnull=False, reopened_by__isnull=False),
                name="closed_period_reopened_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def label(self) -> str:
        """The period in words."""
        return Period.parse(self.period).label


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CalendarDay(models.Model):
    """节假日安排: a day that is worked or off against what is published, or before anything is. For the whole tree."""

    day = models.DateField(_("日期"), unique=True, db_comment="pd:none; end=keep")
    is_worked = models.BooleanField(_("上班"), db_comment="pd:none; end=keep")
    changed_at = models.DateTimeField(auto_now=True, db_comment="pd:none; end=keep")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("节假日安排")
        verbose_name_plural = _("节假日安排")

    def __str__(self) -> str:
        return str(self.day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AddedWord(models.Model):
    """另加的词: a word the wording guard holds back beside its base list. For the whole tree."""

    word = models.CharField(_("词"), max_length=20, unique=True, db_comment="pd:none; end=keep")
    added_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("另加的词")
        verbose_name_plural = _("另加的词")

    def __str__(self) -> str:
        return self.word


class StandingTexts(models.Model):
    """How many texts of one kind that stand at an office hold an added word: counted anew as a whole, never which."""

    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="+", db_comment="pd:none; end=keep"
    )
    # The label of the table.
    kind = models.CharField(max_length=60, db_comment="pd:none; end=keep")
    texts = models.PositiveIntegerField(_("条数"), db_comment="pd:none; end=keep")
    counted_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")

    class Meta:
        verbose_name = _("已有文字的清点")
        verbose_name_plural = _("已有文字的清点")
        constraints = [models.UniqueConstraint(fields=["office", "kind"], name="standing_texts_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.texts}"

"""百企大走访: a campaign of an office, and the organizations it wants to see. Who was visited is read from the visits."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.members.models import Organization
from apps.offices.models import OfficeScoped, ScopedQuerySet
from apps.pairing.models.visits import Visit, VisitKind


class CampaignQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Campaigns of the actor's offices, and those with a target there or given to the actor."""
        ranges = actor.office_ranges(permission)
        theirs = Target.objects.filter(within(ranges) | Q(assignee=actor.pk)).values("campaign")
        return self.filter(within(ranges) | Q(pk__in=theirs))

    def run_by(self, actor: Actor) -> Self:
        """Campaigns of offices where the actor manages pairs; a target there is not enough."""
        return self.filter(within(actor.office_ranges(Permission.PAIRING_MANAGE)))

    def running(self) -> Self:
        """Not closed yet."""
        return self.filter(closed_at__isnull=True)


@pghistory.track()
class Campaign(OfficeScoped):
    """大走访: an office wants certain organizations visited between two days. `office` is the one that runs it."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    title = GuardedCharField(_("名称"), max_length=60, db_comment="pd:none; end=keep")
    purpose = GuardedCharField(_("目的"), max_length=200, db_comment="pd:none; end=keep")
    starts_on = models.DateField(_("起"), db_comment="pd:none; end=keep")
    ends_on = models.DateField(_("止"), db_comment="pd:none; end=keep")
    # 小结: what is said of it at its end, beside the figures of that day.
    summary = GuardedCharField(_("小结"), blank=True, default="", db_comment="pd:none; end=keep")
    figures = models.JSONField(default=dict, db_comment="pd:none; end=keep")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    closed_at = models.DateTimeField(null=True, blank=True, db_comment="pd:none; end=keep")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = CampaignQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("走访活动")
        verbose_name_plural = _("走访活动")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_in_order"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="campaign_closed_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """走访编号."""
        return f"D{self.pk:05d}"

    @property
    def is_closed(self) -> bool:
        # See also CampaignQuerySet.running.
        return self.closed_at is not None


class TargetQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Targets at the actor's offices or of their offices' campaigns, and those given to the actor."""
        ranges = actor.office_ranges(permission)
        return self.filter(within(ranges) | within(ranges, "campaign__office_path") | Q(assignee=actor.pk))

    def with_visit(self) -> Self:
        """Each with `visit_pk` and `visited_on` of the first visit that fulfils it, or None."""
        first = fulfilling_visits().order_by("happened_on", "pk")
        return self.annotate(visit_pk=first.values("pk")[:1], visited_on=first.values("happened_on")[:1])

    def visited(self) -> Self:
        return self.filter(Exists(fulfilling_visits()))

    def unvisited(self) -> Self:
        return self.filter(~Exists(fulfilling_visits()))

    def open(self) -> Self:
        """Still to be visited: neither seen nor set aside."""
        return self.unvisited().filter(WANTED)


# An organization that is no more asks for no visit, whether or not somebody set it aside.
WANTED = Q(set_aside_on__isnull=True, organization__ended_on__isnull=True)


@pghistory.track()
class Target(OfficeScoped):
    """An organization that a campaign wants visited, by whom and when. `office` is the organization's.

    Fulfilled by a visit, never by a tick. Set aside, it leaves the denominator; why (declined, closed, moved) is asked
    of nobody and stands nowhere.
    """

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="targets", db_comment="pd:none; end=keep"
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("单位"),
        db_comment="pd:none; end=keep",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaign_targets",
        related_query_name="campaign_target",
        verbose_name=_("走访干部"),
        db_comment="pd:basic; end=keep",
    )
    due_on = models.DateField(_("完成期限"), null=True, blank=True, db_comment="pd:none; end=keep")
    set_aside_on = models.DateField(_("不再走访"), null=True, blank=True, db_comment="pd:none; end=keep")
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = TargetQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("走访单位")
        verbose_name_plural = _("走访单位")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organization"], name="target_once_per_campaign"),
            models.CheckConstraint(
                condition=Q(set_aside_on__isnull=True, set_aside_by__isnull=True)
                | Q(set_aside_on__isnull=False, set_aside_by__isnull=False),
                name="target_set_aside_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["assignee", "due_on"])]

    def __str__(self) -> str:
        return str(self.pk)


def fulfilling_visits() -> models.QuerySet[Visit]:
    """For the target at hand: visits of its assignee to the organization, in person, within the campaign's days."""
    return (
        Visit.objects.counted()
        .exclude(kind=VisitKind.PHONE)
        .filter(
            met__organization=OuterRef("organization"),
            cadre=OuterRef("assignee"),
            happened_on__gte=OuterRef("campaign__starts_on"),
            happened_on__lte=OuterRef("campaign__ends_on"),
        )
    )

"""What may stand beside a visit: what was promised, who came along. And who may write for another."""

import datetime as dt
import uuid
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor
from apps.core.fields import GuardedCharField
from apps.offices.models import OfficeScoped, ScopedQuerySet
from apps.pairing.models.pairings import Pairing
from apps.pairing.models.visits import Met, Visit


def _met(visit: OuterRef) -> Any:
    """The members whom that visit met."""
    return Met.objects.filter(visit=visit, member__isnull=False).values("member")


class PromiseQuerySet(ScopedQuerySet):
    def with_keeper(self, today: dt.date) -> Self:
        """Of visits that count, each with `keeper`: who is to keep it today.

        A promise goes with the member: whoever took the pair over since keeps it, else whoever made it.
        """
        successor = (
            Pairing.objects.active(today)
            .filter(
                member__in=_met(OuterRef(OuterRef("visit"))), started_on__gt=OuterRef("visit__happened_on")
            )
            .exclude(cadre=OuterRef("visit__cadre"))
            .order_by("-started_on", "-pk")
        )
        counted = self.filter(visit__voided_at__isnull=True)
        return counted.annotate(
            keeper=Coalesce(
                Subquery(successor.values("cadre")[:1]), "visit__cadre", output_field=models.BigIntegerField()
            )
        )

    def of_cadre(self, actor: Actor, today: dt.date) -> Self:
        """What the actor is to keep: promised by them, or by whom they took the member over from."""
        return self.with_keeper(today).filter(keeper=actor.pk)

    def open(self) -> Self:
        """Not kept yet."""
        return self.filter(kept_on__isnull=True)


@pghistory.track()
class Promise(OfficeScoped):
    """承诺: what the cadre promised in a visit, and by when. No case: nobody asked for it, and no figure counts it."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, related_name="promises", db_comment="pd:none; end=keep"
    )
    text = GuardedCharField(_("承诺"), max_length=100, blank=True, db_comment="pd:sensitive; end=2y")
    due_on = models.DateField(_("兑现期限"), db_comment="pd:none; end=keep")
    kept_on = models.DateField(_("兑现日期"), null=True, blank=True, db_comment="pd:none; end=keep")

    objects = PromiseQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("承诺")
        verbose_name_plural = _("承诺")
        indexes = [models.Index(fields=["due_on"], condition=Q(kept_on__isnull=True), name="promise_open")]

    def __str__(self) -> str:
        return str(self.visit)

    def days_over(self, today: dt.date) -> int:
        """Days past the day it was promised for; negative before it."""
        return (today - self.due_on).days


class Companion(models.Model):
    """陪同: a colleague who came along on a visit. Counts for nobody's figures."""

    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, related_name="companions", db_comment="pd:none; end=keep"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    class Meta:
        verbose_name = _("陪同")
        verbose_name_plural = _("陪同")
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="companion_once")]

    def __str__(self) -> str:
        return str(self.visit_id)


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def current(self, on: dt.date) -> Self:
        """Those that hold on that day."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


@pghistory.track()
class Deputy(models.Model):
    """代录授权: `cadre` lets a colleague write down their visits for a time. Given and taken back by the cadre alone."""

    cadre = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="deputies",
        db_comment="pd:basic; end=keep",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("代录人"),
        db_comment="pd:basic; end=keep",
    )
    starts_on = models.DateField(_("起"), db_comment="pd:none; end=keep")
    ends_on = models.DateField(_("止"), db_comment="pd:none; end=keep")

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("代录授权")
        verbose_name_plural = _("代录授权")
        constraints = [
            models.CheckConstraint(condition=~Q(cadre=F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deputy_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

"""What the pages of campaigns list: campaigns with their progress, targets with their state, what was asked."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Q, QuerySet

from apps.accounts.models import User
from apps.casework.models import Case
from apps.core.access import Actor, Permission, may_at
from apps.core.names import to_simplified
from apps.members.models import Organization
from apps.offices.models import Office
from apps.pairing.campaigns.actions import may_change
from apps.pairing.campaigns.progress import Asked, Figures
from apps.pairing.campaigns.visitors import visitors_of
from apps.pairing.models import Campaign, Target, TargetQuerySet, Visit
from apps.pairing.models.campaigns import WANTED, fulfilling_visits

MOST_ASKED = 200


@dataclass(frozen=True)
class CampaignLine:
    """A line of the list of campaigns."""

    campaign: Campaign
    figures: Figures


@dataclass(frozen=True)
class TargetLine:
    """A target as the table shows it. `visit`: of what fulfils it, for those who may read that."""

    target: Target
    visited_on: dt.date | None
    visit: UUID | None
    days_over: int
    may_log: bool
    may_change: bool
    # Whether the actor may open the page of the organization.
    is_known: bool

    @property
    def is_aside(self) -> bool:
        # See also models.campaigns.WANTED.
        ended = self.target.organization.ended_on is not None
        return self.visited_on is None and (ended or self.target.set_aside_on is not None)


def campaign_lines(campaigns: Iterable[Campaign]) -> list[CampaignLine]:
    """One query for the figures of the whole page."""
    shown = list(campaigns)
    counts = (
        Target.objects.filter(campaign__in=shown)
        .annotate(is_visited=Exists(fulfilling_visits()))
        .order_by()
        .values("campaign")
        .annotate(
            wanted=Count("pk", filter=Q(is_visited=True) | WANTED),
            visited=Count("pk", filter=Q(is_visited=True)),
        )
    )
    figures = {row["campaign"]: Figures(wanted=row["wanted"], visited=row["visited"]) for row in counts}
    return [CampaignLine(one, figures.get(one.pk, Figures())) for one in shown]


def targets_found(
    targets: TargetQuerySet, wanted: dict[str, Any], office: Office | None, today: dt.date
) -> TargetQuerySet:
    """Those that the filter asks for."""
    if office:
        targets = targets.of_office(office)
    if words := "".join((wanted.get("q") or "").split()):
        targets = targets.filter(organization__name__contains=to_simplified(words))
    if cadre := wanted.get("cadre"):
        targets = targets.filter(assignee__name__contains=cadre)
    return _in_state(targets, wanted.get("state") or "", today)


def _in_state(targets: TargetQuerySet, state: str, today: dt.date) -> TargetQuerySet:
    if state == "visited":
        return targets.visited()
    if state == "aside":
        return targets.unvisited().exclude(WANTED)
    if state == "overdue":
        return targets.open().filter(due_on__lt=today)
    if state == "unassigned":
        return targets.open().filter(assignee__isnull=True)
    return targets.open() if state else targets


def in_order(targets: TargetQuerySet) -> TargetQuerySet:
    """What is to be done first comes first: by its day; then what was visited, then what was set aside."""
    shown: TargetQuerySet = targets.with_visit().select_related(
        "campaign", "organization", "office", "assignee"
    )
    return shown.order_by(
        F("set_aside_on").asc(nulls_first=True),
        F("visited_on").asc(nulls_first=True),
        F("due_on").asc(nulls_last=True),
        "office_path",
        "organization__name",
        "pk",
    )


def target_lines(targets: Iterable[Any], actor: User, today: dt.date) -> list[TargetLine]:
    """One query for the visits of the whole page. `targets` come from `in_order`."""
    shown = list(targets)
    visits = _readable([one.visit_pk for one in shown], actor)
    return [_line(one, visits.get(one.visit_pk), actor, today) for one in shown]


def _line(target: Any, visit: UUID | None, actor: User, today: dt.date) -> TargetLine:
    campaign = target.campaign
    return TargetLine(
        target=target,
        visited_on=target.visited_on,
        visit=visit,
        days_over=(today - target.due_on).days if target.due_on else 0,
        may_log=target.assignee_id == actor.pk and campaign.starts_on <= today <= campaign.ends_on,
        may_change=not campaign.is_closed and may_change(target, actor),
        is_known=may_at(actor, Permission.MEMBER_VIEW, target.office_path),
    )


def _readable(visits: Iterable[int | None], actor: User) -> dict[int, UUID]:
    """Of these visits those that the actor may open. As `VisitQuerySet.visible_to`, but for pairs."""
    rows = Visit.objects.filter(pk__in=[pk for pk in visits if pk])
    return {
        pk: public_id
        for pk, public_id, path, cadre in rows.values_list("pk", "public_id", "office_path", "cadre_id")
        if cadre == actor.pk or may_at(actor, Permission.PAIRING_VIEW, path)
    }


def openable(asked: Iterable[Asked], actor: Actor) -> list[tuple[Case, bool]]:
    """The cases for the page, each with whether the actor may open it."""
    shown = [one.case for one in asked][:MOST_ASKED]
    seen = Case.objects.visible_to(actor, Permission.CASE_VIEW).filter(pk__in=[case.pk for case in shown])
    open_to = set(seen.values_list("pk", flat=True))
    return [(case, case.pk in open_to) for case in shown]


def offered(campaign: Campaign, actor: Actor) -> QuerySet[Organization]:
    """Organizations that may still become targets: of the campaign's office and below, that the actor sees."""
    seen = Organization.objects.visible_to(actor, Permission.MEMBER_VIEW).of_office(campaign.office)
    chosen = Target.objects.filter(campaign=campaign).values("organization")
    offered: QuerySet[Organization] = seen.filter(ended_on__isnull=True).exclude(pk__in=chosen)
    return offered


def cadres_of(campaign: Campaign, today: dt.date) -> QuerySet[User]:
    """Who may be sent, with `held`: how many targets of this campaign each has. Those with the fewest first."""
    held = Count("campaign_target", filter=Q(campaign_target__campaign=campaign))
    users: Sequence[int] = [visitor.pk for visitor in visitors_of(campaign, today)]
    return User.objects.filter(pk__in=users).annotate(held=held).order_by("held", "name", "pk")

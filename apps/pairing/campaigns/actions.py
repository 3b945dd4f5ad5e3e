"""What is done to a campaign: begun, its targets chosen, given out, set aside, and its end."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission, may_at
from apps.core.copying import insert_rows, reserve_ids
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Organization
from apps.offices.models import Office
from apps.pairing.campaigns.progress import figures_of
from apps.pairing.campaigns.spreading import Visitor, Wanted, spread
from apps.pairing.campaigns.visitors import visitors_of
from apps.pairing.models import Campaign, Target, TargetQuerySet

LONGEST = dt.timedelta(days=366)


class CampaignRefused(Refusal):
    """The deed breaks a rule of campaigns."""


@dataclass(frozen=True, kw_only=True)
class CampaignContent:
    """What is said of a campaign. Texts are already cleaned."""

    title: str
    purpose: str
    starts_on: dt.date
    ends_on: dt.date


@transaction.atomic
def begin_campaign(*, office: Office, content: CampaignContent, by: User) -> Campaign:
    """A campaign of the office; it has no targets yet. Raises CampaignRefused."""
    _refuse_span(content)
    campaign = Campaign.objects.create(office=office, created_by=by, **vars(content))
    record(AuditEvent.Action.CREATE, target=campaign, by=by)
    return campaign


@transaction.atomic
def change_campaign(*, campaign: Campaign, content: CampaignContent, by: User) -> Campaign:
    """Other words or days; history keeps the old ones. Raises CampaignRefused, Conflict."""
    _refuse_span(content)
    current = running(campaign)
    for name, value in vars(content).items():
        setattr(current, name, value)
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=sorted(vars(content)))
    return current


def _refuse_span(content: CampaignContent) -> None:
    if content.ends_on < content.starts_on:
        raise CampaignRefused(_("结束日期不能早于开始日期。"), field="ends_on")
    if content.ends_on - content.starts_on > LONGEST:
        raise CampaignRefused(_("一次走访活动最长一年。"), field="ends_on")


def running(campaign: Campaign) -> Campaign:
    """The campaign, locked. Raises Conflict where it was closed."""
    current = Campaign.objects.select_for_update(of=("self",)).select_related("office").get(pk=campaign.pk)
    if current.is_closed:
        raise Conflict(_("这次走访已经结束，不能再修改。"), code="closed")
    return current


@transaction.atomic
def add_targets(*, campaign: Campaign, organizations: QuerySet[Organization], by: Actor) -> int:
    """Put these on the list; those on it already stay as they are. Gives how many are new."""
    current = running(campaign)
    new = organizations.filter(ended_on__isnull=True).exclude(
        pk__in=Target.objects.filter(campaign=current).values("organization")
    )
    rows = [{"organization_id": pk, "office_id": office} for pk, office in new.values_list("pk", "office_id")]
    return len(enter_targets(current, rows, by))


def enter_targets(
    campaign: Campaign, rows: Iterable[Mapping[str, object]], by: Actor, **detail: object
) -> list[int]:
    """Write targets (by column) and the audit's word of each; gives their ids. The campaign is locked."""
    rows = list(rows)
    if not rows:
        return []
    ids = reserve_ids(Target, len(rows))
    common = {"campaign_id": campaign.pk}
    insert_rows(Target, [{"id": pk, **row} for pk, row in zip(ids, rows, strict=True)], common)
    places = Target.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "office_path")
    record_many(AuditEvent.Action.CREATE, label=Target._meta.label_lower, targets=places, by=by, **detail)
    return ids


@transaction.atomic
def assign(
    *,
    campaign: Campaign,
    targets: TargetQuerySet,
    among: Collection[User],
    due_on: dt.date | None,
    by: User,
) -> int:
    """Give these targets to one cadre, or share them out evenly among several. Gives how many.

    What was visited stays with who did. Raises CampaignRefused, Conflict.
    """
    current = running(campaign)
    _refuse_day(current, due_on)
    chosen = {user.pk for user in among}
    visitors = [one for one in visitors_of(current, timezone.localdate()) if one.pk in chosen]
    if not visitors or len(visitors) < len(chosen):
        raise CampaignRefused(_("请选择本机构范围内的统战干部。"), field="among")
    wanted = _open_of(current, targets)
    return _give(wanted, _shares(current, wanted, visitors), due_on, by)


def _shares(campaign: Campaign, wanted: TargetQuerySet, visitors: list[Visitor]) -> dict[int, int]:
    rows = [Wanted(*row) for row in wanted.order_by("office_path", "pk").values_list("pk", "office_path")]
    others = Target.objects.filter(campaign=campaign).exclude(pk__in=[row.pk for row in rows])
    held: dict[int, int] = {}
    for assignee in others.filter(assignee__isnull=False).values_list("assignee", flat=True):
        held[assignee] = held.get(assignee, 0) + 1
    return spread(rows, visitors, held)


def _open_of(campaign: Campaign, targets: TargetQuerySet) -> TargetQuerySet:
    """Those of the campaign that are still to be visited."""
    ids = targets.filter(campaign=campaign).open().values_list("pk", flat=True)
    return Target.objects.filter(pk__in=list(ids))


def _give(targets: TargetQuerySet, shares: Mapping[int, int], due_on: dt.date | None, by: User) -> int:
    rows = list(targets.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.assignee_id, row.due_on = shares[row.pk], due_on
    Target.objects.bulk_update(rows, ["assignee", "due_on"], batch_size=500)
    record_many(
        AuditEvent.Action.CHANGE,
        label=Target._meta.label_lower,
        targets=[(row.pk, row.office_path) for row in rows],
        by=by,
        fields=["assignee", "due_on"],
    )
    return len(rows)


@transaction.atomic
def pass_targets_on(targets: TargetQuerySet, *, to: User | None, by: Actor) -> list[int]:
    """What of these is still to be visited goes to another cadre, or waits to be given out again; the day stays."""
    wanted = Target.objects.filter(pk__in=list(targets.open().values_list("pk", flat=True)))
    rows = list(wanted.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.assignee = to
    Target.objects.bulk_update(rows, ["assignee"], batch_size=500)
    record_many(
        AuditEvent.Action.CHANGE,
        label=Target._meta.label_lower,
        targets=[(row.pk, row.office_path) for row in rows],
        by=by,
        fields=["assignee"],
    )
    return [row.pk for row in rows]


def _refuse_day(campaign: Campaign, due_on: dt.date | None) -> None:
    if due_on and not campaign.starts_on <= due_on <= campaign.ends_on:
        raise CampaignRefused(_("完成期限应在走访活动的起止日期之内。"), field="due_on")


@transaction.atomic
def drop_targets(*, campaign: Campaign, targets: TargetQuerySet, by: User) -> int:
    """Take targets that were chosen by mistake off the list; what was visited stays. Gives how many."""
    rows = list(_open_of(running(campaign), targets).values_list("pk", "office_path"))
    record_many(AuditEvent.Action.VOID, label=Target._meta.label_lower, targets=rows, by=by)
    Target.objects.filter(pk__in=[pk for pk, _path in rows]).delete()
    return len(rows)


@transaction.atomic
def set_aside(*, target: Target, by: User) -> Target:
    """No visit is wanted there any more; nobody is asked why. Raises Conflict where it was visited."""
    current = _changeable(target, by)
    if Target.objects.filter(pk=current.pk).visited().exists():
        raise Conflict(_("这家单位已经走访。"), code="visited")
    return _write_aside(current, timezone.localdate(), by)


@transaction.atomic
def take_up_again(*, target: Target, by: User) -> Target:
    """It is to be visited after all."""
    return _write_aside(_changeable(target, by), None, by)


def may_change(target: Target, by: User) -> bool:
    """Whoever is to visit it, and whoever runs the campaign."""
    return target.assignee_id == by.pk or may_at(by, Permission.PAIRING_MANAGE, target.campaign.office_path)


def _changeable(target: Target, by: User) -> Target:
    running(target.campaign)
    current = (
        Target.objects.select_for_update(of=("self",)).select_related("campaign", "office").get(pk=target.pk)
    )
    if not may_change(current, by):
        raise CampaignRefused(_("由走访干部或组织走访的机构办理。"), code="not_yours")
    return current


def _write_aside(target: Target, on: dt.date | None, by: User) -> Target:
    target.set_aside_on, target.set_aside_by = on, by if on else None
    target.save(update_fields=["set_aside_on", "set_aside_by"])
    record(AuditEvent.Action.CHANGE, target=target, by=by, fields=["set_aside_on"])
    return target


@transaction.atomic
def close_campaign(*, campaign: Campaign, summary: str, by: User) -> Campaign:
    """End it: the summary is written, and the figures stay as they are today whatever changes later."""
    current = running(campaign)
    today = timezone.localdate()
    if current.starts_on > today:
        raise CampaignRefused(_("走访尚未开始，还不能结束。"), code="too_early")
    current.summary = summary
    current.figures = figures_of(current, today).to_store()
    current.closed_at, current.closed_by = timezone.now(), by
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["closed_at"])
    return current

"""A campaign of 甲县 with its enterprises, for the tests of campaigns."""

import datetime as dt
import uuid
from typing import Any

from apps.accounts.models import User
from apps.members.models import Member, Organization
from apps.offices.models import Office
from apps.pairing.actions import log_visit
from apps.pairing.campaigns.actions import CampaignContent, add_targets, assign, begin_campaign
from apps.pairing.models import Campaign, Target, Visit
from apps.pairing.rules import VisitContent

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 6, 30)


def enterprise(office: Office, name: str, **more: Any) -> Organization:
    return Organization.objects.create(office=office, name=name, kind="enterprise", **more)


def campaign_of(office: Office, by: User, **more: Any) -> Campaign:
    said: dict[str, Any] = {
        "title": "百企大走访",
        "purpose": "了解用工和融资",
        "starts_on": FIRST,
        "ends_on": LAST,
    }
    return begin_campaign(office=office, content=CampaignContent(**(said | more)), by=by)


def with_targets(campaign: Campaign, by: User, *organizations: Organization) -> list[Target]:
    wanted = Organization.objects.filter(pk__in=[one.pk for one in organizations])
    add_targets(campaign=campaign, organizations=wanted, by=by)
    by_organization = {target.organization_id: target for target in campaign.targets.all()}
    return [by_organization[one.pk] for one in organizations]


def given_to(
    cadre: User, campaign: Campaign, by: User, *targets: Target, due_on: dt.date | None = None
) -> int:
    chosen = Target.objects.filter(pk__in=[target.pk for target in targets])
    return assign(campaign=campaign, targets=chosen, among=[cadre], due_on=due_on, by=by)


def visit_to(organization: Organization, by: User, **more: Any) -> Visit:
    said: dict[str, Any] = {"members": (), "kind": "home_visit", "happened_on": dt.date(2026, 4, 1)}
    content = VisitContent(organizations=(organization,), **(said | more))
    return log_visit(public_id=uuid.uuid4(), content=content, by=by, among=Member.objects.none()).visit

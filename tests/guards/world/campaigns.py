"""百企大走访: pages of apps.pairing, in a module of their own."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from apps.members.models import Organization, OrganizationKind
from apps.pairing.campaigns.actions import CampaignContent, begin_campaign
from apps.pairing.models import Campaign, Target
from tests.fixtures.rosters import roster_file
from tests.guards.world import CANARY, Cast, Page


def fill(cast: Cast) -> None:
    target(cast)


def campaign(cast: Cast) -> Campaign:
    today = timezone.localdate()
    content = CampaignContent(
        title=f"{CANARY}大走访",
        purpose=f"{CANARY}了解用工",
        starts_on=today - dt.timedelta(days=9),
        ends_on=today + dt.timedelta(days=9),
    )
    return begin_campaign(office=cast.tree.county, content=content, by=cast.office_admin)


def target(cast: Cast) -> Target:
    """One of its own each time, given to the cadre."""
    firm = Organization.objects.create(
        office=cast.tree.town, name=f"{CANARY}{uuid.uuid4().hex[:8]}厂", kind=OrganizationKind.ENTERPRISE
    )
    return Target.objects.create(
        campaign=campaign(cast), organization=firm, office=cast.tree.town, assignee=cast.cadre
    )


def _page(cast: Cast) -> dict[str, Any]:
    return {"public_id": target(cast).campaign.public_id}


def _target(cast: Cast) -> dict[str, Any]:
    return {"public_id": target(cast).public_id}


def _said(cast: Cast) -> dict[str, Any]:
    return {
        "office": cast.tree.county.pk,
        "title": "走访",
        "purpose": "了解用工",
        "starts_on": "2026-03-01",
        "ends_on": "2026-06-30",
    }


def _give(cast: Cast) -> dict[str, Any]:
    return {"stage": "give", "all": "1", "among": [cast.cadre.pk]}


def _list(cast: Cast) -> dict[str, Any]:
    return {"sheet": roster_file([["单位名称", "走访干部"], [f"{CANARY}厂", "无"]])}


PAGES = {
    "pairing:campaigns": Page(),
    "pairing:new_campaign": Page(post=_said),
    "pairing:campaign": Page(kwargs=_page),
    "pairing:edit_campaign": Page(kwargs=_page, post=_said),
    "pairing:campaign_pick": Page(kwargs=_page, post=lambda cast: {"all": "1"}),
    "pairing:campaign_import": Page(kwargs=_page, post=_list),
    "pairing:import_targets_template": Page(),
    "pairing:campaign_assign": Page(kwargs=_page, post=_give),
    "pairing:campaign_drop": Page(kwargs=_page, post=lambda cast: {"all": "1"}),
    "pairing:campaign_summary": Page(kwargs=_page),
    "pairing:campaign_word": Page(kwargs=_page, post=lambda cast: {}),
    "pairing:close_campaign": Page(kwargs=_page, post=lambda cast: {"summary": "已走访"}),
    "pairing:target_aside": Page(kwargs=_target, post=lambda cast: {}),
    "pairing:visit_names": Page(
        kwargs=lambda cast: {"field": "organizations"}, query=lambda cast: {"q": CANARY}, shared=True
    ),
}

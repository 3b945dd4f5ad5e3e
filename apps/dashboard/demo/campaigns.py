"""A 百企大走访 of the demo's county: half of it done, some of it asked, one that declined. By the actions people use."""

import datetime as dt
import uuid

from apps.accounts.models import User
from apps.members.models import Member, Organization, OrganizationKind
from apps.offices.models import Office
from apps.pairing.actions import log_visit
from apps.pairing.campaigns.actions import CampaignContent, add_targets, assign, begin_campaign, set_aside
from apps.pairing.campaigns.visitors import visitors_of
from apps.pairing.models import Campaign, Target
from apps.pairing.rules import Asked, VisitContent

MOST_TARGETS = 30
BEGAN, GOES_ON = dt.timedelta(days=40), dt.timedelta(days=35)
ASKED = (
    ("request", "希望协调高校毕业生招聘。"),
    ("policy_question", "咨询设备更新贷款贴息。"),
    ("request", "厂区外路灯损坏，希望修复。"),
    ("suggestion", "建议惠企政策按行业编成一页纸。"),
)


def load_campaign(users: dict[str, User], today: dt.date) -> None:
    """Nothing where the demo's cadre serves in no town."""
    town, admin = users["cadre"].cadre_office(), users["county_admin"]
    if town is None or not town.parent_path:
        return
    county = Office.objects.get(path=town.parent_path)
    content = CampaignContent(
        title="百企大走访",
        purpose="了解企业用工、融资和用地，能办的当场办，办不了的登记跟进。",
        starts_on=today - BEGAN,
        ends_on=today + GOES_ON,
    )
    campaign = begin_campaign(office=county, content=content, by=admin)
    firms = Organization.objects.of_office(county).filter(kind=OrganizationKind.ENTERPRISE, ended_on=None)
    chosen = firms.order_by("office_path", "pk").values("pk")[:MOST_TARGETS]
    add_targets(campaign=campaign, organizations=Organization.objects.filter(pk__in=chosen), by=admin)
    _assigned(campaign, admin, today)
    _visited(campaign, today)


def _assigned(campaign: Campaign, admin: User, today: dt.date) -> None:
    """All but the last four; the first half is due by now."""
    visitors = User.objects.filter(pk__in=[one.pk for one in visitors_of(campaign, today)]).order_by("pk")[:4]
    ids = list(campaign.targets.order_by("pk").values_list("pk", flat=True))[:-4]
    half = len(ids) // 2
    for part, due_on in ((ids[:half], today - dt.timedelta(days=3)), (ids[half:], campaign.ends_on)):
        assign(
            campaign=campaign,
            targets=Target.objects.filter(pk__in=part),
            among=list(visitors),
            due_on=due_on,
            by=admin,
        )


def _visited(campaign: Campaign, today: dt.date) -> None:
    """Most of what is due; every third visit brings something asked for, and one firm wants none."""
    due = campaign.targets.filter(due_on__lt=today).select_related("organization__office", "assignee")
    for number, target in enumerate(due.order_by("pk")):
        assert target.assignee is not None  # noqa: S101 - given out above
        if number == 1:
            set_aside(target=target, by=target.assignee)
        elif number % 5 != 4:
            kind, text = ASKED[number % len(ASKED)]
            content = VisitContent(
                members=(),
                organizations=(target.organization,),
                kind="home_visit",
                happened_on=campaign.starts_on + dt.timedelta(days=number * 2 % 37),
                text="看了车间，听负责人介绍今年的订单。",
                asked=(Asked(kind=kind, text=text),) if number % 3 == 0 else (),
            )
            by = target.assignee
            log_visit(public_id=uuid.uuid4(), content=content, by=by, among=Member.objects.none())

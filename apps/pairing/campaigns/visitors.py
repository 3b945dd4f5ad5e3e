"""Who may be asked to visit in a campaign: the cadres at its office, below it and above it."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q

from apps.accounts.models import Grant
from apps.accounts.roles import RoleName
from apps.core.access import within
from apps.offices.models import paths_above
from apps.pairing.campaigns.spreading import Visitor
from apps.pairing.models import Campaign


def visitors_of(campaign: Campaign, today: dt.date) -> list[Visitor]:
    """By name. Cadres of an office above serve its organizations too."""
    office = campaign.office
    grants = Grant.objects.current(today).filter(
        within([office.range], "office__path") | Q(office__path__in=paths_above(office.path)),
        role=RoleName.CADRE,
        user__is_active=True,
    )
    paths: dict[int, list[str]] = defaultdict(list)
    for user, path in grants.order_by("user__name", "user").values_list("user", "office__path"):
        paths[user].append(path)
    return [Visitor(user, tuple(found)) for user, found in paths.items()]

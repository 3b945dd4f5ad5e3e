"""What activities add to the shell and to the job queue. Called once, from `AppConfig.ready()`."""

import datetime as dt
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.activities import dates, entered, expiring, merging, passing_on
from apps.activities.models import SignUp
from apps.casework import origins
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Kind
from apps.jobs.kinds import register as register_job
from apps.members.erasing.places import Place, when_erasing
from apps.members.merging import when_merging
from apps.members.models import Member
from apps.members.ownfile.copied import Copied, copy_of
from apps.members.sections import OwnSection, show_in_own_file
from apps.notifications import calendar
from apps.pairing.handing_over import work
from apps.pairing.models import DutyEntry
from apps.pairing.sources import register_source


def register() -> None:
    view = Permission.ACTIVITY_VIEW
    calendar.register(calendar.Source("activities", _("活动"), dates.entries))
    origins.register_source("activity", dates.activity_as_source)
    register_source(DutyEntry.Source.ACTIVITY, partial(entered.activities, key="pk"))
    show(
        NavItem(_("活动"), "activities:activities", "activity", view, Group.TODAY, 50),
        NavItem(_("阵地和品牌"), "activities:venues", "venue", view, Group.TODAY, 60),
    )
    copy_of(Copied(SignUp, lambda member: SignUp.objects.filter(member=member).order_by("pk")))
    show_in_own_file(OwnSection("activities/_own_sign_ups.html", own_sign_ups, order=50))
    when_erasing(Place("activities.SignUp", "member", whole_rows=True))
    when_merging("activities", merging.LINKS, move=merging.move, restore=merging.restore)
    work.register(passing_on.SOURCE)
    register_job(Kind(expiring.EXPIRE, _("删除到期的报名名单"), expiring.run, Daily(dt.time(2, 0))))


def own_sign_ups(member: Member) -> dict[str, Any] | None:
    """What the member signed up for, in the own file; rows end 90 days after the activity."""
    rows = SignUp.objects.filter(member=member).select_related("activity")
    found = list(rows.order_by("-activity__planned_for", "-pk"))
    return {"sign_ups": found} if found else None

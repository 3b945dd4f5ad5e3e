"""What activities add to the shell and to the job queue. Called once, from `AppConfig.ready()`."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.activities import dates, expiring, merging
from apps.casework import origins
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Kind
from apps.jobs.kinds import register as register_job
from apps.members.merging import when_merging
from apps.notifications import calendar


def register() -> None:
    view = Permission.ACTIVITY_VIEW
    calendar.register(calendar.Source("activities", _("活动"), dates.entries))
    origins.register_source("activity", dates.activity_as_source)
    show(
        NavItem(_("活动"), "activities:activities", "activity", view, Group.TODAY, 50),
        NavItem(_("阵地和品牌"), "activities:venues", "venue", view, Group.TODAY, 60),
    )
    when_merging("activities", merging.LINKS, move=merging.move, restore=merging.restore)
    register_job(Kind(expiring.EXPIRE, _("删除到期的报名名单"), expiring.run, Daily(dt.time(2, 0))))

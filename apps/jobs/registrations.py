"""What jobs give to others: their pages, the messages about work that ended, the daily digest."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.audit.sealing import seal
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs import digests, telling
from apps.jobs.kinds import Daily, Every, Kind
from apps.jobs.kinds import register as register_job
from apps.notifications.kinds import register as register_message


def register() -> None:
    show(
        NavItem(_("我的任务"), "jobs:list", "jobs", Permission.OWN_ACCOUNT, Group.ASSESSMENT, order=90),
        NavItem(_("定时任务"), "jobs:scheduled", "sync", Permission.SYSTEM_MANAGE, Group.SYSTEM, order=40),
    )
    register_message(telling.DONE, telling.FAILED, telling.NOT_RUN)
    register_job(Kind("jobs.digest", _("每日提醒"), digests.run, Daily(dt.time(8, 30))))
    # Audit stands below and knows no jobs.
    register_job(Kind("audit.seal", _("封存审计记录"), lambda work: {"rows": seal()}, Every(1)))

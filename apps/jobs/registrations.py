"""What jobs give to others: their pages, the messages about work that ended, the daily digest."""

import datetime as dt
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.sealing import seal
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs import digests, telling
from apps.jobs.actions import enqueue
from apps.jobs.kinds import Daily, Every, Kind, Monthly
from apps.jobs.kinds import register as register_job
from apps.jobs.running import Work
from apps.notifications.kinds import register as register_message
from apps.offices.standing import count_standing
from apps.offices.words import when_changed

STANDING = "offices.standing_texts"


def register() -> None:
    show(
        NavItem(_("我的任务"), "jobs:list", "jobs", Permission.OWN_ACCOUNT, Group.ASSESSMENT, order=90),
        NavItem(_("定时任务"), "jobs:scheduled", "sync", Permission.SYSTEM_MANAGE, Group.SYSTEM, order=40),
    )
    register_message(telling.DONE, telling.FAILED, telling.NOT_RUN)
    register_job(Kind("jobs.digest", _("每日提醒"), digests.run, Daily(dt.time(8, 30))))
    # Offices and audit stand below and know no jobs.
    register_job(Kind(STANDING, _("清点已有文字"), _count_standing, Monthly(dt.time(3, 50))))
    when_changed(partial(enqueue, STANDING))
    register_job(Kind("audit.seal", _("封存审计记录"), lambda work: {"rows": seal()}, Every(1)))


def _count_standing(work: Work) -> dict[str, Any]:
    return {"texts": count_standing()}

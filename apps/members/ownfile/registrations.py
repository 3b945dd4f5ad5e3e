"""Where the own file takes part in the rest. Called once, from `AppConfig.ready()`."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Every, Kind
from apps.jobs.kinds import register as register_job
from apps.jobs.running import Work
from apps.members.merging import Rehang, stays_with_duplicate, when_merging
from apps.members.models import Correction
from apps.members.ownfile import notes, privacy, tables
from apps.members.ownfile.access import forget_over
from apps.members.ownfile.entrance import register_entrance


def register() -> None:
    register_entrance()
    privacy.register_page()
    tables.register()
    register_job(Kind("members.own_sessions", _("结束到时的自助会话"), end_sessions, Every(10)))
    register_job(Kind("members.way_out", _("登记满七天的告知"), notes.run, Daily(dt.time(9, 10))))
    step = Rehang(Correction)
    when_merging("members.corrections", ["members.Correction.member"], move=step.move, restore=step.restore)
    stays_with_duplicate("members.OwnFileCode.member", "it opens the file that stands for the duplicate")
    stays_with_duplicate(
        "members.OwnFileSession.member", "it goes on in the file that stands for the duplicate"
    )
    stays_with_duplicate("members.WayOutNote.member", "each registration had its own note")
    show(
        NavItem(
            _("更正申请"), "members:corrections", "edit", Permission.MEMBER_MANAGE, Group.PEOPLE, order=13
        )
    )


def end_sessions(work: Work) -> dict[str, Any]:
    """Every ten minutes. Says nothing of how many."""
    forget_over(timezone.now())
    return {}

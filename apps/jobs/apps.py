from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        register(
            NavItem(_("我的任务"), "jobs:list", "jobs", Permission.OWN_ACCOUNT, Group.ASSESSMENT, order=90),
            NavItem(
                _("定时任务"), "jobs:scheduled", "sync", Permission.SYSTEM_MANAGE, Group.SYSTEM, order=40
            ),
        )

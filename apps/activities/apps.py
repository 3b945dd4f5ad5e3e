from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class ActivitiesConfig(AppConfig):
    name = "apps.activities"

    def ready(self) -> None:
        view = Permission.ACTIVITY_VIEW
        register(
            NavItem(_("活动"), "activities:activities", "activity", view, Group.TODAY, 50),
            NavItem(_("阵地和品牌"), "activities:venues", "office", view, Group.TODAY, 60),
        )

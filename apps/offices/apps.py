from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register
from apps.core.workdays import edited_days_come_from


class OfficesConfig(AppConfig):
    name = "apps.offices"

    def ready(self) -> None:
        from apps.offices.holidays import edited_days

        edited_days_come_from(edited_days)
        register(
            NavItem(_("机构"), "offices:offices", "office", Permission.OFFICE_VIEW, Group.SYSTEM, order=10)
        )

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class NotificationsConfig(AppConfig):
    name = "apps.notifications"

    def ready(self) -> None:
        register(
            NavItem(_("日历"), "notifications:calendar", "calendar", Permission.OFFICE_VIEW, Group.TODAY, 70)
        )
        # By name: models may not be imported before the apps are loaded.
        import_module("apps.notifications.feeds").register_link()

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register
from apps.core.wording import added_words_come_from
from apps.core.workdays import edited_days_come_from


class OfficesConfig(AppConfig):
    name = "apps.offices"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        edited_days_come_from(import_module("apps.offices.holidays").edited_days)
        added_words_come_from(import_module("apps.offices.words").added_words)
        register(
            NavItem(_("机构"), "offices:offices", "office", Permission.OFFICE_VIEW, Group.SYSTEM, order=10)
        )

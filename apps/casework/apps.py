from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class CaseworkConfig(AppConfig):
    name = "apps.casework"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        import_module("apps.casework.merging").register()
        register(
            NavItem(
                _("诉求建议"), "casework:cases", "case", Permission.CASE_VIEW, Group.TODAY, 40, thumb=True
            )
        )

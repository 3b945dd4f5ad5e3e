from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register
from apps.core.rotation import also_sealed


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        also_sealed(lambda: import_module("apps.accounts.rotation").seal_second_factors())
        register(
            NavItem(
                _("用户"),
                "accounts:users",
                "users",
                Permission.USER_MANAGE,
                Group.SYSTEM,
                order=20,
                thumb=True,
            ),
            NavItem(
                _("接口令牌"), "accounts:tokens", "lock", Permission.SYSTEM_MANAGE, Group.SYSTEM, order=60
            ),
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class MembersConfig(AppConfig):
    name = "apps.members"

    def ready(self) -> None:
        register(
            NavItem(
                _("统战成员"),
                "members:list",
                "members",
                Permission.MEMBER_VIEW,
                Group.PEOPLE,
                order=10,
                thumb=True,
            )
        )

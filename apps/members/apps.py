from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class MembersConfig(AppConfig):
    name = "apps.members"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        import_module("apps.members.jobs").register_jobs()
        import_module("apps.members.merge_steps").register()
        import_module("apps.members.erasing.declared").register()
        import_module("apps.members.export_registrations").register()
        import_module("apps.members.ownfile.registrations").register()
        register(
            NavItem(
                _("统战成员"),
                "members:list",
                "members",
                Permission.MEMBER_VIEW,
                Group.PEOPLE,
                order=10,
                thumb=True,
            ),
            NavItem(
                _("团体和单位"),
                "organizations:list",
                "office",
                Permission.MEMBER_VIEW,
                Group.PEOPLE,
                order=12,
            ),
            NavItem(
                _("资料质量"), "members:quality", "check", Permission.MEMBER_MANAGE, Group.PEOPLE, order=14
            ),
            NavItem(
                _("退出与删除"), "members:leaving", "leave", Permission.MEMBER_MANAGE, Group.PEOPLE, order=18
            ),
            NavItem(
                _("重复登记"), "members:duplicates", "swap", Permission.MEMBER_MANAGE, Group.PEOPLE, order=16
            ),
        )

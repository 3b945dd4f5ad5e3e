import datetime as dt
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register
from apps.jobs.kinds import Daily, Kind
from apps.jobs.kinds import register as register_work


class MembersConfig(AppConfig):
    name = "apps.members"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        erase = import_module("apps.members.unconfirmed").run
        register_work(Kind("members.unconfirmed", _("删除未确认的登记"), erase, Daily(at=dt.time(2, 20))))
        import_module("apps.members.merge_steps").register()
        import_module("apps.members.export_registrations").register()
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

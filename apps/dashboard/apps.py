from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register
from apps.jobs.kinds import Kind
from apps.jobs.kinds import register as register_kind


class DashboardConfig(AppConfig):
    name = "apps.dashboard"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        exporting = import_module("apps.dashboard.exporting")
        register_kind(Kind(exporting.EXPORT, _("导出看板"), exporting.run))
        register(
            NavItem(
                _("今日工作"),
                "dashboard:today",
                "today",
                Permission.VISIT_LOG,
                Group.TODAY,
                order=5,
                thumb=True,
            ),
            NavItem(
                _("看板"),
                "dashboard:board",
                "dashboard",
                Permission.DASHBOARD_VIEW,
                Group.TODAY,
                order=20,
                thumb=2,  # a cadre's own four come first
            ),
            NavItem(
                _("报告准备"),
                "dashboard:readiness",
                "check",
                Permission.FIGURE_DECLARE,
                Group.TODAY,
                order=15,
            ),
            NavItem(
                _("我的一年"), "dashboard:my_year", "person", Permission.VISIT_LOG, Group.TODAY, order=22
            ),
            NavItem(
                _("干部的一年"), "dashboard:cadres", "users", Permission.CADRE_YEAR, Group.TODAY, order=24
            ),
        )

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as register_page
from apps.jobs.kinds import Kind, register


class ReportsConfig(AppConfig):
    name = "apps.reports"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        register(Kind("reports.export", _("导出考核报告"), import_module("apps.reports.exporting").run))
        batches = import_module("apps.reports.batches")
        register(Kind(batches.PART, _("导出考核报告"), import_module("apps.reports.exporting").run))
        register(Kind(batches.WHOLE, _("导出全部机构的报告"), batches.pack))
        register_page(
            NavItem(
                _("考核报告"), "reports:list", "report", Permission.REPORT_EXPORT, Group.ASSESSMENT, order=30
            )
        )

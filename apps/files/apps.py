import datetime as dt
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.jobs.kinds import Daily, Kind, register


class FilesConfig(AppConfig):
    name = "apps.files"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        run = import_module("apps.files.sweeping").run
        register(Kind("files.sweep", _("清理过期文件"), run, Daily(dt.time(3, 10))))
        back_up = import_module("apps.files.backups").run
        register(Kind("files.backup", _("备份"), back_up, Daily(dt.time(2, 30))))
        kits = import_module("apps.files.audit_kits")
        register(Kind(kits.FOUND, _("导出审计记录"), kits.export_found))
        register(Kind(kits.KIT, _("导出审计校验包"), kits.export_kit))

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

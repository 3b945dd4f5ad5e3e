from importlib import import_module

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "apps.casework"

    def ready(self) -> None:
        # By name: models may not be imported before the apps are loaded.
        import_module("apps.casework.merging").register()
        import_module("apps.casework.registrations").register()

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        # Registers the system check; by name, because models may not be imported before the apps are loaded.
        import_module("apps.core.keycheck")
        # Each app's `metrics` module registers what the app can count.
        autodiscover_modules("metrics")
        # And `row_policies` which rows about persons the database shows to whom.
        autodiscover_modules("row_policies")

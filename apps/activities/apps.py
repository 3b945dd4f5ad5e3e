from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "apps.activities"

    def ready(self) -> None:
        from apps.activities import registrations

        registrations.register()

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "apps.assessment"

    def ready(self) -> None:
        from apps.assessment import registrations

        registrations.register()

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        # Here, since models can be read only now.
        from apps.jobs.registrations import register

        register()

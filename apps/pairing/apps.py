from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "apps.pairing"

    def ready(self) -> None:
        from apps.pairing import registrations

        registrations.register()

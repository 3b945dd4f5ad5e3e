"""`prepare`: everything a new version needs before it serves: tables, rights, key, catalogues, static files."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.crypto import KeyFileError
from apps.core.keycheck import claim_database


class Command(BaseCommand):
    """Run by the launcher when something changed, and by the container image before it starts."""

    help = "Migrate, claim the database for the key file, compile catalogues, collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step does nothing when it was done before. Raises CommandError for another system's key file."""
        call_command("migrate", verbosity=0, interactive=False)
        try:
            claim_database()
        except KeyFileError as refusal:
            raise CommandError(str(refusal)) from refusal
        call_command("messages", compile=True)
        call_command("collectstatic", verbosity=0, interactive=False)

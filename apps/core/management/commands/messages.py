"""`messages`: keep, check and compile the English catalogue."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import catalogue

SHOWN = 50


class Command(BaseCommand):
    """Without an option, write what the code says into the .po file and keep the translations."""

    help = "Write locale/en/LC_MESSAGES/django.po from the code, check it, or compile it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """At most one of them."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="fail where a message lacks English")
        choice.add_argument("--compile", action="store_true", help="write the .mo file")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:
        """Raises CommandError where --check finds a fault."""
        path = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
        if compile:
            if path.exists():
                catalogue.compile_catalogue(path)
            return
        messages = catalogue.messages_in_code(settings.BASE_DIR)
        fresh = catalogue.renewed(catalogue.read_catalogue(path), messages)
        text = catalogue.as_text(fresh)
        if check:
            self.refuse(catalogue.faults(fresh, messages))
            if not path.exists() or path.read_text() != text:
                raise CommandError("locale/en/LC_MESSAGES/django.po is stale; run `manage.py messages`")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.stdout.write(f"{len(fresh)} messages, {len(catalogue.faults(fresh, messages))} faults")

    def refuse(self, faults: list[str]) -> None:
        """Raises CommandError naming the first faults."""
        if faults:
            more = [f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
            raise CommandError("\n".join([*faults[:SHOWN], *more]))

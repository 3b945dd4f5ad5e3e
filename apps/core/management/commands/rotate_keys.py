"""`manage.py rotate_keys`: a new data key and everything sealed with it. `--retire` then drops the old ones."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import crypto, rotation, scope


class Command(BaseCommand):
    help = "Makes a new data key and seals every stored value with it; may be killed and started again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--retire", action="store_true", help="drop the old keys, once nothing is sealed with them"
        )

    @scope.everything("seals every phone and e-mail anew")
    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.DATA_KEY_FILE)
        if options["retire"]:
            self._retire(path)
            return
        # With several keys a rotation is under way: it goes on with its key instead of a third one.
        if len(crypto.keys().ciphers) == 1:
            self.stdout.write(f"new key: {crypto.add_key(path)}")
        total = rotation.seal_everything(lambda number: self.stdout.write(f"{number} values"))
        self.stdout.write(f"{total} values sealed with {crypto.keys().current}")
        self.stdout.write("restart web and worker, run this once more, then --retire")

    def _retire(self, path: Path) -> None:
        if left := rotation.how_many_left():
            raise CommandError(f"{left} values are still sealed with an old key; run rotate_keys first")
        rotation.seal_everything()
        self.stdout.write(f"dropped: {', '.join(crypto.drop_keys(path)) or 'none'}")

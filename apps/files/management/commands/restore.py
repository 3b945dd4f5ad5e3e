"""`restore`: put an archive of `backup` in the place of what is there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.audit import sealing
from apps.core import crypto, scope
from apps.core.keycheck import verify_database
from apps.files.backups import BackupFailed, finish_restoring, restore_backup


class Command(BaseCommand):
    """Asks before it replaces anything; `--yes` answers."""

    help = "Replace database, key file and stored files by those of an archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which archive."""
        parser.add_argument("archive", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    @scope.everything("erases again who was erased since the back-up")
    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where the archive cannot be restored."""
        if not options["yes"] and input("This replaces all data. Type 'restore' to go on: ") != "restore":
            raise CommandError("Nothing was changed.")
        try:
            restore_backup(options["archive"])
        except BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        crypto.forget_keys()
        call_command("migrate", verbosity=0, interactive=False)
        # Before anybody gets in: transaction numbers start anew, what came along is closed.
        sealing.seal()
        try:
            verify_database()
        except crypto.KeyFileError as error:
            raise CommandError(str(error)) from error
        finish_restoring()
        self.stdout.write("Restored. Restart the system if it is running: it holds the old key in memory.")

"""`backup`: write an archive now; beat does the same each night."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.files.backups import BackupFailed, backup_directory, make_backup


class Command(BaseCommand):
    """Prints the archive's path."""

    help = "Write database, key file and stored files into one archive in var/backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, if not there."""
        parser.add_argument("--into", type=Path, help="another directory")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where no archive was made."""
        try:
            archive = make_backup(options["into"] or backup_directory())
        except BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(str(archive))

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.offices.loading import BadFile, load_offices


class Command(BaseCommand):
    """Loads the tree of offices. Running it again with the same file changes nothing."""

    help = "Load offices from a CSV file with the columns code,name,level,parent_code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--takes-part-from",
            type=dt.date.fromisoformat,
            help="day from which coverage counts the new cities, counties, towns and subdistricts (default: 1 January)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        since = options["takes_part_from"] or timezone.localdate().replace(month=1, day=1)
        try:
            loaded = load_offices(options["file"].read_bytes(), takes_part_from=since)
        except OSError as error:
            raise CommandError(f"无法读取 {options['file']}：{error.strerror}") from None
        except BadFile as bad:
            lines = "\n".join(f"第 {line} 行：{message}" for line, message in bad.findings)
            raise CommandError(f"没有载入任何机构。\n{lines}") from None
        self.stdout.write(f"新增 {loaded.new}，更名 {loaded.renamed}，未变 {loaded.unchanged}")

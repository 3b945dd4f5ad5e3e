"""`verify_audit`: are the audit rows those that were sealed?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.sealing import Head, state, verify


class Command(BaseCommand):
    """Prints the newest seal; keep it somewhere else and give it back as an anchor."""

    help = "Check the sealed audit rows; with --anchor also against seals that were kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file of lines “number hash”, as this command prints them."""
        parser.add_argument("--anchor", type=Path, help="file with seals printed earlier, one a line")

    def handle(self, *args: Any, anchor: Path | None, **options: Any) -> None:
        """Raises CommandError with every finding."""
        lines = anchor.read_text().splitlines() if anchor else []
        findings = [str(finding) for finding in verify(Head.parse(line) for line in lines if line.strip())]
        now = state()
        if now.is_late:
            findings.append(f"{now.waiting} rows wait for a seal since {now.since:%Y-%m-%d %H:%M}")
        if findings:
            raise CommandError("\n".join(findings))
        self.stdout.write(str(now.head or "no seal yet"))

"""`manage.py load_scheme FILE [--open]`: read an assessment scheme from its YAML file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.schemeyaml import SchemeRefused


class Command(BaseCommand):
    help = "Read a scheme file: all of it, or every finding with its place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--open", action="store_true", help="open it for scoring at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scheme = adopt_scheme(options["file"].read_bytes(), by=None)
        except OSError as problem:
            raise CommandError(f"读不到文件：{problem.strerror}") from None
        except SchemeRefused as refused:
            raise CommandError("\n".join(str(finding) for finding in refused.findings)) from None
        if options["open"]:
            open_scheme(scheme, by=None)
        self.stdout.write(f"{scheme.code} {scheme.name}：{scheme.assessed_offices.count()} 个考核对象")

"""`manage.py verify [SCHEME …]`: score published results again from their frozen facts and rules; says every difference."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.assessment.models import Publication
from apps.assessment.rounds.verifying import verify


class Command(BaseCommand):
    help = "Verify every published version of the named schemes, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schemes", nargs="*", metavar="SCHEME", help="codes of schemes; without one: all")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Publication.objects.select_related("scheme__office").order_by("scheme__code", "number")
        if options["schemes"]:
            found = found.filter(scheme__code__in=options["schemes"])
        wrong = sum(self._one(publication) for publication in found)
        if wrong:
            raise CommandError(f"{wrong} 处不一致")

    def _one(self, publication: Publication) -> int:
        differences = verify(publication)
        name = f"{publication.scheme.code} 第 {publication.number} 版"
        self.stdout.write(f"{name}：{'一致' if not differences else ''}")
        for each in differences:
            self.stdout.write(f"  {each}")
        return len(differences)

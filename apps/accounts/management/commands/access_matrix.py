from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.accounts.access_matrix import matrix_text


class Command(BaseCommand):
    """Writes docs/access-matrix.csv. Run it after adding or changing a page; a test compares."""

    help = "Write docs/access-matrix.csv from the URLs and roles."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "access-matrix.csv"
        path.write_text(matrix_text(), encoding="utf-8")
        self.stdout.write(str(path))

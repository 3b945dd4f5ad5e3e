"""What a real worker runs in these tests: the project's Celery with two more kinds of work.

`tests.export` writes half a file, says so, and on its first attempt waits to be killed.
"""

import os
import threading
from pathlib import Path
from typing import Any

import django

from apps.jobs.kinds import Kind, register
from config.celery import app

__all__ = ["app"]

WHOLE = b"half" * 2


def export(work: Any) -> dict[str, Any]:
    from apps.files.models import StoredFile
    from apps.files.storage import new_file

    with new_file("表.xlsx", purpose=StoredFile.Purpose.EXPORT, owner=work.job.owner) as draft:
        draft.path.write_bytes(b"half")
        work.progress(1, 2)
        if work.attempt == 1 and "wait" in work.params:
            Path(work.params["wait"]).write_text(str(os.getpid()))
            threading.Event().wait()
        draft.path.write_bytes(WHOLE)
    return {"links": [{"label": draft.stored.name, "url": "/"}]}


def main() -> None:
    django.setup()
    register(Kind("tests.export", "export", export))


main()

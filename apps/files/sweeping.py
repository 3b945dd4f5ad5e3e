"""The daily job that takes expired files away."""

from typing import Any

from apps.files.storage import sweep
from apps.jobs.running import Work


def run(work: Work) -> dict[str, Any]:
    return {"removed": sweep()}

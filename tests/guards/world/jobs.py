from apps.jobs.models import Job
from tests.guards.world import CANARY, Cast, Page


def a_job(cast: Cast) -> Job:
    job, _new = Job.objects.get_or_create(
        key="guards",
        defaults={
            "kind": "files.sweep",
            "owner": cast.office_admin,
            "error": f"{CANARY}任务",
            "state": "failed",
        },
    )
    return job


def arguments(cast: Cast) -> dict[str, object]:
    return {"public_id": a_job(cast).public_id}


PAGES = {
    "jobs:detail": Page(kwargs=arguments),
    "jobs:again": Page(kwargs=arguments),
    "api:job-detail": Page(kwargs=arguments),
}


def fill(cast: Cast) -> None:
    a_job(cast)

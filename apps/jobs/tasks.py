"""Celery's side: ids in, nothing out."""

from celery import shared_task

from apps.core import scope
from apps.jobs.bell import REAP_TASK, RUN_TASK
from apps.jobs.reaping import reap
from apps.jobs.running import run_job


@shared_task(name=RUN_TASK, ignore_result=True)
@scope.everything("long work: its handler looks only at what its owner may see, or at figures of all offices")
def run(job_id: int) -> None:
    run_job(job_id)


@shared_task(name=REAP_TASK, ignore_result=True)
@scope.everything("the reaper: queues what is due")
def reap_jobs() -> None:
    reap()

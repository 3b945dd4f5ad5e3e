"""Real Celery, real broker, kill -9: nothing is lost and nothing happens twice."""

import os
import signal
from pathlib import Path

import pytest
from django.db import transaction

from apps.files.models import StoredFile
from apps.jobs.actions import enqueue
from apps.jobs.kinds import Kind, register
from apps.jobs.models import Job
from apps.jobs.reaping import reap
from config.celery import app
from tests.integration.jobs.conftest import Factory, until
from tests.integration.jobs.worker_app import WHOLE, export

pytestmark = pytest.mark.launcher


@pytest.fixture(autouse=True)
def kinds() -> None:
    register(Kind("tests.export", "export", export))


def is_done(job: Job) -> bool:
    # What beat asks for every 30 seconds.
    reap()
    job.refresh_from_db()
    return job.state == Job.State.DONE


def kept_files(factory: Factory) -> list[Path]:
    return [
        file for file in (factory.files / "files").rglob("*") if file.is_file() and file.parent.name != "tmp"
    ]


@pytest.mark.parametrize("victim", ["whole worker", "pool child"])
def test_export_survives_kill(factory: Factory, tmp_path: Path, victim: str) -> None:
    factory.start_broker()
    worker = factory.start_worker()
    signal_file = tmp_path / "half-written"
    job = enqueue("tests.export", params={"wait": str(signal_file)})
    child = int(until(lambda: signal_file.exists() and signal_file.read_text(), "the first attempt"))
    until(lambda: Job.objects.filter(pk=job.pk, progress__gte=49).exists(), "progress seen from outside")

    if victim == "whole worker":
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        assert StoredFile.objects.count() == 0
        factory.start_worker()
    else:
        os.kill(child, signal.SIGKILL)

    until(lambda: is_done(job), "the second attempt")
    assert job.attempt == 2
    stored = StoredFile.objects.get()
    assert [file.read_bytes() for file in kept_files(factory)] == [WHOLE]
    assert stored.path == kept_files(factory)[0]


def test_job_asked_for_with_the_broker_gone_waits_for_it(factory: Factory) -> None:
    # Asking again would hold up the page; the reaper rings anyway.
    assert app.conf.task_publish_retry is False
    with transaction.atomic():
        job = enqueue("tests.export")
    job.refresh_from_db()
    assert (job.state, job.rung_at) == (Job.State.QUEUED, None)

    factory.start_broker()
    factory.start_worker()
    until(lambda: is_done(job), "the job after the broker came back")
    assert job.attempt == 1


def test_broker_killed_with_a_full_queue_loses_nothing(factory: Factory) -> None:
    factory.start_broker()
    jobs = [enqueue("tests.export") for _ in range(3)]
    factory.kill_broker()  # it kept everything in memory
    factory.start_broker()
    factory.start_worker()
    Job.objects.update(rung_at=None)
    until(lambda: all(is_done(job) for job in jobs), "all jobs")
    assert [job.attempt for job in jobs] == [1, 1, 1]
    assert StoredFile.objects.count() == 3

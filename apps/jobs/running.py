"""How a worker does a job: claim it under a lease, work in one transaction, finish only if still the holder.

A worker that is killed leaves a row whose lease runs out; the next attempt starts from nothing, since the transaction
of the first is gone. A worker that was only slow finds another attempt in the row and its work is rolled back.
Times are the database's, never this machine's.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pghistory
import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from apps.core.refusals import Refusal
from apps.jobs.bell import ring
from apps.jobs.kinds import ATTEMPTS, kind_named
from apps.jobs.models import Job
from apps.jobs.telling import tell_done, tell_failed

log = structlog.get_logger(__name__)

BEATS_PER_LEASE = 4
# Between two words of progress, in seconds: nobody sees more, and each is a commit.
PAUSE = 0.2
LONGEST_ERROR = 300

# Work with parts waits for the last of them, and goes on from where they brought its progress.
CLAIM = """
UPDATE jobs_job SET state = 'running', attempt = attempt + 1, error = '',
       progress = CASE WHEN EXISTS (SELECT FROM jobs_job part WHERE part.part_of_id = jobs_job.id) THEN progress ELSE 0 END,
       lease_until = now() + make_interval(secs => %s), started_at = coalesce(started_at, now())
WHERE id = %s AND attempt < %s AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
  AND NOT EXISTS (SELECT FROM jobs_job part WHERE part.part_of_id = jobs_job.id AND part.state IN ('queued', 'running'))
RETURNING attempt
"""
PART_IS_OVER = """
UPDATE jobs_job SET progress = greatest(progress, parts.over * %s / parts.total)
FROM (SELECT count(*) AS total, count(*) FILTER (WHERE state IN ('done', 'failed')) AS over
      FROM jobs_job WHERE part_of_id = %s) parts
WHERE id = %s AND state = 'queued'
RETURNING parts.over = parts.total
"""
# What the parts are of the whole's progress, in percent.
SHARE_OF_PARTS = 90
BEAT = """
UPDATE jobs_job SET lease_until = now() + make_interval(secs => %s), progress = greatest(progress, %s)
WHERE id = %s AND attempt = %s AND state = 'running'
"""
FINISH = """
UPDATE jobs_job SET state = 'done', progress = 100, result = %s, lease_until = NULL, finished_at = now()
WHERE id = %s AND attempt = %s AND state = 'running'
"""
FAIL = """
UPDATE jobs_job SET state = 'failed', error = %s, lease_until = NULL, finished_at = now()
WHERE id = %s AND attempt = %s AND state = 'running'
RETURNING id
"""


class LeaseLost(Exception):
    """Another attempt holds the job; what this one did is rolled back."""


@dataclass
class Work:
    """What a handler is given: the job's row as claimed, and a way to say how far it is."""

    job: Job
    attempt: int
    beat: "Heartbeat | None" = field(default=None, repr=False)

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.job.params)

    def progress(self, done: float, of: float = 1) -> None:
        """Show how far the work is, at once, though its transaction is still open. Never goes back."""
        if self.beat:
            begun = SHARE_OF_PARTS if self.has_parts else 0
            self.beat.show(begun + int((99 - begun) * done / of) if of else 0)

    @cached_property
    def has_parts(self) -> bool:
        return self.job.parts.exists()


def run_job(job_id: int) -> bool:
    """Do the job if it is free. Gives False where somebody else has it or it is over. Never raises for the work's own fault."""
    attempt = _claim(job_id)
    if attempt is None:
        return False
    job = Job.objects.select_related("owner").get(pk=job_id)
    try:
        # History says who asked for the work, as it does for a request.
        history = pghistory.context(user=job.owner_id, job=job.pk)
        with heartbeat(job_id, attempt) as beat, history, transaction.atomic():
            result = kind_named(job.kind).run(Work(job, attempt, beat))
            _finish(job_id, attempt, result)
            tell_done(job)
    except LeaseLost:
        log.warning("job_lease_lost", job=job_id, attempt=attempt)
        return False
    except (OperationalError, InterfaceError):
        # The database went away or broke off a deadlock: no fault of the work. The lease runs out, the reaper rings.
        log.warning("job_interrupted", job=job_id, attempt=attempt, exc_info=True)
        connection.close()
        return False
    except Refusal as refusal:
        _fail(job, attempt, refusal.message)
    except Exception:
        # Details go to the log; the person gets a sentence and the number to ask for.
        log.exception("job_failed", job=job_id, kind=job.kind, attempt=attempt)
        _fail(job, attempt, _("处理时出错，请稍后重试；如反复出现，请把任务编号告诉管理员。"))
    if job.part_of_id:
        _part_is_over(job.part_of_id)
    return True


def _part_is_over(whole: int) -> None:
    """Show it on the whole, and begin that after the last part. Should this be lost, the reaper rings the whole."""
    with connection.cursor() as cursor:
        cursor.execute(PART_IS_OVER, [SHARE_OF_PARTS, whole, whole])
        row = cursor.fetchone()
    if row and row[0]:
        ring(whole)


def _claim(job_id: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [settings.JOB_LEASE_SECONDS, job_id, ATTEMPTS])
        row = cursor.fetchone()
    return row[0] if row else None


def _finish(job_id: int, attempt: int, result: dict[str, Any]) -> None:
    """In the work's own transaction: either both its effects and this stand, or neither."""
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [json.dumps(result, ensure_ascii=False), job_id, attempt])
        if cursor.rowcount != 1:
            raise LeaseLost


@transaction.atomic
def _fail(job: Job, attempt: int, sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FAIL, [sentence[:LONGEST_ERROR], job.pk, attempt])
        failed = cursor.fetchone() is not None
    if failed:
        tell_failed(job)


class Heartbeat:
    """Keeps the lease alive and shows progress on a connection of its own, beside the work's open transaction."""

    def __init__(self, job_id: int, attempt: int) -> None:
        self._job, self._attempt = job_id, attempt
        self._percent = 0
        self._over = threading.Event()
        self._said = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lease of job {job_id}", daemon=True)

    def show(self, percent: int) -> None:
        if percent > self._percent:
            self._percent = min(percent, 99)
            self._said.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._said.set()
        self._thread.join()

    def _run(self) -> None:
        own = connections[DEFAULT_DB_ALIAS].copy()
        try:
            while True:
                self._said.wait(settings.JOB_LEASE_SECONDS / BEATS_PER_LEASE)
                self._said.clear()
                if self._over.is_set():
                    return
                self._beat(own)
                self._over.wait(PAUSE)
        finally:
            own.close()

    def _beat(self, own: BaseDatabaseWrapper) -> None:
        try:
            with own.cursor() as cursor:
                cursor.execute(BEAT, [settings.JOB_LEASE_SECONDS, self._percent, self._job, self._attempt])
        except Exception:
            # The database may be restarting; the work's own connection will find out for itself.
            log.warning("job_beat_failed", job=self._job)
            own.close()


@contextmanager
def heartbeat(job_id: int, attempt: int) -> Iterator[Heartbeat]:
    beat = Heartbeat(job_id, attempt)
    beat.start()
    try:
        yield beat
    finally:
        beat.stop()

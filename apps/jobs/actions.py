"""Asking for long work. The row is the promise; Celery is rung after commit and may be gone."""

import uuid
from functools import partial
from typing import Any

from django.db import transaction

from apps.core.access import Actor
from apps.jobs.bell import ring
from apps.jobs.kinds import kind_named
from apps.jobs.models import Job


def enqueue(
    kind: str, *, params: dict[str, Any] | None = None, by: Actor | None = None, key: str = ""
) -> Job:
    """The job with this key, made if there is none, and rung after commit.

    `params` hold ids and codes, never personal data. Without `key` each call is work of its own. Raises KeyError for
    a kind nobody registered.
    """
    kind_named(kind)
    job, is_new = Job.objects.get_or_create(
        key=key or f"{kind}:{uuid.uuid4()}",
        defaults={"kind": kind, "params": params or {}, "owner_id": by.pk if by else None},
    )
    if is_new:
        transaction.on_commit(partial(ring, job.pk))
    return job


@transaction.atomic
def try_again(job: Job) -> None:
    """Put failed work back in the queue with all its attempts. Anything else is left alone."""
    fresh = {"attempt": 0, "progress": 0, "error": "", "finished_at": None, "rung_at": None}
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    if failed.update(state=Job.State.QUEUED, **fresh):
        transaction.on_commit(partial(ring, job.pk))

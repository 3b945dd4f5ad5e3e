"""Asking for long work. The row is the promise; Celery is rung after commit and may be gone."""

import uuid
from collections.abc import Iterable
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
def enqueue_parts(whole: Job, kind: str, params: Iterable[dict[str, Any]]) -> None:
    """Give a job its parts, in the transaction that made it. They run beside each other; the whole begins after the last."""
    kind_named(kind)
    parts = Job.objects.bulk_create(
        Job(kind=kind, key=f"{kind}:{uuid.uuid4()}", params=each, owner_id=whole.owner_id, part_of=whole)
        for each in params
    )
    transaction.on_commit(partial(_ring_all, [part.pk for part in parts]))


def _ring_all(ids: Iterable[int]) -> None:
    for pk in ids:
        # The broker is gone: the reaper rings them later, without a wait for each.
        if not ring(pk):
            return


@transaction.atomic
def try_again(job: Job) -> None:
    """Put failed work back in the queue with all its attempts, and those of its parts that failed; the rest is left alone."""
    fresh = {"attempt": 0, "progress": 0, "error": "", "finished_at": None, "rung_at": None}
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    if failed.update(state=Job.State.QUEUED, **fresh):
        parts = list(job.parts.filter(state=Job.State.FAILED).values_list("pk", flat=True))
        Job.objects.filter(pk__in=parts).update(state=Job.State.QUEUED, **fresh)
        transaction.on_commit(partial(_ring_all, [*parts, job.pk]))

"""What beat asks for every 30 seconds: ring lost jobs again, give up the hopeless, enqueue what is due.

Two at once do no harm: rows are claimed by one worker only, and a due slot is a unique key.
"""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.jobs.actions import enqueue
from apps.jobs.bell import ring
from apps.jobs.kinds import ATTEMPTS, scheduled_kinds
from apps.jobs.models import Job
from apps.jobs.telling import tell_failed

# A queue longer than this rings more than enough with its first rows.
MOST_AT_ONCE = 50

LOST = """
SELECT id FROM jobs_job
WHERE ((state = 'queued' AND coalesce(rung_at, created_at - interval '1 day') < now() - interval '20 seconds')
   OR (state = 'running' AND lease_until < now() AND attempt < %s))
  AND NOT EXISTS (SELECT FROM jobs_job part WHERE part.part_of_id = jobs_job.id AND part.state IN ('queued', 'running'))
ORDER BY id LIMIT %s
"""
GIVE_UP = """
UPDATE jobs_job SET state = 'failed', error = %s, lease_until = NULL, finished_at = now()
WHERE state = 'running' AND lease_until < now() AND attempt >= %s
RETURNING id
"""
# Scheduled work of the past tells nobody anything, nor do parts; what people asked for stays.
FORGET = """
DELETE FROM jobs_job
WHERE (owner_id IS NULL OR part_of_id IS NOT NULL) AND state IN ('done', 'failed') AND finished_at < now() - interval '14 days'
"""


def reap() -> int:
    """Gives how many jobs were rung again."""
    _give_up()
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
    _enqueue_due()
    with connection.cursor() as cursor:
        cursor.execute(LOST, [ATTEMPTS, MOST_AT_ONCE])
        lost = [row[0] for row in cursor.fetchall()]
    return sum(ring(job_id) for job_id in lost)


@transaction.atomic
def _give_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute(GIVE_UP, [_("多次中断，未能完成。请重新提交。"), ATTEMPTS])
        failed = [row[0] for row in cursor.fetchall()]
    for job in Job.objects.filter(pk__in=failed).select_related("owner"):
        tell_failed(job)


def _enqueue_due() -> None:
    now = timezone.now()
    for kind, schedule in scheduled_kinds():
        slot = schedule.due_slot(now)
        key = f"{kind.name}:{slot}"
        # A run that is still waiting or under way does for this slot too: no heap of rollups after a night off.
        waiting = Job.objects.filter(kind=kind.name, owner=None, state__in=["queued", "running"])
        if not waiting.exists() and not Job.objects.filter(key=key).exists():
            enqueue(kind.name, params={"slot": slot}, key=key)

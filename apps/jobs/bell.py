"""The doorbell: tells a worker that a job waits. It may fail; the row waits for the reaper then."""

import structlog
from celery import current_app
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from apps.jobs.models import Job

log = structlog.get_logger(__name__)

RUN_TASK = "jobs.run"
REAP_TASK = "jobs.reap"


def ring(job_id: int) -> bool:
    """Send the job's id to the workers. Gives False, at once, where the broker is gone."""
    try:
        current_app.send_task(RUN_TASK, args=[job_id], ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("job_not_rung", job=job_id, why=type(error).__name__)
        return False
    Job.objects.filter(pk=job_id).update(rung_at=Now())
    return True

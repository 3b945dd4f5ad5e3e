"""Long work that ends lands in its owner's inbox. Scheduled work belongs to nobody and tells nobody, nor do parts."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.jobs.kinds import label_of
from apps.jobs.models import Job
from apps.notifications.kinds import Kind
from apps.notifications.sending import notify

DONE = Kind("jobs.done", _("任务完成"), _("%(work)s：已完成，可以取件"))
FAILED = Kind("jobs.failed", _("任务未完成"), _("%(work)s：未能完成，点开看原因"))


def tell_done(job: Job) -> None:
    _tell(job, DONE, f"job:{job.pk}:done")


def tell_failed(job: Job) -> None:
    job.refresh_from_db(fields=["finished_at"])
    # The moment makes each failure of work that was tried again a message of its own.
    ended = job.finished_at.timestamp() if job.finished_at else 0
    _tell(job, FAILED, f"job:{job.pk}:failed:{ended:.3f}")


def _tell(job: Job, kind: Kind, key: str) -> None:
    if job.owner and not job.part_of_id:
        link = reverse("jobs:detail", args=[job.public_id])
        notify(job.owner, kind.name, key=key, link=link, work=format_lazy("{}", label_of(job.kind)))

"""Long work that ends lands in its owner's inbox; parts tell nobody.

Scheduled work belongs to nobody: when it fails, those who keep the system running learn of it.
"""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.core.access import Permission
from apps.jobs.kinds import label_of, scheduled_kinds
from apps.jobs.models import Job
from apps.notifications.kinds import Kind
from apps.notifications.sending import notify

DONE = Kind("jobs.done", _("任务完成"), _("%(work)s：已完成，可以取件"))
FAILED = Kind("jobs.failed", _("任务未完成"), _("%(work)s：未能完成，点开看原因"))


NOT_RUN = Kind("jobs.not_run", _("定时任务未完成"), _("定时任务“%(work)s”未能完成"))


def tell_done(job: Job) -> None:
    _tell(job, DONE, f"job:{job.pk}:done")


def tell_failed(job: Job) -> None:
    job.refresh_from_db(fields=["finished_at"])
    # The moment makes each failure of work that was tried again a message of its own.
    ended = job.finished_at.timestamp() if job.finished_at else 0
    _tell(job, FAILED, f"job:{job.pk}:failed:{ended:.3f}")
    if job.owner is None and job.kind in {kind.name for kind, _schedule in scheduled_kinds()}:
        _tell_keepers(job)


def _tell_keepers(job: Job) -> None:
    """Once a day for each kind, however often it fails."""
    roles = [role.name for role in ROLES.values() if Permission.SYSTEM_MANAGE in role.permissions]
    grants = Grant.objects.current(timezone.localdate()).filter(role__in=roles)
    keepers = User.objects.filter(is_active=True, pk__in=grants.values("user"))
    key = f"scheduled:{job.kind}:{timezone.localdate():%Y-%m-%d}"
    notify(keepers, NOT_RUN.name, key=key, link=reverse("jobs:scheduled"), work=_named(job))


def _tell(job: Job, kind: Kind, key: str) -> None:
    if job.owner and not job.part_of_id:
        link = reverse("jobs:detail", args=[job.public_id])
        notify(job.owner, kind.name, key=key, link=link, work=_named(job))


def _named(job: Job) -> Any:
    return format_lazy("{}", label_of(job.kind))

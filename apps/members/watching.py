"""Who reads more files than a day's work needs: the security administrator is told. And what no longer counts goes."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.members.delivering import forget_old
from apps.members.models import COUNTED_FOR, Member, RosterExport
from apps.members.searching import SEARCHED
from apps.notifications.sending import notify
from apps.offices.models import paths_above

if TYPE_CHECKING:
    from apps.jobs.running import Work

log = structlog.get_logger(__name__)

FILES_A_DAY = 2_000
REVEALS_A_DAY = 100
MANY_READ = "members.many_read"
MANY_REVEALED = "members.many_revealed"


def run_watch(work: "Work") -> dict[str, Any]:
    """Every ten minutes."""
    now = timezone.localtime()
    return {"alerts": tell_about_busy_readers(now) + tell_about_many_reveals(now)}


def tell_about_busy_readers(now: dt.datetime) -> int:
    """Tell, once per reader and day, who opened more than 2,000 different members' files. Gives how many were told of."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    counted = (
        AuditEvent.objects.filter(
            at__gte=midnight,
            action=AuditEvent.Action.READ,
            target_label=Member._meta.label_lower,
            actor__isnull=False,
        )
        .exclude(detail__contains={"what": SEARCHED})
        .values("actor")
        .annotate(files=Count("target_id", distinct=True))
        .filter(files__gt=FILES_A_DAY)
    )
    readers = User.objects.in_bulk([row["actor"] for row in counted])
    return sum(_tell(readers[row["actor"]], row["files"], now.date()) for row in counted)


def tell_about_many_reveals(now: dt.datetime) -> int:
    """Tell, once per user and day, who had a hundred numbers and addresses or more shown in full. Gives how many."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    reveals = AuditEvent.objects.filter(
        at__gte=midnight, action=AuditEvent.Action.REVEAL, actor__isnull=False
    )
    counted = reveals.values("actor").annotate(shown=Count("pk")).filter(shown__gte=REVEALS_A_DAY)
    users = User.objects.in_bulk([row["actor"] for row in counted])
    return sum(
        _tell(users[row["actor"]], row["shown"], now.date(), MANY_REVEALED, REVEALS_A_DAY) for row in counted
    )


def _tell(user: User, number: int, day: dt.date, kind: str = MANY_READ, limit: int = FILES_A_DAY) -> bool:
    what = kind.partition(".")[2]
    told = notify(
        security_admins_over(user, day),
        kind,
        key=f"{what}:{user.pk}:{day:%Y-%m-%d}",
        link=reverse("accounts:user", args=[user.pk]),
        limit=limit,
    )
    if told:
        log.warning(what, actor=user.pk, number=number)
        record(AuditEvent.Action.RUN, target=user, by=None, what=what, number=number)
    return bool(told)


def security_admins_over(reader: User, on: dt.date) -> list[User]:
    """The security administrators of an office of the reader, or above one."""
    paths = {
        path
        for low in Grant.objects.current(on).filter(user=reader).values_list("office__path", flat=True)
        for path in paths_above(low)
    }
    grants = Grant.objects.current(on).filter(role=RoleName.SECURITY_ADMIN, office__path__in=paths)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True))


def run_forgetting(work: "Work") -> dict[str, Any]:
    """Each night: deliveries that no longer count, and what was asked for in exports of then."""
    old = RosterExport.objects.filter(asked_at__lt=timezone.now() - COUNTED_FOR).exclude(listing={})
    return {"deliveries": forget_old(), "exports": old.update(listing={})}

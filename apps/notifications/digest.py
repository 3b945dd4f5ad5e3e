"""每日提醒: at most one a day for each user, in the morning of a working day, only where something waits.

Apps above register what may wait (`register`); each source answers for all users with one query. The job that calls
`send_digests` belongs to `jobs`, which stands above.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.core.workdays import WorkCalendar
from apps.notifications.kinds import Kind, Line
from apps.notifications.kinds import register as register_kind
from apps.notifications.mail import mail_digest
from apps.notifications.models import MailSetting, Notification

DIGEST = "notifications.digest"
# Nobody is told anything at night (guide: experience).
DAY_BEGINS, DAY_ENDS = dt.time(8), dt.time(21)
KEPT = dt.timedelta(days=180)

register_kind(Kind(DIGEST, _("每日提醒"), _("今日提醒：%(lines)s")))


@dataclass(frozen=True)
class Source:
    """Something that may wait for users. `counts(day)` gives the number for each user id; zeros may be left out.

    `label` is read before the number: “到期事项 3”. `order` sorts the lines.
    """

    name: str
    label: Any
    counts: Callable[[dt.date], Mapping[int, int]]
    order: int = 50


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called from `AppConfig.ready()`."""
    _sources.update({source.name: source for source in sources})


def may_disturb(now: dt.datetime, calendar: WorkCalendar | None = None) -> bool:
    """Whether users may be told something at this moment: by day, on a working day."""
    local = timezone.localtime(now)
    by_day = DAY_BEGINS <= local.time() < DAY_ENDS
    return by_day and (calendar or WorkCalendar()).is_workday(local.date())


@transaction.atomic
def send_digests(now: dt.datetime) -> int:
    """Tell everybody for whom something waits, once this day; gives how many were told. Mails go after commit."""
    if not may_disturb(now):
        return 0
    day = timezone.localdate(now)
    waiting = _waiting(day)
    users = User.objects.filter(
        is_active=True, pk__in=set(waiting) & set(Grant.objects.current(day).values_list("user", flat=True))
    )
    told = [user for user in users if _tell(user, day, waiting[user.pk])]
    settings_of = MailSetting.objects.filter(user__in=told, is_wanted=True).select_related("user")
    for setting in settings_of:
        # After commit: a crash loses a mail rather than doubling it (guide: style 17).
        lines = waiting[setting.user_id]
        transaction.on_commit(partial(mail_digest, setting, lines), robust=True)
    return len(told)


def forget_old(now: dt.datetime) -> int:
    """Remove what is older than half a year; gives how many rows went."""
    return Notification.objects.filter(at__lt=now - KEPT).delete()[0]


def _waiting(day: dt.date) -> dict[int, list[Line]]:
    """For each user id the lines of today's digest."""
    lines: dict[int, list[Line]] = {}
    for source in sorted(_sources.values(), key=lambda source: (source.order, source.name)):
        for user_id, count in source.counts(day).items():
            if count:
                lines.setdefault(user_id, []).append(Line(source.label, count))
    return lines


def _tell(user: User, day: dt.date, lines: list[Line]) -> bool:
    """Written here and not by `notify`: the lines are labels of ours with counts, put together."""
    with translation.override(user.language):
        subject = str(_("今日提醒：%(lines)s")) % {"lines": "，".join(str(line) for line in lines)}
    _row, is_new = Notification.objects.get_or_create(
        to=user,
        key=f"digest:{day:%Y-%m-%d}",
        defaults={"kind": DIGEST, "subject": subject[:200], "link": "/"},
    )
    return is_new

"""Where casework takes part in what happens below it. Called once, from `AppConfig.ready()`."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.casework import dates, erasing, origins, telling
from apps.casework.climbing import climb
from apps.casework.models import Case, Reply, StepTaken, Task
from apps.casework.views import own
from apps.casework.views.guests import register_links
from apps.core.access import Actor, Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Kind
from apps.jobs.kinds import register as register_job
from apps.jobs.running import Work
from apps.members.ownfile.copied import Copied, copy_of
from apps.members.sections import OwnSection, show_in_own_file
from apps.notifications import calendar, digest

LADDER = "casework.ladder"
DUE_SOON = dt.timedelta(days=3)


def register() -> None:
    show(
        NavItem(_("诉求建议"), "casework:cases", "case", Permission.CASE_VIEW, Group.TODAY, 40, thumb=True),
        NavItem(_("交办督办"), "casework:tasks", "jobs", Permission.CASE_VIEW, Group.TODAY, 45),
    )
    telling.register_kinds()
    register_links()
    copy_of(
        Copied(
            Case,
            lambda member: Case.objects.filter(member=member).order_by("pk"),
            {"kept_from": "names a cadre for no reason"},
        )
    )
    copy_of(Copied(StepTaken, lambda member: StepTaken.objects.filter(case__member=member).order_by("pk")))
    copy_of(Copied(Reply, lambda member: Reply.objects.filter(case__member=member).order_by("pk")))
    show_in_own_file(OwnSection("casework/_own_cases.html", own.cases_section, order=40))
    erasing.register()
    origins.register_source("case", case_as_source)
    # Before the digest of 08:30, so that it counts what turned this morning.
    register_job(Kind(LADDER, _("办理期限提醒"), run_ladder, Daily(dt.time(8, 10))))
    digest.register(digest.Source("casework.due", _("三日内到期或逾期的事项和任务"), waiting, order=20))
    calendar.register(calendar.Source("casework", _("事项和任务"), dates.entries))


def run_ladder(work: Work) -> dict[str, Any]:
    return dict(climb(timezone.localdate()))


def waiting(day: dt.date) -> Mapping[int, int]:
    """For each user who handles something: how much of it is late or due within three days."""
    until = day + DUE_SOON
    counts: Counter[int] = Counter()
    cases = Case.objects.open().filter(due_on__lte=until, paused_on=None)
    for rows in (cases, Task.objects.open().filter(due_on__lte=until)):
        handlers = rows.filter(handler__isnull=False).values_list("handler", flat=True)
        counts.update(handler for handler in handlers if handler is not None)
    return counts


def case_as_source(actor: Actor, reference: str) -> origins.Origin | None:
    """A case from which a task was handed out: by its number, with its page for those who see it."""
    try:
        public_id = uuid.UUID(reference)
    except ValueError:
        return None
    case = Case.objects.filter(public_id=public_id).first()
    if case is None:
        return None
    visible = Case.objects.visible_to(actor, Permission.CASE_VIEW).filter(pk=case.pk).exists()
    return origins.Origin(case.number, reverse("casework:case", args=[public_id]) if visible else "")

"""封账: closing a period that was reported, and opening it again."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission, may_at
from apps.core.periods import Period, PeriodKind
from apps.core.refusals import Conflict
from apps.offices.actions import OfficeRefused
from apps.offices.models import ClosedPeriod, Office, paths_above

# How many months back the page offers.
MONTHS_OFFERED = 12


def closing(path: str, days: Iterable[dt.date], today: dt.date) -> ClosedPeriod | None:
    """The period that closes one of these days for the office at `path`. Asks nothing for days of this month.

    Only what has ended can be closed, so that no period holds a day of the current month.
    """
    this_month = today.replace(day=1)
    for day in sorted({day for day in days if day < this_month}):
        if found := ClosedPeriod.objects.over(path, day).order_by("-ends_on").first():
            return found
    return None


class ClosedSpans:
    """The closed periods over an office and everything below it, read once; `since`: only those closed after it."""

    def __init__(self, office: Office, since: dt.datetime | None = None) -> None:
        below = Q(office_path__gte=office.range.low, office_path__lt=office.range.high)
        found = ClosedPeriod.objects.holding().filter(below | Q(office_path__in=paths_above(office.path)))
        if since is not None:
            found = found.filter(closed_at__gt=since)
        self._spans = list(found.values_list("office_path", "starts_on", "ends_on"))

    def close(self, path: str, day: dt.date) -> bool:
        """Whether the day is closed for the office at `path`. See also `ClosedPeriodQuerySet.over`."""
        return any(path.startswith(above) and first <= day <= last for above, first, last in self._spans)


def closable(office: Office, today: dt.date) -> list[Period]:
    """The months, quarters, halves and years that ended within the last twelve months and stand open here, newest first."""
    since = today.replace(year=today.year - 1, day=1)
    months = [Period.containing(since, PeriodKind.MONTH)]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].next())
    periods = {Period.containing(month.end, kind) for month in months for kind in PeriodKind}
    held = set(ClosedPeriod.objects.holding().filter(office=office).values_list("period", flat=True))
    ended = [period for period in periods if period.end < today and period.code not in held]
    return sorted(ended, key=lambda period: (period.end, period.days), reverse=True)


@transaction.atomic
def close_period(*, office: Office, period: Period, by: Actor) -> ClosedPeriod:
    """Close a period that has ended, for the office and everything below. Raises OfficeRefused or Conflict."""
    _refuse_out_of_reach(office, by)
    if period.end >= timezone.localdate():
        raise OfficeRefused(_("时段还没有结束，不能封账。"), code="not_ended", field="period")
    try:
        with transaction.atomic():
            closed = ClosedPeriod.objects.create(
                office=office,
                period=period.code,
                starts_on=period.start,
                ends_on=period.end,
                closed_by_id=by.pk,
            )
    except IntegrityError as error:
        raise Conflict(_("这个时段已经封账。"), code="closed", field="period") from error
    record(AuditEvent.Action.CREATE, target=closed, by=by, period=period.code)
    return closed


@transaction.atomic
def reopen_period(*, closed: ClosedPeriod, by: Actor) -> ClosedPeriod:
    """Open it again; what was entered meanwhile stays marked late. Raises OfficeRefused or Conflict."""
    current = ClosedPeriod.objects.select_for_update(of=("self",)).select_related("office").get(pk=closed.pk)
    _refuse_out_of_reach(current.office, by)
    if current.reopened_at is not None:
        raise Conflict(_("这个时段已经重新开放。"), code="open")
    current.reopened_at, current.reopened_by_id = timezone.now(), by.pk
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, period=current.period)
    return current


def _refuse_out_of_reach(office: Office, by: Actor) -> None:
    # Who manages pairs answers for their entries: the business administrator, and no technical one.
    if not may_at(by, Permission.PAIRING_MANAGE, office.path):
        raise OfficeRefused(_("只能管理自己负责的机构及下级"), code="out_of_reach")

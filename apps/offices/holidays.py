"""节假日安排: days that administrators enter for years that are not published yet, or against what is published."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Refusal
from apps.core.workdays import forget_edited_days
from apps.offices.models import CalendarDay

# A holiday with its days around; more at once is a slip.
LONGEST = 31


class HolidayRefused(Refusal):
    """The days cannot be entered so."""


def edited_days() -> Mapping[dt.date, bool]:
    """Registered with `core.workdays`."""
    return dict(CalendarDay.objects.values_list("day", "is_worked"))


@transaction.atomic
def set_days(*, first: dt.date, last: dt.date, is_worked: bool, by: Actor) -> int:
    """These days are worked, or off. Deadlines that run already stay as they are. Gives how many. Raises HolidayRefused."""
    number = (last - first).days + 1
    if number < 1:
        raise HolidayRefused(_("结束日期不能早于开始日期。"), field="last")
    if number > LONGEST:
        raise HolidayRefused(_("一次最多 %(most)d 天。") % {"most": LONGEST}, field="last")
    for offset in range(number):
        entered, _new = CalendarDay.objects.update_or_create(
            day=first + dt.timedelta(days=offset), defaults={"is_worked": is_worked, "changed_by_id": by.pk}
        )
        record(AuditEvent.Action.CHANGE, target=entered, by=by, worked=is_worked)
    transaction.on_commit(forget_edited_days)
    return number


@transaction.atomic
def unset_day(*, entered: CalendarDay, by: Actor) -> None:
    """The day is again what is published for it, or Monday to Friday."""
    record(AuditEvent.Action.VOID, target=entered, by=by)
    entered.delete()
    transaction.on_commit(forget_edited_days)

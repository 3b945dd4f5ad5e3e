"""The ladder of a deadline: yellow before, red after, 督办 after that. Pure: the day comes in, the clock is never read.

All rungs are working days, so nothing turns at a week-end or on a holiday. What the rungs set in motion stands in
`apps.casework.climbing`.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.workdays import WorkCalendar

# In working days: before the deadline, after it, after red.
YELLOW_BEFORE, RED_AFTER, SUPERVISE_AFTER = 3, 1, 3


class Light(models.TextChoices):
    NONE = "none", _("正常")
    WAITING = "waiting", _("等待提出人")
    YELLOW = "yellow", _("即将到期")
    RED = "red", _("已逾期")
    SUPERVISED = "supervised", _("督办")


@dataclass(frozen=True)
class Rungs:
    """The working days on which a deadline turns yellow, red, and calls for a 督办单."""

    yellow_on: dt.date
    red_on: dt.date
    supervise_on: dt.date


def rungs(due_on: dt.date, calendar: WorkCalendar | None = None) -> Rungs:
    calendar = calendar or WorkCalendar()
    red_on = calendar.add_workdays(due_on, RED_AFTER).day
    return Rungs(
        yellow_on=calendar.add_workdays(due_on, -YELLOW_BEFORE).day,
        red_on=red_on,
        supervise_on=calendar.add_workdays(red_on, SUPERVISE_AFTER).day,
    )


def light(
    due_on: dt.date,
    today: dt.date,
    *,
    is_open: bool,
    is_paused: bool = False,
    calendar: WorkCalendar | None = None,
) -> Light:
    """What stands beside a deadline today. Nothing turns while we wait for the asker or when it is answered."""
    if not is_open:
        return Light.NONE
    if is_paused:
        return Light.WAITING
    steps = rungs(due_on, calendar)
    if today >= steps.supervise_on:
        return Light.SUPERVISED
    if today >= steps.red_on:
        return Light.RED
    return Light.YELLOW if today >= steps.yellow_on else Light.NONE

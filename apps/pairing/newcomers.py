"""第一周: a short list on the front page for a cadre who is new. Guides, asks for nothing, and can be closed for good."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.pairing.models import NewcomerStep, NewcomerTick, Visit

NEW_FOR = dt.timedelta(days=14)
# Where each step leads.
_PAGES = {
    NewcomerStep.MEMBERS: "pairing:mine",
    NewcomerStep.PLAN: "pairing:plans",
    NewcomerStep.OFFLINE: "pairing:log_visit",
}


@dataclass(frozen=True)
class Step:
    """A line of the list. `tick` is what to send when it is done, "" where that shows by itself."""

    label: object
    url: str
    is_done: bool
    tick: str = ""


def first_week(user: User, today: dt.date) -> list[Step]:
    """The list, or nothing: for who is not new, has closed it, or has done it all."""
    ticked = set(NewcomerTick.objects.filter(user=user).values_list("step", flat=True))
    if NewcomerStep.CLOSED in ticked:
        return []
    has_visited = Visit.objects.counted().filter(cadre=user).exists()
    if has_visited and not _is_new(user, today):
        return []
    visit = Step(_("记第一次联系"), reverse("pairing:log_visit"), has_visited)
    members, *others = [
        Step(step.label, reverse(page), step in ticked, step) for step, page in _PAGES.items()
    ]
    steps = [members, visit, *others]
    return [] if all(step.is_done for step in steps) else steps


def _is_new(user: User, today: dt.date) -> bool:
    """Whether the latest grant as a cadre is younger than two weeks."""
    begun = [grant.starts_on for grant in user.current_grants if grant.role == RoleName.CADRE]
    return bool(begun) and max(begun) > today - NEW_FOR


def tick_off(user: User, step: str) -> None:
    """Remember a step. Ticking twice is once; an unknown step is none."""
    if step in NewcomerStep.values:
        NewcomerTick.objects.get_or_create(user=user, step=step)

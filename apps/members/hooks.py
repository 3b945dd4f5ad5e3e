"""What upper apps do when a member leaves or wants less contact. Explicit, in order, in the action's transaction."""

import datetime as dt
from collections.abc import Callable

from apps.core import scope
from apps.core.access import Actor
from apps.members.models import Member

# Called with the member (already changed, not yet committed), the day, and who acts (None: the member).
Step = Callable[[Member, dt.date, Actor | None], None]

_withdrawing: list[Step] = []
_changing_contact: list[Step] = []
_going: list[Step] = []


def when_withdrawing(step: Step) -> None:
    """Register what must happen when a member withdraws, e.g. the end of the pair. Called in `AppConfig.ready()`."""
    if step not in _withdrawing:
        _withdrawing.append(step)


def when_contact_changes(step: Step) -> None:
    """Register what must happen when a member asks for more or less contact."""
    if step not in _changing_contact:
        _changing_contact.append(step)


def when_going(step: Step) -> None:
    """Register what must happen when a member moved away or died."""
    if step not in _going:
        _going.append(step)


@scope.everything("what follows from leaving concerns every office that dealt with the member")
def run_withdrawing(member: Member, on: dt.date, by: Actor | None) -> None:
    for step in _withdrawing:
        step(member, on, by)


@scope.everything("what follows from less contact concerns every pair of the member")
def run_contact_change(member: Member, on: dt.date, by: Actor | None) -> None:
    for step in _changing_contact:
        step(member, on, by)


@scope.everything("what follows from moving away or dying concerns every office that dealt with the member")
def run_going(member: Member, on: dt.date, by: Actor | None) -> None:
    for step in _going:
        step(member, on, by)

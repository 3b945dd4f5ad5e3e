"""What cadres have in hand besides their pairs: cases, organizations to visit, and what the apps above bring.

It changes hands with the pairs: at once where they do, else in the first hour of the successor's first day
(`PlannedPassing`). What a cover takes on goes back by itself on the day after it: `CoveredWork` remembers whose it was.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from apps.accounts.models import User
from apps.core.access import Actor
from apps.jobs.running import Work
from apps.pairing.models import CoveredWork, PlannedPassing

GIVE_BACK = "pairing.give_back"


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something in a cadre's hands. `takers`: who may take it, by key; `nobody`: what it is called when none of them does.

    `pass_on` does it and gives the keys of what changed hands. `member`: whom it is about, whose new cadre is proposed.
    """

    kind: str
    # What its source knows it by.
    subject: int
    label: str
    due_on: dt.date | None
    holder: int
    takers: Mapping[int, str]
    nobody: Promise
    pass_on: Callable[[User | None, Actor], Collection[int]]
    member: int | None = None
    # What was said before and is still to come: it stands until somebody says otherwise.
    planned: "PlannedPassing | None" = None


@dataclass(frozen=True)
class Source:
    """One kind of work. `held`: what of it these cadres have in hand and the user may pass on; `give_back` ends a cover."""

    kind: str
    held: Callable[[Collection[int], User], Iterable[Item]]
    give_back: Callable[[CoveredWork], None]


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called in `ready()` of the app that brings the kind."""
    _sources.update({source.kind: source for source in sources})


def held_by(cadres: Collection[int], by: User) -> list[Item]:
    """All that these cadres have in hand, kind by kind, with what is planned for it."""
    planned = {
        (one.kind, one.subject, one.held_by_id): one
        for one in PlannedPassing.objects.filter(held_by__in=cadres).select_related("to", "held_by")
    }
    return [
        replace(item, planned=planned.get((item.kind, item.subject, item.holder)))
        for source in _sources.values()
        for item in source.held(cadres, by)
    ]


def pass_on(item: Item, *, to: User | None, first_on: dt.date, until: dt.date | None, by: User) -> None:
    """Another takes it, or nobody, from that day on; `until`: the last day of a cover, after which it goes back."""
    if first_on > timezone.localdate() + dt.timedelta(days=1):
        PlannedPassing.objects.update_or_create(
            kind=item.kind,
            subject=item.subject,
            held_by_id=item.holder,
            defaults={"to": to, "first_on": first_on, "until": until, "by": by},
        )
    else:
        _pass_now(item, to, until, by)


def planned_work(by: User) -> list[Item]:
    """What is to change hands on a later day and the user may pass on, as far as it is still in those hands."""
    holders = set(PlannedPassing.objects.values_list("held_by", flat=True))
    return [item for item in held_by(holders, by) if item.planned] if holders else []


def call_off(number: int, by: User) -> Item | None:
    """What was planned (by the number of its `PlannedPassing`) stays in the hands it is in. None where that is not for `by` to say."""
    item = next((item for item in planned_work(by) if item.planned and item.planned.pk == number), None)
    if item is not None:
        PlannedPassing.objects.filter(pk=number).delete()
    return item


def pass_on_due(today: dt.date) -> int:
    """What was planned for this day changes hands; gives how much. What is no longer in those hands stays where it is."""
    due = PlannedPassing.objects.filter(first_on__lte=today).select_related("to", "by").order_by("pk")
    for planned in due:
        with transaction.atomic():
            _carry_out(planned)
            planned.delete()
    return len(due)


def _carry_out(planned: PlannedPassing) -> None:
    held = held_by([planned.held_by_id], planned.by)
    item = next((one for one in held if (one.kind, one.subject) == (planned.kind, planned.subject)), None)
    if item is not None:
        # Who may no longer take it does not get it: then it is nobody's by name, for the office to give out.
        to = planned.to if planned.to_id in item.takers else None
        _pass_now(item, to, planned.until, planned.by)


def _pass_now(item: Item, to: User | None, until: dt.date | None, by: Actor) -> None:
    passed = item.pass_on(to, by)
    if to is None or until is None:
        return
    CoveredWork.objects.bulk_create(
        CoveredWork(kind=item.kind, subject=pk, lent_by_id=item.holder, lent_to=to, until=until)
        for pk in passed
    )


def give_back_over(today: dt.date) -> int:
    """What covers that are over took on goes back; gives how many. What went on to somebody else stays there."""
    over = CoveredWork.objects.filter(until__lt=today).select_related("lent_by", "lent_to").order_by("pk")
    for lent in over:
        with transaction.atomic():
            _sources[lent.kind].give_back(lent)
            lent.delete()
    return len(over)


def run_give_back(work: Work) -> dict[str, Any]:
    """The nightly job."""
    today = timezone.localdate()
    return {"given_back": give_back_over(today), "passed_on": pass_on_due(today)}

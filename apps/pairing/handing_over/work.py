"""What cadres have in hand besides their pairs: cases, organizations to visit, and what the apps above bring.

What a cover takes on goes back by itself on the day after it, as the pairs do: `CoveredWork` remembers whose it was.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from apps.accounts.models import User
from apps.core.access import Actor
from apps.jobs.running import Work
from apps.pairing.models import CoveredWork

GIVE_BACK = "pairing.give_back"


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something in a cadre's hands. `takers`: who may take it, by key; `nobody`: what it is called when none of them does.

    `pass_on` does it and gives the keys of what changed hands. `member`: whom it is about, whose new cadre is proposed.
    """

    kind: str
    label: str
    due_on: dt.date | None
    holder: int
    takers: Mapping[int, str]
    nobody: Promise
    pass_on: Callable[[User | None, Actor], Collection[int]]
    member: int | None = None


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
    """All that these cadres have in hand, kind by kind."""
    return [item for source in _sources.values() for item in source.held(cadres, by)]


def pass_on(item: Item, *, to: User | None, until: dt.date | None, by: Actor) -> None:
    """Another takes it, or nobody; `until`: the last day of a cover, after which it goes back."""
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
    return {"given_back": give_back_over(timezone.localdate())}

"""What a hand-over is about: the pairs with possible successors, and what their cadres are working on."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import User
from apps.core.access import Permission, within
from apps.offices.models import Office, paths_above
from apps.pairing.handing_over.terms import Terms
from apps.pairing.handing_over.work import Item, held_by
from apps.pairing.models import Pairing, PairingQuerySet
from apps.pairing.proposing.others import Others, Taker

# As many pairs as one looks through on a page; a cadre holds 12 at most.
MOST_AT_ONCE = 60


@dataclass(frozen=True)
class Row:
    """A pair with those who may take it over, the proposed one first. `takers` is empty where nobody reaches it."""

    pairing: Pairing
    takers: Sequence[Taker]


def pairs_to_hand_over(by: User, today: dt.date) -> PairingQuerySet:
    """Pairs the user may manage that go on after today."""
    # Not `visible_to`: own pairs are visible without the right to manage them.
    pairs = Pairing.objects.filter(within(by.office_ranges(Permission.PAIRING_MANAGE)))
    return pairs.exclude(ended_on__lte=today).select_related("member", "cadre", "office")


def cadres_with_pairs(by: User, today: dt.date) -> QuerySet[User]:
    """Whose pairs the user may hand over, with `held`: how many."""
    pairs = pairs_to_hand_over(by, today).active(today)
    held = Count("pairings", filter=Q(pairings__in=pairs))
    return User.objects.filter(pk__in=pairs.values("cadre")).annotate(held=held).order_by("name", "pk")


def concerned(pairs: PairingQuerySet, terms: Terms) -> list[Pairing]:
    """Those that the terms touch: they live on the first day of the successor, and began before it."""
    found = pairs.active(terms.first_on).filter(started_on__lte=terms.last_on)
    return list(found.order_by("office_path", "member__pinyin", "pk")[:MOST_AT_ONCE])


def rows_for(pairs: Sequence[Pairing], today: dt.date) -> list[Row]:
    """Each pair with its successors: the nearest and least burdened first, what is proposed above counted in."""
    if not pairs:
        return []
    others = Others.of(_office_of(pairs), today)
    barred = _asked_to_change(pairs)
    leaving = {pairing.cadre_id for pairing in pairs}
    taken: Counter[int] = Counter()
    rows = []
    for pairing in pairs:
        takers = [
            taker
            for taker in others.nearest(pairing.office_path, taken)
            if taker.pk not in leaving and (pairing.member_id, taker.pk) not in barred
        ]
        takers.sort(key=lambda taker: not taker.has_room)
        taken.update(taker.pk for taker in takers[:1])
        rows.append(Row(pairing, takers))
    return rows


def _office_of(pairs: Sequence[Pairing]) -> Office:
    """The lowest office that stands above all of them."""
    above = set.intersection(*(set(paths_above(pairing.office_path)) for pairing in pairs))
    return Office.objects.get(path=max(above, key=len))


def _asked_to_change(pairs: Iterable[Pairing]) -> set[tuple[int, int]]:
    members = [pairing.member_id for pairing in pairs]
    asked = Pairing.objects.filter(member__in=members, end_reason=Pairing.EndReason.MEMBER_ASKED)
    return set(asked.values_list("member_id", "cadre_id"))


def work_of(cadres: Collection[int], pairs: Sequence[Pairing], by: User, *, whole: bool) -> list[Item]:
    """What the cadres have in hand that the user may pass on; `whole` False: what is about these members only."""
    members = {pairing.member_id for pairing in pairs}
    return [item for item in held_by(cadres, by) if whole or item.member in members]

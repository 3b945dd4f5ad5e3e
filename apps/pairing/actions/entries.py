"""Deeds that fulfil a duty without being a visit: a case done, a suggestion heard, an activity attended together."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from apps.core import scope
from apps.members.models import Member
from apps.pairing.models import DutyEntry, Pairing
from apps.pairing.years import lock_members, recompute


@transaction.atomic
def record_entry(*, pairing: Pairing, kind: str, on: dt.date, source: tuple[str, int]) -> bool:
    """Count a deed of `source` (a DutyEntry.Source and the row's id) for the pair; once, however often called.

    Returns whether it counts: a day on which the pair did not live does not.
    """
    return bool(record_entries(members=[pairing.member_id], kind=kind, on=on, source=source))


@scope.everything("a deed counts in the pair of the member, whoever did it")
@transaction.atomic
def record_entries(*, members: Collection[int], kind: str, on: dt.date, source: tuple[str, int]) -> int:
    """Count a deed for the pair that each of these members had on that day. Returns how many had one."""
    locked = lock_members(members)
    pairings = list(Pairing.objects.active(on).filter(member__in=locked))
    DutyEntry.objects.bulk_create(
        [
            DutyEntry(
                office_id=pairing.office_id,
                pairing=pairing,
                kind=kind,
                done_on=on,
                source_kind=source[0],
                source_id=source[1],
            )
            for pairing in pairings
        ],
        ignore_conflicts=True,
    )
    recompute([locked[pairing.member_id] for pairing in pairings], [on.year])
    return len(pairings)


@scope.everything("a deed counts in the pair of the member, whoever did it")
@transaction.atomic
def drop_entries(*, source: tuple[str, int], kind: str = "", members: Collection[int] | None = None) -> int:
    """Take back what a source counted for (of all its members, or of these). Returns how many entries went."""
    entries = DutyEntry.objects.filter(source_kind=source[0], source_id=source[1])
    if kind:
        entries = entries.filter(kind=kind)
    if members is not None:
        entries = entries.filter(pairing__member__in=members)
    found = list(entries.values_list("pairing__member_id", "done_on"))
    locked: dict[int, Member] = lock_members({member for member, _day in found})
    dropped, _ = entries.delete()
    recompute(locked.values(), {day.year for _member, day in found})
    return dropped

"""Keeps `PairingYear` true: reads what pairs did, lets `apps.pairing.progress` count, writes the rows.

Always in the transaction of the write that made it necessary, and after `lock_members`: the lock is on the member
and not on the pair, so that two pairs joined by a hand-over wait for each other too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields

from django.db.models import Max

from apps.members.models import ContactPreference, Member
from apps.offices.models import paths_above
from apps.pairing.models import Duty, DutyEntry, Met, Pairing, PairingYear
from apps.pairing.progress import Life, Owed, Progress, Standing, compute, standings

GONE = frozenset({Member.Status.WITHDRAWN, Member.Status.MOVED, Member.Status.DECEASED})
FIGURES = tuple(f.name for f in fields(Progress))


def lock_members(ids: Collection[int]) -> dict[int, Member]:
    """The members as they are now; nobody else changes them or their pairs until this transaction ends."""
    locked = Member.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {member.pk: member for member in locked}


def left_on(member: Member) -> dt.date | None:
    """Since when the member wants less contact or is gone; `dt.date.min` where nobody wrote down since when."""
    days = []
    if member.status in GONE:
        days.append(member.status_since)
    if member.contact_preference != ContactPreference.NORMAL:
        days.append(member.contact_preference_since or dt.date.min)
    return min(days, default=None)


def recompute(members: Iterable[Member], years: Collection[int]) -> None:
    """Write the years of all pairs of these members anew. The members must be locked (`lock_members`)."""
    members = list(members)
    pairings = _pairings(members)
    for year in years:
        lives = _lives(pairings, year)
        rows = []
        for member in members:
            for pairing, progress in compute(year, lives[member.pk].values(), left_on(member)).items():
                rows.append(_row(pairings[pairing], year, progress))
        PairingYear.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["pairing", "year"],
            update_fields=["office", "office_path", *FIGURES],
        )


def forget_years_after(pairing: Pairing, year: int) -> None:
    """Rows of years that the pair, ended earlier than they say, no longer lived in."""
    PairingYear.objects.filter(pairing=pairing, year__gt=year).delete()


def note_contact(members: Iterable[Member], day: dt.date) -> None:
    """Write a new contact as the last one where it is. The members must be locked."""
    for member in members:
        if member.last_contact_on is None or member.last_contact_on < day:
            member.last_contact_on = day
            Member.objects.filter(pk=member.pk).update(last_contact_on=day)


def keep_last_contact(members: Iterable[Member]) -> None:
    """Write each member's last real contact, of all years and cadres. The members must be locked."""
    members = list(members)
    latest = dict(
        Met.objects.filter(member__in=members, visit__voided_at__isnull=True)
        .values_list("member")
        .annotate(Max("visit__happened_on"))
    )
    for member in members:
        if member.last_contact_on != latest.get(member.pk):
            member.last_contact_on = latest.get(member.pk)
            Member.objects.filter(pk=member.pk).update(last_contact_on=member.last_contact_on)


def standings_of(pairings: Iterable[Pairing], year: int) -> dict[int, list[Standing]]:
    """By pairing: every duty in every period of the year, as it stands now. Few queries however many pairs."""
    members = {pairing.member_id: pairing.member for pairing in pairings}
    lives = _lives(_pairings(list(members.values())), year)
    shown: dict[int, list[Standing]] = defaultdict(list)
    for member_id, member in members.items():
        for standing in standings(year, lives[member_id].values(), left_on(member)):
            shown[standing.pairing].append(standing)
    return shown


def years_since(day: dt.date, today: dt.date) -> range:
    """The years from that day's to today's: what a back-dated start or end touches."""
    return range(day.year, max(day, today).year + 1)


def _row(pairing: Pairing, year: int, progress: Progress) -> PairingYear:
    return PairingYear(
        pairing=pairing,
        year=year,
        office_id=pairing.office_id,
        office_path=pairing.office_path,
        **asdict(progress),
    )


def _pairings(members: list[Member]) -> dict[int, Pairing]:
    return {pairing.pk: pairing for pairing in Pairing.objects.filter(member__in=members)}


def _lives(pairings: dict[int, Pairing], year: int) -> dict[int, dict[int, Life]]:
    """Of each member, of each pair: its life with what it did in the year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    entries: dict[int, list[tuple[str, dt.date]]] = defaultdict(list)
    made = DutyEntry.objects.filter(pairing__in=pairings, done_on__range=(first, last))
    for pairing_id, kind, day in made.values_list("pairing_id", "kind", "done_on"):
        entries[pairing_id].append((kind, day))
    contacts = _contacts(pairings, first, last)
    owed = owed_by_office({pairing.office_path for pairing in pairings.values()}, year)
    lives: dict[int, dict[int, Life]] = defaultdict(dict)
    for pairing in pairings.values():
        lives[pairing.member_id][pairing.pk] = Life(
            pairing=pairing.pk,
            started_on=pairing.started_on,
            ended_on=pairing.ended_on,
            end_reason=pairing.end_reason,
            owed=owed[pairing.office_path],
            entries=tuple(entries[pairing.pk]),
            contacts=tuple(contacts[pairing.pk]),
        )
    return lives


def _contacts(pairings: dict[int, Pairing], first: dt.date, last: dt.date) -> dict[int, list[dt.date]]:
    """The days on which the pair's own cadre met the member, while the pair lived."""
    met = Met.objects.filter(
        member__in={pairing.member_id for pairing in pairings.values()},
        visit__voided_at__isnull=True,
        visit__happened_on__range=(first, last),
    ).values_list("member_id", "visit__cadre_id", "visit__happened_on")
    contacts: dict[int, list[dt.date]] = defaultdict(list)
    for member_id, cadre_id, day in met:
        for pairing in pairings.values():
            if (pairing.member_id, pairing.cadre_id) == (member_id, cadre_id) and pairing.lives_on(day):
                contacts[pairing.pk].append(day)
    return contacts


def owed_by_office(paths: Collection[str], year: int) -> dict[str, tuple[Owed, ...]]:
    """What each office (by path) owes its pairs: the duties of its own plan, or of the nearest office above with one."""
    above = {higher for path in paths for higher in paths_above(path)}
    duties = Duty.objects.filter(plan__year=year, plan__office__path__in=above)
    plans: dict[str, list[Owed]] = defaultdict(list)
    for path, kind, number, per in duties.values_list("plan__office__path", "kind", "number", "per"):
        plans[path].append(Owed(kind, number, per))
    nearest_first = {path: reversed(paths_above(path)) for path in paths}
    return {
        path: next((tuple(plans[higher]) for higher in above if higher in plans), ())
        for path, above in nearest_first.items()
    }

"""Keeps `PairingYear` true: reads what pairs did, lets `apps.pairing.progress` count, writes the rows.

Always in the transaction of the write that made it necessary, and after `lock_members`: the lock is on the member
and not on the pair, so that two pairs joined by a hand-over wait for each other too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from django.db.models import Max, QuerySet

from apps.core import scope
from apps.core.arrays import AnyIndexed
from apps.core.prepared import Prepared, prepared
from apps.members.models import ContactPreference, Member
from apps.pairing.models import Met, Pairing, PairingYear
from apps.pairing.progress import Life, Owed, Progress, Standing, compute, standings

GONE = frozenset({Member.Status.WITHDRAWN, Member.Status.MOVED, Member.Status.DECEASED})
_LIVES = Prepared(
    "pairing_lives", "bigint[], date, date", Path(__file__).with_name("lives.sql").read_text("utf-8")
)
# What pairs and visits need of a member.
_OF_MEMBER = (
    "public_id",
    "name",
    "office_id",
    "office_path",
    "status",
    "status_since",
    "contact_preference",
    "contact_preference_since",
    "last_contact_on",
)
FIGURES = tuple(f.name for f in fields(Progress))


def lock_members(ids: Collection[int]) -> dict[int, Member]:
    """The members as they are now; nobody else changes them or their pairs until this transaction ends."""
    return locked(Member.objects.filter(AnyIndexed("pk", sorted(ids))))


def locked(members: QuerySet[Member]) -> dict[int, Member]:
    """`lock_members` for those that a query finds."""
    found = members.select_for_update(no_key=True).order_by("pk").only(*_OF_MEMBER)
    return {member.pk: member for member in prepared(found)}


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
    for year in years:
        write_year(members, year, pairs_of([member.pk for member in members], year))


@scope.everything("what a pair did is counted over all its cadres and offices")
def write_year(members: Iterable[Member], year: int, pairs: "Iterable[Pair]") -> None:
    """Write one year of these pairs, which must be all that their members had in it (`pairs_of`)."""
    found = {pair.pk: pair for pair in pairs}
    rows = []
    for member in members:
        lives = [pair.life for pair in found.values() if pair.member_id == member.pk]
        counted = compute(year, lives, left_on(member))
        rows += [_row(found[pairing], year, progress) for pairing, progress in counted.items()]
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


@scope.everything("the last contact is whoever's it was")
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
    lives: dict[int, list[Life]] = defaultdict(list)
    for pair in pairs_of(members, year):
        lives[pair.member_id].append(pair.life)
    shown: dict[int, list[Standing]] = defaultdict(list)
    for member_id, member in members.items():
        for standing in standings(year, lives[member_id], left_on(member)):
            shown[standing.pairing].append(standing)
    return shown


def years_since(day: dt.date, today: dt.date) -> range:
    """The years from that day's to today's: what a back-dated start or end touches."""
    return range(day.year, max(day, today).year + 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that lived in a year, with what it did in it."""

    member_id: int
    cadre_id: int
    office_id: int
    office_path: str
    life: Life

    @property
    def pk(self) -> int:
        return self.life.pairing

    def lives_on(self, day: dt.date) -> bool:
        # See also PairingQuerySet.active.
        return self.life.started_on <= day and (self.life.ended_on is None or day <= self.life.ended_on)

    def having(self, *, contacts: Sequence[dt.date], entries: Sequence[tuple[str, dt.date]]) -> "Pair":
        """The same pair after these deeds."""
        done = replace(
            self.life, contacts=(*self.life.contacts, *contacts), entries=(*self.life.entries, *entries)
        )
        return replace(self, life=done)


@scope.everything("what a pair did is counted over all its cadres and offices")
def pairs_of(members: Collection[int], year: int) -> list[Pair]:
    """Every pair of these members that lived in the year. One statement, however many there are."""
    rows = _LIVES.rows(list(members), dt.date(year, 1, 1), dt.date(year, 12, 31))
    return [_pair(*row) for row in rows]


def _pair(
    pk: int,
    member: int,
    cadre: int,
    office: int,
    office_path: str,
    started_on: dt.date,
    ended_on: dt.date | None,
    end_reason: str,
    owed: list[tuple[str, int, str, str]] | None,
    entries: list[tuple[str, str]] | None,
    contacts: list[dt.date],
) -> Pair:
    life = Life(
        pairing=pk,
        started_on=started_on,
        ended_on=ended_on,
        end_reason=end_reason,
        owed=tuple(
            Owed(kind, number, per, dt.date.fromisoformat(day)) for kind, number, per, day in owed or ()
        ),
        entries=tuple((kind, dt.date.fromisoformat(day)) for kind, day in entries or ()),
        contacts=tuple(contacts),
    )
    return Pair(member, cadre, office, office_path, life)


def _row(pair: Pair, year: int, progress: Progress) -> PairingYear:
    return PairingYear(
        pairing_id=pair.pk,
        year=year,
        office_id=pair.office_id,
        office_path=pair.office_path,
        **progress.__dict__,
    )

"""What merging does to pairs, to whom visits met, and to the year's progress; and how it is taken back."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Model, Q

from apps.members.merging import Changed
from apps.members.models import Member, Organization
from apps.members.versions import latest_version, put_back, revive
from apps.pairing.joining import ENDLESS, Span, join
from apps.pairing.models import DutyEntry, Met, Pairing, PairingYear, Target
from apps.pairing.years import keep_last_contact, lock_members, recompute

LINKS = ("pairing.Pairing.member", "pairing.Met.member")
LINKS_OF_ORGANIZATIONS = ("pairing.Met.organization", "pairing.Target.organization")


def move(duplicate: Member, kept: Member) -> Changed:
    """Pairs are joined, entries go with them, visits met the kept member; the years are counted anew."""
    years = _years(duplicate, kept)
    changed = {
        **_move_met(duplicate, kept),
        **_move_pairs(duplicate, kept),
        "years": sorted(years),
    }
    _count(duplicate, kept, years)
    return changed


def restore(duplicate: Member, kept: Member, changed: Changed) -> None:
    """The reverse of `move`. What was changed since stays as it is; entries made since stay with their pair."""
    years = {*changed["years"], *_years(duplicate, kept)}
    _restore_pairs(duplicate, kept, changed)
    _restore_met(duplicate, kept, changed)
    _count(duplicate, kept, years)


# -- visits -------------------------------------------------------------------------------------------------


def _move_met(duplicate: Model, kept: Model, whom: str = "member") -> Changed:
    """A visit that met both registrations met one person, or one organization."""
    both = Met.objects.filter(**{whom: kept}).values("visit")
    twice = Met.objects.filter(**{whom: duplicate}, visit__in=both)
    removed = [list(row) for row in twice.values_list("pk", "visit_id", "office_id").order_by("pk")]
    twice.delete()
    met = Met.objects.filter(**{whom: duplicate})
    moved = sorted(met.values_list("pk", flat=True))
    met.update(**{whom: kept})
    return {"met": moved, "met_removed": removed}


def _restore_met(duplicate: Model, kept: Model, changed: Changed, whom: str = "member") -> None:
    Met.objects.filter(pk__in=changed["met"], **{whom: kept}).update(**{whom: duplicate})
    # Only where the visit still says that it met both.
    visits = [visit for _pk, visit, _office in changed["met_removed"]]
    met = Met.objects.filter(**{whom: kept}, visit__in=visits)
    still = set(met.values_list("visit_id", flat=True))
    Met.objects.bulk_create(
        Met(pk=pk, visit_id=visit, **{whom: duplicate}, office_id=office)
        for pk, visit, office in changed["met_removed"]
        if visit in still
    )


# -- organizations: they have neither pairs nor a year's progress ---------------------------------------------


def move_organizations(duplicate: Organization, kept: Organization) -> Changed:
    """Visits met the kept one; campaigns want it visited, once each."""
    return {**_move_met(duplicate, kept, "organization"), **_move_targets(duplicate, kept)}


def restore_organizations(duplicate: Organization, kept: Organization, changed: Changed) -> None:
    """The reverse of `move_organizations`."""
    _restore_met(duplicate, kept, changed, "organization")
    moved = Target.objects.filter(pk__in=changed["targets"], organization=kept)
    moved.update(organization=duplicate, office=duplicate.office_id)
    for event in changed["targets_removed"]:
        revive(Target, event)


def _move_targets(duplicate: Organization, kept: Organization) -> Changed:
    twice = set(Target.objects.filter(organization=kept).values_list("campaign_id", flat=True))
    moved, removed = [], []
    for target in Target.objects.filter(organization=duplicate).order_by("pk"):
        if target.campaign_id in twice:
            removed.append(latest_version(target))
            target.delete()
        else:
            moved.append(target.pk)
    Target.objects.filter(pk__in=moved).update(organization=kept, office=kept.office_id)
    return {"targets": moved, "targets_removed": removed}


# -- pairs --------------------------------------------------------------------------------------------------


def _move_pairs(duplicate: Member, kept: Member) -> Changed:
    mine, theirs = _pairs(kept), _pairs(duplicate)
    joined = join(
        [_span(pair) for pair in mine.values()],
        [_span(pair) for pair in theirs.values()],
        cut_reason=Pairing.EndReason.HAND_OVER,
    )
    moved = [_write(theirs[pk], span, kept) for pk, span in joined.moved.items()]
    made = [_make(theirs[span.pairing], span, kept) for span in joined.made]
    lengthened = [
        _write(pair, joined.kept[pk], kept)
        for pk, pair in mine.items()
        if joined.kept[pk] != _span(pair) or (pair.ended_on is None and pair.office_id != kept.office_id)
    ]
    entries = _move_entries(theirs, kept)
    removed = [[pk, latest_version(theirs[pk])] for pk in joined.removed]
    Pairing.objects.filter(pk__in=joined.removed).delete()
    _forget_years([*mine, *theirs, *made])
    return {
        "pairs_moved": moved,
        "pairs_made": made,
        "pairs_removed": removed,
        "pairs_changed": lengthened,
        **entries,
    }


def _restore_pairs(duplicate: Member, kept: Member, changed: Changed) -> None:
    for _pk, event in changed["pairs_removed"]:
        revive(Pairing, event)
    pairs = Pairing.objects.select_for_update().filter(member=kept)
    for pk, before, after in [*changed["pairs_changed"], *changed["pairs_moved"]]:
        pair = pairs.filter(pk=pk).first()
        if pair is None:
            continue
        if latest_version(pair) == after:
            put_back(pair, before)
        elif [pk, before, after] in changed["pairs_moved"]:
            Pairing.objects.filter(pk=pk).update(member=duplicate, office=duplicate.office_id)
    _restore_entries(changed)
    made = Pairing.objects.filter(pk__in=changed["pairs_made"])
    # One to which something was added since stays with the kept member.
    made.exclude(entries__isnull=False).delete()
    touched = [pk for pk, *_rest in [*changed["pairs_changed"], *changed["pairs_moved"]]]
    _forget_years(touched)


def _pairs(member: Member) -> dict[int, Pairing]:
    pairs = Pairing.objects.select_for_update().filter(member=member).order_by("started_on")
    return {pair.pk: pair for pair in pairs}


def _span(pair: Pairing) -> Span:
    return Span(pair.pk, pair.cadre_id, pair.started_on, pair.ended_on or ENDLESS, pair.end_reason)


def _write(pair: Pairing, span: Span, kept: Member) -> list[int]:
    """The pair with these days, at the kept member; gives its id and its history before and after."""
    before = latest_version(pair)
    pair.member = kept
    pair.started_on, pair.ended_on = span.first, None if span.last == ENDLESS else span.last
    pair.end_reason = "" if pair.ended_on is None else span.reason
    if pair.ended_on is None:
        pair.office = kept.office
    pair.save()
    return [pair.pk, before, latest_version(pair)]


def _make(like: Pairing, span: Span, kept: Member) -> int:
    made = Pairing.objects.create(
        office_id=like.office_id,
        cadre_id=like.cadre_id,
        member=kept,
        started_on=span.first,
        ended_on=span.last,
        end_reason=span.reason,
        created_by_id=like.created_by_id,
    )
    return made.pk


# -- entries ------------------------------------------------------------------------------------------------


def _move_entries(theirs: Collection[int], kept: Member) -> Changed:
    """Each entry of the duplicate's pairs to the pair that holds the member on its day."""
    pairs = list(Pairing.objects.filter(member=kept).order_by("started_on"))
    known = {
        (e.pairing_id, e.source_kind, e.source_id, e.kind): e.pk
        for e in DutyEntry.objects.filter(pairing__member=kept).exclude(pairing__in=theirs)
    }
    moved: list[list[int]] = []
    removed: list[list[int]] = []
    for entry in DutyEntry.objects.filter(pairing__in=theirs).order_by("pk"):
        home, was = _home(entry, pairs), entry.pairing_id
        twin = known.get((home, entry.source_kind, entry.source_id, entry.kind))
        if twin is not None:
            # One deed of one source counts once for one person.
            removed.append([entry.pk, was, entry.office_id, twin])
            entry.delete()
        elif home != was:
            moved.append([entry.pk, was, home])
            DutyEntry.objects.filter(pk=entry.pk).update(pairing=home)
        if twin is None:
            known[home, entry.source_kind, entry.source_id, entry.kind] = entry.pk
    return {"entries_moved": moved, "entries_removed": removed}


def _home(entry: DutyEntry, pairs: Sequence[Pairing]) -> int:
    """The pair that lives on the day: its own before others; an entry of a day without any pair stays where it can."""
    living = [pair.pk for pair in pairs if pair.lives_on(entry.done_on)]
    if entry.pairing_id in living:
        return entry.pairing_id
    return next(
        iter(living), entry.pairing_id if any(p.pk == entry.pairing_id for p in pairs) else pairs[0].pk
    )


def _restore_entries(changed: Changed) -> None:
    for pk, was, home in changed["entries_moved"]:
        DutyEntry.objects.filter(pk=pk, pairing=home).update(pairing=was)
    twins = DutyEntry.objects.in_bulk([twin for *_ids, twin in changed["entries_removed"]])
    DutyEntry.objects.bulk_create(
        (
            _like(twins[twin], pk, was, office)
            for pk, was, office, twin in changed["entries_removed"]
            if twin in twins
        ),
        ignore_conflicts=True,
    )


def _like(twin: DutyEntry, pk: int, pairing: int, office: int) -> DutyEntry:
    """What was removed said the same as its twin, for another pair."""
    return DutyEntry(
        pk=pk,
        pairing_id=pairing,
        office_id=office,
        kind=twin.kind,
        done_on=twin.done_on,
        source_kind=twin.source_kind,
        source_id=twin.source_id,
    )


# -- years --------------------------------------------------------------------------------------------------


def _years(*members: Member) -> set[int]:
    """The years that are kept for any pair of these members."""
    kept = PairingYear.objects.filter(pairing__member__in=members)
    return set(kept.values_list("year", flat=True))


def _forget_years(pairs: Collection[int]) -> None:
    """Rows of years in which a pair no longer lived."""
    for pair in Pairing.objects.filter(pk__in=pairs):
        outside = Q(year__lt=pair.started_on.year)
        if pair.ended_on:
            outside |= Q(year__gt=pair.ended_on.year)
        PairingYear.objects.filter(outside, pairing=pair).delete()


def _count(duplicate: Member, kept: Member, years: Collection[int]) -> None:
    locked: dict[int, Any] = lock_members([duplicate.pk, kept.pk])
    recompute(locked.values(), years)
    keep_last_contact(locked.values())

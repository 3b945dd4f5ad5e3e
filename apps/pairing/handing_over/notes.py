"""移交说明 as it is read: open cases, promises and the preferred contact from where they stand, and one typed line."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from apps.casework.models import Case
from apps.jobs.running import Work
from apps.members.models import Member
from apps.pairing.models import HandoverNote, Met, Pairing, Promise

END = "pairing.end_handover_notes"


@dataclass(frozen=True)
class Told:
    """Everything that a successor is told. Nothing else may be added: the member reads the same."""

    cases: list[Case]
    promises: list[Promise]
    contact: str
    text: str
    predecessor: str
    successor: str
    started_on: dt.date
    ends_on: dt.date


def told_of(pairing: Pairing, today: dt.date) -> Told | None:
    """The note of this pair while its hand-over lasts."""
    note = HandoverNote.objects.open(today).filter(pairing=pairing).select_related("predecessor").first()
    return _told(note, pairing) if note else None


def own_section(member: Member) -> dict[str, Any] | None:
    """What the member reads in the own file: the notes of all their hand-overs that last."""
    notes = HandoverNote.objects.open(timezone.localdate()).filter(pairing__member=member)
    rows = notes.select_related("predecessor", "pairing__member", "pairing__cadre").order_by("pk")
    told = [_told(note, note.pairing) for note in rows]
    return {"notes": told} if told else None


def _told(note: HandoverNote, pairing: Pairing) -> Told:
    member = pairing.member
    return Told(
        cases=list(open_cases(member)),
        promises=list(open_promises(member)),
        contact=member.get_contact_preference_display(),
        text=note.text,
        predecessor=note.predecessor.name,
        successor=pairing.cadre.name,
        started_on=pairing.started_on,
        ends_on=note.ends_on,
    )


def open_cases(member: Member) -> Any:
    """What the member asked for and was not answered yet."""
    return Case.objects.open().filter(member=member, confidential=False).order_by("due_on", "pk")


def open_promises(member: Member) -> Any:
    """What was promised to the member and not kept yet, by whomever.

    Each with `alone`: how many members were met. What was promised to several may speak of the others: no words then.
    """
    met = Met.objects.filter(visit=OuterRef("visit"), member=member)
    promises = Promise.objects.open().filter(Exists(met), visit__voided_at__isnull=True)
    return promises.annotate(alone=Count("visit__met__member")).order_by("due_on", "pk")


def end_over(today: dt.date) -> int:
    """Delete the notes whose hand-over is over; gives how many."""
    count, _by_model = HandoverNote.objects.filter(ends_on__lt=today).delete()
    return count


def end(work: Work) -> dict[str, Any]:
    """The nightly job."""
    return {"ended": end_over(timezone.localdate())}

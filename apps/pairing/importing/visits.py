"""走访台账: each line a visit that was written on paper. Marked 补录, entered set-based, opens no case.

What somebody asked for long ago stays text: a matter that was settled is not opened again by an import.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.copying import insert_rows, reserve_ids
from apps.core.listed import listed
from apps.members.importing import cells
from apps.members.importing.closing import Progress, note_applied
from apps.members.importing.findings import BadCell
from apps.members.importing.writing import check_as_we_go
from apps.members.models import ImportBatch
from apps.offices.closing import ClosedSpans
from apps.offices.models import Office
from apps.pairing.actions.visits import FULFILS, SOURCE
from apps.pairing.importing.columns import KINDS, ListColumn
from apps.pairing.importing.judging import judged
from apps.pairing.importing.pairs import count_anew
from apps.pairing.importing.people import People, Person, Service
from apps.pairing.importing.reading import Line
from apps.pairing.importing.trial import ListTrial
from apps.pairing.importing.units import Unit, Units
from apps.pairing.models import DutyEntry, Met, Pairing, Visit, VisitKind, VisitSource
from apps.pairing.rules import MOST_MET
from apps.pairing.years import lock_members

LONGEST = 300
# Stored beside a visit of a closed period; read by everybody, so in the language of the records.
LATE_REASON = "台账补录"

# A contact that is the same wherever it is written: cadre, member (an organization: its key below 0), day, kind.
Mark = tuple[int, int, dt.date, str]


@dataclass(frozen=True)
class Pair:
    """A pair that a visit may belong to."""

    pk: int
    cadre: int
    office_id: int
    office_path: str
    started_on: dt.date
    ended_on: dt.date | None

    def lives_on(self, day: dt.date) -> bool:
        # See also PairingQuerySet.active.
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A visit to be entered, with the pairs it counts for."""

    cadre: int
    office: Office
    day: dt.date
    kind: str
    text: str
    members: tuple[Person, ...]
    pairs: tuple[Pair, ...]
    units: tuple[Unit, ...]
    is_late: bool


def try_visits(batch: ImportBatch, progress: Progress) -> ListTrial[Planned]:
    """What the ledger would enter; writes nothing. Raises RosterRefused."""
    return judged(batch, progress, _Judge)


class _Judge:
    """Decides on line after line; remembers the contacts that earlier lines bring. Reads what it needs once."""

    def __init__(self, people: People, units: Units, trial: ListTrial[Planned]) -> None:
        self.people, self.units, self.trial = people, units, trial
        self.today = timezone.localdate()
        ids = [person.pk for same in people.members.values() for person in same]
        self.pairs: dict[int, list[Pair]] = defaultdict(list)
        columns = ("member_id", "pk", "cadre_id", "office_id", "office_path", "started_on", "ended_on")
        for member, *rest in Pairing.objects.filter(member__in=ids).values_list(*columns):
            self.pairs[member].append(Pair(*rest))
        # Also what was voided: an import does not bring back what somebody took out.
        met = Met.objects.filter(member__in=ids).values_list(
            "visit__cadre_id", "member_id", "visit__happened_on", "visit__kind"
        )
        self.known: dict[Mark, int] = dict.fromkeys(met, 0)
        seen = Met.objects.filter(organization__in=units.ids).values_list(
            "visit__cadre_id", "organization_id", "visit__happened_on", "visit__kind"
        )
        self.known |= {(cadre, -(pk or 0), day, kind): 0 for cadre, pk, day, kind in seen}
        self.closed = ClosedSpans(people.office)

    def take(self, line: Line, names: list[str]) -> None:
        cadre = line.cell(ListColumn.CADRE, self.people.cadre, 0)
        day = line.cell(ListColumn.DATE, lambda value: self._day(value, line), None)
        kind = line.cell(ListColumn.KIND, _kind, "")
        text = line.cell(ListColumn.CONTENT, lambda value: cells.note(value, LONGEST), "")
        text = _with_asked(text, line)
        members = [person for name in names if (person := self.people.member(name, line))]
        units = self._units(line)
        if len(members) > MOST_MET:
            line.wrong(ListColumn.NAME, _("一次走访最多写 %(n)d 人") % {"n": MOST_MET})
        if day is None or line.errors:
            self.trial.refuse(line)
            return
        new = [person for person in members if (cadre, person.pk, day, kind) not in self.known]
        marks = [(cadre, person.pk, day, kind) for person in members]
        marks += [(cadre, -unit.pk, day, kind) for unit in units]
        new_units = [unit for unit in units if (cadre, -unit.pk, day, kind) not in self.known]
        pairs = self._pairs(new, cadre, day, line)
        if line.errors:
            self.trial.refuse(line)
        elif not new and not new_units:
            self.trial.skip(line, self._why_known(marks, line))
        else:
            office = _office_of(self.people.services[cadre], day, pairs)
            late = self.closed.close(office.path, day)
            self.known |= {mark: line.number for mark in marks if mark not in self.known}
            planned = Planned(
                cadre=cadre,
                office=office,
                day=day,
                kind=kind,
                text=text,
                members=tuple(new),
                pairs=tuple(pairs),
                units=tuple(new_units),
                is_late=late,
            )
            self.trial.enter(line, planned, *_remarks(members, new, late=late))

    def _day(self, value: object, line: Line) -> dt.date:
        day = cells.day_or_none(value, is_1904=line.is_1904)
        if day is None:
            raise BadCell(_("请填写日期"))
        if day > self.today:
            raise BadCell(_("日期在今天之后，请填写实际发生的日期。"))
        return day

    def _pairs(self, members: Iterable[Person], cadre: int, day: dt.date, line: Line) -> list[Pair]:
        """The cadre's pairs with these members on that day; the line is wrong where there is none."""
        found = []
        for person in members:
            pair = next((p for p in self.pairs[person.pk] if p.cadre == cadre and p.lives_on(day)), None)
            if not person.is_active:
                line.wrong(ListColumn.NAME, _("%(name)s已不在册，不能再登记联系。") % {"name": person.name})
            elif pair is None:
                line.wrong(
                    ListColumn.DATE,
                    _("那一天该干部与%(name)s没有结对，请检查日期、干部和成员") % {"name": person.name},
                )
            else:
                found.append(pair)
        return found

    def _units(self, line: Line) -> list[Unit]:
        """The organizations of the line, in columns of their own or among the names."""
        unit = self.units.find(line)
        found = [unit] if unit else []
        return list(dict.fromkeys([*found, *self.units.among_names(line)]))

    def _why_known(self, marks: Iterable[Mark], line: Line) -> str:
        first = max((self.known[mark] for mark in marks), default=0)
        return self.trial.repeated(first, line) if first else _("已有同一天、同一方式的联系记录")


def _kind(value: object) -> str:
    word = cells.text_or_none(value, 20).replace("/", "").replace(" ", "")
    if word not in KINDS:
        raise BadCell(_("请填写走访、谈心、座谈或电话"))
    return KINDS[word].value


def _with_asked(text: str, line: Line) -> str:
    """What was asked for, as part of the text."""
    asked = line.cell(ListColumn.ASKED, lambda value: cells.note(value, LONGEST), "")
    whole = "；".join(part for part in (text, f"诉求建议：{asked}" if asked else "") if part)
    if len(whole) > LONGEST:
        line.wrong(ListColumn.CONTENT, _("内容和诉求建议合起来最多 %(limit)d 个字") % {"limit": LONGEST})
    return whole


def _remarks(members: Sequence[Person], new: Sequence[Person], *, late: bool) -> list[str]:
    found = []
    if len(new) < len(members):
        there = listed(person.name for person in members if person not in new)
        found.append(_("%(names)s当天已有记录，只补记其余成员") % {"names": there})
    if late:
        found.append(_("所属时段已封账，将标为“逾期”"))
    return found


def _office_of(services: Sequence[Service], day: dt.date, pairs: Sequence[Pair]) -> Office:
    """The cadre's office on that day, as `actions.visits._office_of` finds it: the nearest that reaches the members."""
    nearest = sorted(services, key=lambda one: (not one.holds_on(day), -one.office.depth))
    reaching = (one for one in nearest if all(one.office.range.holds(pair.office_path) for pair in pairs))
    return next(reaching, nearest[0]).office


def enter_visits(found: ListTrial[Planned], batch: ImportBatch, by: Actor, progress: Progress) -> None:
    """Enter the visits and count the years of their pairs anew. Inside the transaction that judged them."""
    planned = found.planned
    check_as_we_go()
    lock_members(list({person.pk for one in planned for person in one.members}))
    ids = reserve_ids(Visit, len(planned)) if planned else []
    now = timezone.now()
    insert_rows(Visit, [_visit(pk, one, by, now) for pk, one in zip(ids, planned, strict=True)])
    progress(0.75)
    insert_rows(
        Met,
        [
            {"visit_id": pk, "member_id": person.pk, "office_id": person.office_id}
            for pk, one in zip(ids, planned, strict=True)
            for person in one.members
        ],
    )
    insert_rows(
        Met,
        [
            {"visit_id": pk, "organization_id": unit.pk, "office_id": unit.office_id}
            for pk, one in zip(ids, planned, strict=True)
            for unit in one.units
        ],
    )
    insert_rows(
        DutyEntry,
        [entry for pk, one in zip(ids, planned, strict=True) for entry in _entries(pk, one, now)],
    )
    progress(0.85)
    count_anew(batch, (one.day for one in planned))
    record_many(
        AuditEvent.Action.CREATE,
        label=Visit._meta.label_lower,
        targets=[(pk, one.office.path) for pk, one in zip(ids, planned, strict=True)],
        by=by,
        batch=batch.pk,
    )
    note_applied(batch, found.summary, by)


def _visit(pk: int, one: Planned, by: Actor, now: dt.datetime) -> dict[str, object]:
    return {
        "id": pk,
        "office_id": one.office.pk,
        "cadre_id": one.cadre,
        "kind": one.kind,
        "happened_on": one.day,
        "text": one.text,
        "source": VisitSource.LEDGER.value,
        "late_reason": LATE_REASON if one.is_late else "",
        "entered_by_id": by.pk,
        "entered_at": now,
    }


def _entries(pk: int, one: Planned, now: dt.datetime) -> list[dict[str, object]]:
    """The duties that the visit fulfils, as `actions.visits._write_entries` writes them."""
    kind = FULFILS.get(VisitKind(one.kind))
    if kind is None:
        return []
    return [
        {
            "office_id": pair.office_id,
            "pairing_id": pair.pk,
            "kind": kind.value,
            "done_on": one.day,
            "source_kind": SOURCE.value,
            "source_id": pk,
        }
        for pair in one.pairs
    ]

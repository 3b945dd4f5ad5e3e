"""结对表: each line a pair, refused for what the form would refuse, entered in a handful of statements."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.copying import insert_rows, reserve_ids
from apps.members.importing import cells
from apps.members.importing.closing import Progress, note_applied
from apps.members.importing.places import told
from apps.members.importing.writing import check_as_we_go
from apps.members.models import Consent, ImportBatch
from apps.pairing.importing.columns import ListColumn
from apps.pairing.importing.judging import judged
from apps.pairing.importing.people import People, Person
from apps.pairing.importing.reading import Line
from apps.pairing.importing.trial import ListTrial
from apps.pairing.importing.units import Units
from apps.pairing.models import Pairing
from apps.pairing.rebuild import rebuild_all
from apps.pairing.rules import MOST_PAIRS, capacities
from apps.pairing.years import lock_members, years_since

_FAR = dt.date.max


@dataclass(frozen=True)
class Planned:
    """A pair to be entered."""

    member: Person
    cadre: int
    started_on: dt.date
    ended_on: dt.date | None


@dataclass(frozen=True)
class Span:
    """A pair that stands already, or comes with an earlier line (`row`)."""

    cadre: int
    started_on: dt.date
    ended_on: dt.date | None
    row: int = 0

    def overlaps(self, other: Planned) -> bool:
        return self.started_on <= (other.ended_on or _FAR) and other.started_on <= (self.ended_on or _FAR)


def try_pairs(batch: ImportBatch, progress: Progress) -> ListTrial[Planned]:
    """What the list would enter; writes nothing. Raises RosterRefused."""
    return judged(batch, progress, _Judge)


class _Judge:
    """Decides on line after line; remembers the pairs that earlier lines bring. Reads what it needs once."""

    def __init__(self, people: People, _units: Units, trial: ListTrial[Planned]) -> None:
        self.people, self.trial = people, trial
        self.today = timezone.localdate()
        ids = [person.pk for same in people.members.values() for person in same]
        self.agreed = _agreed(ids)
        self.spans: dict[int, list[Span]] = defaultdict(list)
        self.asked_for_another: set[tuple[int, int]] = set()
        rows = Pairing.objects.filter(member__in=ids).order_by("started_on")
        for member, cadre, start, end, reason in rows.values_list(
            "member_id", "cadre_id", "started_on", "ended_on", "end_reason"
        ):
            self.spans[member].append(Span(cadre, start, end))
            if reason == Pairing.EndReason.MEMBER_ASKED:
                self.asked_for_another.add((member, cadre))
        held = Pairing.objects.active(self.today).filter(cadre__in=people.services)
        self.held = Counter(held.values_list("cadre_id", flat=True))
        paths = {person.office_path for same in people.members.values() for person in same}
        self.capacity = capacities(paths, self.today.year)

    def take(self, line: Line, names: list[str]) -> None:
        planned = self._read(line, names)
        if planned is None or line.errors:
            self.trial.refuse(line)
        elif reason := self._known(planned, line):
            self.trial.skip(line, reason)
        elif not self._allowed(planned, line):
            self.trial.refuse(line)
        else:
            remark = self._remark(planned)
            self.spans[planned.member.pk].append(
                Span(planned.cadre, planned.started_on, planned.ended_on, line.number)
            )
            self.held[planned.cadre] += planned.ended_on is None
            self.trial.enter(line, planned, *([remark] if remark else []))

    def _read(self, line: Line, names: list[str]) -> Planned | None:
        if len(names) != 1:
            line.wrong(ListColumn.NAME, _("一行只写一位成员"))
            return None
        member = self.people.member(names[0], line)
        cadre = line.cell(ListColumn.CADRE, self.people.cadre, 0)
        start = line.cell(ListColumn.START, lambda v: cells.day_or_none(v, is_1904=line.is_1904), None)
        end = line.cell(ListColumn.END, lambda v: cells.day_or_none(v, is_1904=line.is_1904), None)
        if start is None:
            line.wrong(ListColumn.START, _("请填写开始日期"))
        if member is None or not cadre or start is None:
            return None
        return Planned(member, cadre, start, end)

    def _known(self, planned: Planned, line: Line) -> str:
        """The same pair stands, or an earlier line brings it: nothing to enter."""
        for span in self.spans[planned.member.pk]:
            if span.cadre == planned.cadre and span.overlaps(planned):
                if span.row:
                    return self.trial.repeated(span.row, line)
                return _("已有这个结对（%(day)s 起），没有变化") % {"day": span.started_on.isoformat()}
        return ""

    def _allowed(self, planned: Planned, line: Line) -> bool:
        self._check_days(planned, line)
        self._check_member(planned, line)
        if not self._serves(planned):
            line.wrong(ListColumn.CADRE, _("该干部没有该成员所在机构的干部授权"))
        for span in self.spans[planned.member.pk]:
            if span.overlaps(planned):
                line.wrong(ListColumn.NAME, _overlap(span, self.trial.sheets))
        held = self.held[planned.cadre]
        if planned.ended_on is None and held >= max(MOST_PAIRS, self._capacity(planned)):
            line.wrong(ListColumn.CADRE, _("该干部已结对 %(held)d 名成员，不能再增加") % {"held": held})
        return not line.errors

    def _check_days(self, planned: Planned, line: Line) -> None:
        if planned.started_on > self.today:
            line.wrong(ListColumn.START, _("开始日期不能晚于今天。"))
        if planned.ended_on and planned.ended_on > self.today:
            line.wrong(ListColumn.END, _("结束日期不能晚于今天。"))
        if planned.ended_on and planned.ended_on < planned.started_on:
            line.wrong(ListColumn.END, _("结束日期不能早于开始日期。"))

    def _check_member(self, planned: Planned, line: Line) -> None:
        agreed_on = self.agreed.get(planned.member.pk)
        if not planned.member.is_active:
            line.wrong(ListColumn.NAME, _("该成员尚未确认或已不在册，不能结对。"))
        elif agreed_on is None:
            line.wrong(ListColumn.NAME, _("该成员的同意不包括结对联系，不能结对。"))
        elif planned.started_on < agreed_on:
            line.wrong(
                ListColumn.START,
                _("该成员 %(day)s 才同意结对联系，开始日期不能更早。") % {"day": agreed_on.isoformat()},
            )
        if planned.ended_on is None and (planned.member.pk, planned.cadre) in self.asked_for_another:
            line.wrong(ListColumn.CADRE, _("该成员已请求由其他干部联系，请另选一名干部。"))

    def _serves(self, planned: Planned) -> bool:
        """A pair that lives needs a grant of today, one that ended a grant of whatever time."""
        return any(
            service.office.range.holds(planned.member.office_path)
            and (planned.ended_on is not None or (service.is_active and service.holds_on(self.today)))
            for service in self.people.services[planned.cadre]
        )

    def _remark(self, planned: Planned) -> str:
        held, capacity = self.held[planned.cadre], self._capacity(planned)
        if planned.ended_on is not None or held < capacity:
            return ""
        return _("该干部已结对 %(held)d 名成员，超过方案上限 %(capacity)d 名") % {
            "held": held,
            "capacity": capacity,
        }

    def _capacity(self, planned: Planned) -> int:
        return self.capacity[planned.member.office_path]


def _agreed(ids: Collection[int]) -> dict[int, dt.date]:
    """Since when each member agrees to be paired."""
    consents = Consent.objects.filter(
        member__in=ids, withdrawn_on__isnull=True, purposes__contains=[Consent.Purpose.PAIRING]
    )
    return dict(consents.values_list("member_id").annotate(Min("given_on")))


def _overlap(span: Span, sheets: Sequence[str]) -> str:
    if span.row:
        return _("与第 %(row)s 行的结对时间重叠") % {"row": told(span.row, sheets)}
    if span.ended_on is None:
        return _("该成员已有结对干部，请先结束原结对")
    return _("该成员上一次结对到 %(day)s 才结束") % {"day": span.ended_on.isoformat()}


def enter_pairs(found: ListTrial[Planned], batch: ImportBatch, by: Actor, progress: Progress) -> None:
    """Enter the pairs and count their years anew. Inside the transaction that judged them."""
    planned = found.planned
    check_as_we_go()
    lock_members([one.member.pk for one in planned])
    now, ids = timezone.now(), reserve_ids(Pairing, len(planned)) if planned else []
    insert_rows(
        Pairing,
        [
            {
                "id": pk,
                "office_id": one.member.office_id,
                "member_id": one.member.pk,
                "cadre_id": one.cadre,
                "started_on": one.started_on,
                "ended_on": one.ended_on,
                "end_reason": Pairing.EndReason.OTHER.value if one.ended_on else "",
                "created_by_id": by.pk,
                "created_at": now,
                "imported_on": timezone.localdate(now),
            }
            for pk, one in zip(ids, planned, strict=True)
        ],
    )
    progress(0.9)
    count_anew(batch, (one.started_on for one in planned))
    record_many(
        AuditEvent.Action.CREATE,
        label=Pairing._meta.label_lower,
        targets=[(pk, one.member.office_path) for pk, one in zip(ids, planned, strict=True)],
        by=by,
        batch=batch.pk,
    )
    note_applied(batch, found.summary, by)


def count_anew(batch: ImportBatch, days: Iterable[dt.date]) -> None:
    """The years of the office's pairs from the first of these days on. The members concerned are locked."""
    first = min(days, default=None)
    if first is not None:
        for year in years_since(first, timezone.localdate()):
            rebuild_all(year, batch.office.range)

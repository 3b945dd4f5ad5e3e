"""Random histories of pairs, written straight into the tables."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from apps.accounts.models import User
from apps.members.models import ContactPreference, Member
from apps.pairing.models import DutyEntry, DutyKind, Met, Pairing, Visit, VisitKind

FIRST, LAST = dt.date(2025, 10, 1), dt.date(2027, 2, 28)
days = st.dates(FIRST, LAST)


@dataclass(frozen=True)
class History:
    """What happened to one member. `cuts` sorted: each pair lives from one to the day before the next or to a gap."""

    cuts: list[dt.date]
    reasons: list[str]
    gap: int
    open_end: bool
    entries: list[tuple[str, dt.date]]
    visits: list[tuple[str, dt.date, bool]]
    preference: str
    preference_since: dt.date | None
    status: str
    status_since: dt.date


histories = st.builds(
    History,
    cuts=st.lists(days, min_size=2, max_size=5, unique=True).map(sorted),
    reasons=st.lists(st.sampled_from(Pairing.EndReason.values), min_size=5, max_size=5),
    gap=st.integers(0, 20),
    open_end=st.booleans(),
    entries=st.lists(st.tuples(st.sampled_from(DutyKind.values), days), max_size=12),
    visits=st.lists(st.tuples(st.sampled_from(VisitKind.values), days, st.booleans()), max_size=12),
    preference=st.sampled_from([ContactPreference.NORMAL] * 3 + ContactPreference.values),
    preference_since=st.none() | days,
    status=st.sampled_from([Member.Status.ACTIVE] * 3 + [Member.Status.WITHDRAWN, Member.Status.MOVED]),
    status_since=days,
)


def write(history: History, member: Member, cadres: list[User]) -> list[Pairing]:
    member.contact_preference = history.preference
    member.contact_preference_since = history.preference_since
    member.status, member.status_since = history.status, history.status_since
    member.save()
    pairings = _pairings(history, member, cadres)
    for number, (kind, day) in enumerate(history.entries):
        for pairing in pairings:
            if pairing.lives_on(day):
                DutyEntry.objects.create(
                    office=pairing.office,
                    pairing=pairing,
                    kind=kind,
                    done_on=day,
                    source_kind="activity",
                    source_id=number,
                )
    for kind, day, voided in history.visits:
        _visit(member, cadres, kind, day, voided)
    return pairings


def _pairings(history: History, member: Member, cadres: list[User]) -> list[Pairing]:
    pairings = []
    for index, (start, following) in enumerate(zip(history.cuts, history.cuts[1:], strict=False)):
        is_last = index == len(history.cuts) - 2
        end = max(start, following - dt.timedelta(days=1 + history.gap))
        is_open = is_last and history.open_end
        pairings.append(
            Pairing.objects.create(
                office=member.office,
                member=member,
                cadre=cadres[index % len(cadres)],
                started_on=start,
                ended_on=None if is_open else end,
                end_reason="" if is_open else history.reasons[index],
            )
        )
    return pairings


def _visit(member: Member, cadres: list[User], kind: str, day: dt.date, voided: bool) -> None:
    cadre = cadres[day.day % len(cadres)]
    void = {"voided_at": "2027-01-01T00:00Z", "voided_by": cadre, "void_reason": "重复"} if voided else {}
    visit = Visit.objects.create(
        office=member.office, cadre=cadre, entered_by=cadre, kind=kind, happened_on=day, **void
    )
    Met.objects.create(office=member.office, visit=visit, member=member)

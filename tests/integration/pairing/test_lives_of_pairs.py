"""Random lives of pairs, lived through the actions: what each write left behind equals a recount from scratch."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.actions import answer_case, open_case
from apps.casework.models import Case
from apps.core.metrics import metric
from apps.core.periods import Period, PeriodKind
from apps.core.refusals import Refusal
from apps.members.actions import set_contact_preference, withdraw_member
from apps.members.models import ContactPreference, Member
from apps.pairing.actions import (
    edit_visit,
    end_pairing,
    log_visit,
    record_entries,
    start_pairing,
    void_visit,
)
from apps.pairing.handing_over.applying import Plan, Successor, hand_over
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.models import DutyEntry, Met, Pairing, PairingPlan, Visit, VisitKind
from apps.pairing.progress import Life, Owed, compute
from apps.pairing.rebuild import Differences, rebuild_all
from apps.pairing.rules import VisitContent
from tests.cast import Tree

days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 11, 22))
kinds = st.sampled_from(VisitKind.values)
deeds = st.one_of(
    st.tuples(st.just("log"), days, kinds),
    st.tuples(st.just("log"), days, kinds),
    st.tuples(st.just("edit"), days, kinds),
    st.tuples(st.just("void"), days, kinds),
    st.tuples(st.just("hand_over"), days, kinds),
    st.tuples(st.just("cover"), days, kinds),
    st.tuples(st.just("activity"), days, kinds),
    st.tuples(st.just("ask"), days, kinds),
    st.tuples(st.just("answer"), days, kinds),
    st.tuples(st.just("less_contact"), days, kinds),
    st.tuples(st.just("withdraw"), days, kinds),
)


def do(deed: str, day: dt.date, kind: str, member: Member, cadres: list[User]) -> None:
    """One deed; a refusal is fine, as long as nothing is half-written."""
    member = Member.objects.get(pk=member.pk)
    pairs = Pairing.objects.filter(member=member).order_by("-started_on")
    # The one of that day, so that a visit during a cover is the stand-in's; else the last.
    pairing = next((pair for pair in pairs if pair.lives_on(day)), pairs[0])
    cadre = pairing.cadre
    content = VisitContent(members=(member.public_id,), kind=kind, happened_on=day)
    visit = Visit.objects.counted().filter(cadre=cadre).order_by("pk").first()
    if deed == "log":
        log_visit(
            public_id=uuid.uuid4(), content=content, by=cadre, among=Member.objects.all(), confirmed=True
        )
    elif deed == "edit" and visit:
        edit_visit(
            visit=visit,
            version=visit.version,
            content=content,
            by=cadre,
            among=Member.objects.all(),
            confirmed=True,
        )
    elif deed == "void" and visit:
        void_visit(visit=visit, version=visit.version, reason="重复", by=cadre)
    elif deed == "hand_over":
        end_pairing(pairing=pairing, ended_on=day, reason=Pairing.EndReason.HAND_OVER, by=cadre)
        follower = cadres[1 - cadres.index(cadre)]
        start_pairing(
            member=member, cadre=follower, started_on=day + dt.timedelta(days=1), by=cadre, confirmed=True
        )
    elif deed == "cover":
        away = Terms(Why.AWAY, day, day + dt.timedelta(days=20))
        follower = cadres[1 - cadres.index(cadre)]
        hand_over(Plan(away, {pairing: Successor(follower)}), by=cadre, confirmed=True)
    elif deed == "ask":
        open_case(kind="request", text="想办证", office=member.office, by=cadre, opened_on=day, member=member)
    elif deed == "answer" and (case := Case.objects.open().order_by("pk").first()):
        answer_case(case=case, answer="已办好", answered_on=day, by=cadre)
    elif deed == "activity":
        record_entries(members=[member.pk], kind="activity", on=day, source=("activity", day.toordinal()))
    elif deed == "less_contact":
        set_contact_preference(member=member, preference=ContactPreference.PHONE_ONLY, by=None)
    elif deed == "withdraw":
        withdraw_member(member=member, on=day, by=None)


def live(
    lived: list[tuple[str, dt.date, str]],
    tree: Tree,
    town_cadre: User,
    make_user: Callable[..., User],
    make_member: Callable[..., Member],
    after_each: Callable[[], None] = lambda: None,
) -> Member:
    """A member paired since New Year, with whom all of it happens; as they stand afterwards."""
    cadres = [town_cadre, make_user(f"second-{uuid.uuid4()}"[:40], RoleName.CADRE, tree.town)]
    member = make_member("钱宜")
    start_pairing(member=member, cadre=town_cadre, started_on=dt.date(2026, 1, 1), by=town_cadre)
    for deed in lived:
        try:
            with transaction.atomic():
                do(*deed, member, cadres)
        except Refusal:
            pass
        after_each()
    member.refresh_from_db()
    return member


def nothing_to_mend() -> None:
    assert rebuild_all(2026) == Differences(0, 0, 0, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lived=st.lists(deeds, max_size=14))
def test_every_write_leaves_what_a_recount_finds(
    five_duties: PairingPlan,
    tree: Tree,
    town_cadre: User,
    make_user: Callable[..., User],
    make_member: Callable[..., Member],
    lived: list[tuple[str, dt.date, str]],
) -> None:
    with transaction.atomic():
        live(lived, tree, town_cadre, make_user, make_member, after_each=nothing_to_mend)
        transaction.set_rollback(True)


TODAY = dt.date(2026, 11, 22)
YEAR = Period(PeriodKind.YEAR, 2026)
BEGUN = [YEAR, *YEAR.parts(PeriodKind.HALF), *YEAR.parts(PeriodKind.QUARTER)]
# The plan's five: kind and the periods in which one is owed.
FIVE = {
    "talk": YEAR.parts(PeriodKind.QUARTER),
    "visit": YEAR.parts(PeriodKind.HALF),
    "activity": [YEAR],
    "deed": [YEAR],
    "suggestion": [YEAR],
}


def by_hand(member: Member, period: Period) -> dict[str, tuple[int, int | None]]:
    """What guide/scoring.md says, counted day by day for one member who was somebody's pair all year or until they left.

    It reads what is written down alone: visits not voided, who met whom, entries, cases, the day the member left.
    """
    last = min(period.end, TODAY)
    visits = Visit.objects.filter(voided_at=None, pk__in=Met.objects.filter(member=member).values("visit"))
    pairs = list(Pairing.objects.filter(member=member))
    met = [
        visit.happened_on
        for visit in visits
        if any(pair.cadre_id == visit.cadre_id and pair.lives_on(visit.happened_on) for pair in pairs)
    ]
    entries = list(DutyEntry.objects.filter(pairing__member=member).values_list("kind", "done_on"))
    gone_on = member.status_since if member.status == Member.Status.WITHDRAWN else None
    left_on = min((day for day in (gone_on, member.contact_preference_since) if day), default=None)

    def met_and_due(parts: list[Period], deeds: list[dt.date]) -> tuple[int, int]:
        # Who left takes with them what is unmet.
        done = [any(part.holds(day) for day in deeds) for part in parts]
        stays = [left_on is None or left_on > part.end for part in parts]
        return sum(done), sum(one or stay for one, stay in zip(done, stays, strict=True))

    duties = [
        met_and_due(
            [part for part in parts if period.start <= part.end <= period.end],
            [day for known, day in entries if known == kind],
        )
        for kind, parts in FIVE.items()
    ]
    cases = [case for case in Case.objects.exclude(state="withdrawn") if period.start <= case.due_on <= last]
    in_time = [case for case in cases if case.answered_on and case.answered_on <= case.due_on]
    return {
        # Whoever leaves during the year while paired stays on both sides.
        "pairing.coverage": (1, 1),
        "pairing.contacted_in_quarter": met_and_due(list(period.parts(PeriodKind.QUARTER)), met),
        "duties.fulfilled": (sum(done for done, _due in duties), sum(due for _done, due in duties)),
        "visits.made": (sum(period.start <= visit.happened_on <= last for visit in visits), None),
        "cases.closed_on_time": (
            len(in_time),
            len(in_time if gone_on and gone_on <= last else cases),
        ),
    }


def counted(code: str, period: Period) -> tuple[int, int | None]:
    """The metric's own figure, added up over all offices."""
    known: Any = metric(code)
    rows = [row[2:] for row in known.figures([period], TODAY).fetch()]
    both = [sum(row[0] for row in rows), sum(row[1] or 0 for row in rows)]
    return both[0], both[1] if known.has_denominator else None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lived=st.lists(deeds, max_size=12))
def test_figures_of_a_life_are_those_counted_by_hand(
    five_duties: PairingPlan,
    tree: Tree,
    town_cadre: User,
    make_user: Callable[..., User],
    make_member: Callable[..., Member],
    lived: list[tuple[str, dt.date, str]],
) -> None:
    with transaction.atomic():
        member = live(lived, tree, town_cadre, make_user, make_member)
        for period in BEGUN:
            expected = by_hand(member, period)
            assert {code: counted(code, period) for code in expected} == expected, period
        transaction.set_rollback(True)


owed = st.builds(
    Owed,
    kind=st.sampled_from(["talk", "visit"]),
    number=st.integers(0, 3),
    per=st.sampled_from(["year", "half", "quarter"]),
)
lives = st.builds(
    lambda start, length, reason, duties, entries: Life(
        pairing=1,
        started_on=start,
        ended_on=start + dt.timedelta(days=length) if length else None,
        end_reason=reason if length else "",
        owed=tuple(duties),
        entries=tuple(entries),
        contacts=tuple(day for _kind, day in entries),
    ),
    days,
    st.none() | st.integers(1, 200),
    st.sampled_from(Pairing.EndReason.values),
    st.lists(owed, max_size=3),
    st.lists(st.tuples(st.sampled_from(["talk", "visit"]), days), max_size=8),
)


def figures(life: Life, left_on: dt.date | None) -> list[tuple[int, int]]:
    """Due and done of the duties and of the quarters."""
    year: Any = compute(2026, [life], left_on).get(1)
    if year is None:
        return [(0, 0), (0, 0)]
    return [(sum(year.due), sum(year.done)), (sum(year.quarters_due), sum(year.quarters_met))]


@given(life=lives, left_on=days)
def test_leaving_never_lowers_a_ratio(life: Life, left_on: dt.date) -> None:
    for (due, done), (due_after, done_after) in zip(figures(life, None), figures(life, left_on), strict=True):
        # What was unmet goes, what was done stays: neither falls below what it was.
        assert due_after - done_after <= due - done
        assert done_after >= done

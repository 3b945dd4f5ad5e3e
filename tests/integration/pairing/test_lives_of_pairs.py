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
from apps.pairing.models import Pairing, PairingPlan, Visit, VisitKind
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
    st.tuples(st.just("activity"), days, kinds),
    st.tuples(st.just("less_contact"), days, kinds),
    st.tuples(st.just("withdraw"), days, kinds),
)


def do(deed: str, day: dt.date, kind: str, member: Member, cadres: list[User]) -> None:
    """One deed; a refusal is fine, as long as nothing is half-written."""
    member = Member.objects.get(pk=member.pk)
    pairing = Pairing.objects.filter(member=member).order_by("-started_on").first()
    assert pairing is not None
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
    elif deed == "activity":
        record_entries(members=[member.pk], kind="activity", on=day, source=("activity", day.toordinal()))
    elif deed == "less_contact":
        set_contact_preference(member=member, preference=ContactPreference.PHONE_ONLY, by=None)
    elif deed == "withdraw":
        withdraw_member(member=member, on=day, by=None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        cadres = [town_cadre, make_user(f"second-{uuid.uuid4()}"[:40], RoleName.CADRE, tree.town)]
        member = make_member("钱宜")
        start_pairing(member=member, cadre=town_cadre, started_on=dt.date(2026, 1, 1), by=town_cadre)
        for deed in lived:
            try:
                with transaction.atomic():
                    do(*deed, member, cadres)
            except Refusal:
                pass
            assert rebuild_all(2026) == Differences(0, 0, 0, 0)
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

"""Leaving costs nobody anything (design §1): withdrawing any member lowers no figure and no score of any office.

Random histories of three members, one of whom withdraws by the real action; every scored metric before and after.
Beside it, coverage and first contact are counted again by hand in Python, from the rows.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.assessment.evidence import Figure
from apps.assessment.rules import Ladder, Ratio, State
from apps.casework.models import Case
from apps.core.metrics import Metric, all_metrics
from apps.core.periods import Period
from apps.members.actions import withdraw_member
from apps.members.going import say_gone
from apps.members.models import ContactPreference, Member
from apps.pairing.models import Met, Pairing, PairingPlan, Visit
from apps.pairing.progress import MEMBER_LEFT
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree
from tests.integration.pairing.histories import History, write

pytestmark = pytest.mark.django_db

FIRST, TODAY, YEAR_END = dt.date(2025, 10, 1), dt.date(2026, 11, 22), dt.date(2026, 12, 31)
days = st.dates(FIRST, TODAY - dt.timedelta(days=1))
PERIODS = [Period.parse(code) for code in ("2026", "2026H2", "2026Q4", "2026-11", "2026-12")]
RATIO = Ratio(Decimal(10), Decimal("0.9"))
LADDER = Ladder(Decimal(5), ((Decimal("0.95"), Decimal(5)), (Decimal("0.7"), Decimal(3))))


@dataclass(frozen=True)
class Story:
    """A member's history with the day of consent, and cases of theirs: (due, answered)."""

    history: History
    given_on: dt.date
    cases: list[tuple[dt.date, dt.date | None]]


def stories(statuses: Sequence[str]) -> st.SearchStrategy[Story]:
    history = st.builds(
        History,
        cuts=st.lists(days, min_size=2, max_size=4, unique=True).map(sorted),
        reasons=st.lists(st.sampled_from(Pairing.EndReason.values), min_size=4, max_size=4),
        gap=st.integers(0, 20),
        open_end=st.booleans(),
        entries=st.lists(st.tuples(st.sampled_from(["talk", "visit", "deed"]), days), max_size=8),
        visits=st.lists(st.tuples(st.sampled_from(["talk", "phone"]), days, st.booleans()), max_size=6),
        preference=st.sampled_from([ContactPreference.NORMAL] * 3 + ContactPreference.values),
        preference_since=st.none() | days,
        status=st.sampled_from(statuses),
        status_since=days,
    )
    case = st.tuples(days, st.none() | days)
    return st.builds(Story, history, days, st.lists(case, max_size=3))


ANY = ("active", "active", "withdrawn", "moved", "pending")


def tell(story: Story, name: str, make_member: Callable[..., Member], cadres: list[User]) -> Member:
    member = make_member(name, given_on=story.given_on)
    write(story.history, member, cadres)
    for due, answered in story.cases:
        Case.objects.create(
            kind="request",
            member=member,
            office=member.office,
            lead_office=member.office,
            state="answered" if answered else "registered",
            answered_on=answered,
            opened_on=FIRST,
            due_on=due,
            red_on=None if answered else due,
            entered_by=cadres[0],
        )
    return member


def scored_metrics() -> list[Metric]:
    return [metric for metric in all_metrics() if metric.scorable and metric.figures is not None]


def figures(tree: Tree, as_of: dt.date) -> dict[tuple[str, str], Figure]:
    """Every scored figure of 东镇, by metric and period."""
    found = {}
    for metric in scored_metrics():
        assert metric.figures is not None
        periods = [period for period in PERIODS if metric.supports(period.kind)]
        for period, office, numerator, denominator in metric.figures(periods, as_of).fetch():
            if office == tree.town.pk:
                below = None if denominator is None else Decimal(denominator)
                found[metric.code, period] = Figure(Decimal(numerator), below)
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    leaver=stories(["active"]),
    others=st.lists(stories(ANY), min_size=2, max_size=2),
    later=st.booleans(),
    how=st.sampled_from(["withdraws", "moves", "no contact"]),
)
def test_leaving_lowers_no_score(
    five_duties: PairingPlan,
    tree: Tree,
    town_cadre: User,
    neighbour: User,
    make_member: Callable[..., Member],
    leaver: Story,
    others: list[Story],
    later: bool,
    how: str,
) -> None:
    """The same holds for a member who moves away, or only wants no more contact."""
    as_of = YEAR_END if later else TODAY
    with transaction.atomic():
        cadres = [town_cadre, neighbour]
        member = tell(leaver, "甲", make_member, cadres)
        for name, story in zip("乙丙", others, strict=True):
            tell(story, name, make_member, cadres)
        rebuild_all(2026)
        before = figures(tree, as_of)
        leave(member, how, town_cadre)
        rebuild_all(2026)
        after = figures(tree, as_of)
        for place, was in before.items():
            # No row any more: nothing left to count, the item does not apply.
            now = after.get(place, Figure(Decimal(0), Decimal(0)))
            for rule in (RATIO, LADDER):
                assert_not_lower(rule, was, now, place)
        transaction.set_rollback(True)


def leave(member: Member, how: str, by: User) -> None:
    if how == "withdraws":
        withdraw_member(member=member, on=TODAY, by=None)
    elif how == "moves":
        say_gone(member=member, status=Member.Status.MOVED, on=TODAY, by=by)
    elif member.contact_preference == ContactPreference.NORMAL:
        Member.objects.filter(pk=member.pk).update(
            contact_preference=ContactPreference.NONE, contact_preference_since=TODAY
        )


def assert_not_lower(rule: Ratio | Ladder, was: Figure, now: Figure, place: tuple[str, str]) -> None:
    score = rule.score(now)
    if score.state == State.NOT_APPLICABLE:
        # Left out, and the others scaled up: never worse, unless points had been earned with it.
        assert rule.score(was).exact == 0, (place, was, now)
    else:
        assert score.exact >= rule.score(was).exact, (place, was, now)


# By hand ------------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(stories(ANY), min_size=1, max_size=3))
def test_coverage_and_first_contact_equal_counting_by_hand(
    tree: Tree,
    town_cadre: User,
    neighbour: User,
    make_member: Callable[..., Member],
    told: list[Story],
) -> None:
    with transaction.atomic():
        for number, story in enumerate(told):
            tell(story, f"成员{number}", make_member, [town_cadre, neighbour])
        counted = figures(tree, TODAY)
        for period in PERIODS[:-1]:
            for code, count in (("pairing.coverage", covered), ("pairing.first_contact_30d", first_met)):
                results = [count(member, period) for member in Member.objects.all()]
                expected = Figure(Decimal(sum(n for n, _d in results)), Decimal(sum(d for _n, d in results)))
                assert counted.get((code, period.code), Figure(Decimal(0), Decimal(0))) == expected
        transaction.set_rollback(True)


def left_on(member: Member) -> dt.date | None:
    found = []
    if member.status != Member.Status.ACTIVE:
        found.append(member.status_since)
    if member.contact_preference != ContactPreference.NORMAL:
        found.append(member.contact_preference_since or dt.date.min)
    return min(found, default=None)


def covered(member: Member, period: Period) -> tuple[int, int]:
    """(numerator, denominator) of one member, sentence by sentence as the definition says."""
    last = min(period.end, TODAY)
    left = left_on(member)
    if member.status == Member.Status.PENDING or member.consents.get().given_on > last - dt.timedelta(
        days=30
    ):
        return 0, 0
    year_start = dt.date(period.year, 1, 1)
    if left is not None and left < year_start:
        return 0, 0
    pairs = [pair for pair in Pairing.objects.filter(member=member) if pair.started_on <= last]
    lives = any(pair.ended_on is None or pair.ended_on >= last for pair in pairs)
    newest = max(pairs, key=lambda pair: pair.started_on, default=None)
    left_paired = newest is not None and newest.end_reason in MEMBER_LEFT
    if lives or (left_paired and newest.ended_on >= year_start):  # type: ignore[union-attr,operator]
        return 1, 1
    return (0, 0) if left is not None and left <= last else (0, 1)


def first_met(member: Member, period: Period) -> tuple[int, int]:
    last = min(period.end, TODAY)
    given_on = member.consents.get().given_on
    due = given_on + dt.timedelta(days=30)
    is_past_pair = Pairing.objects.filter(member=member, started_on__lt=given_on).exists()
    if member.status == Member.Status.PENDING or is_past_pair or not period.start <= due <= last:
        return 0, 0
    visits = Visit.objects.filter(pk__in=Met.objects.filter(member=member).values("visit"), voided_at=None)
    if visits.filter(happened_on__range=(given_on, due)).exists():
        return 1, 1
    left = left_on(member)
    return (0, 0) if left is not None and left <= last else (0, 1)


def test_every_metric_about_members_is_in_the_trial() -> None:
    about = {metric.code for metric in scored_metrics() if metric.about_members}
    assert about == {
        "pairing.coverage",
        "duties.fulfilled",
        "pairing.contacted_in_quarter",
        "pairing.first_contact_30d",
        "cases.closed_on_time",
        "cases.suggestions_adopted",
        "supervision.red",
    }

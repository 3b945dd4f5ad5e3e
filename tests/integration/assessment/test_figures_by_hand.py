"""Random years of an office: what activities and first contacts count, against counting by hand (guide: scoring)."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.activities.models import Activity, ActivityKind, Venue
from apps.core.periods import Period, PeriodKind
from apps.members.models import Member
from apps.offices.models import Office, OfficeKind
from tests.cast import Tree
from tests.integration.assessment.conftest import TODAY, Counted

YEAR = Period.parse("2026")
PERIODS = ("2026", "2026H1", "2026Q2", "2026-03")
days = st.dates(dt.date(2025, 12, 1), TODAY)
of_this_year = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Event:
    """An activity or meeting as it was planned and went."""

    kind: str
    planned_on: dt.date
    planned_for: dt.date
    state: str
    held_on: dt.date
    has_minutes: bool
    at_venue: bool

    def held_in(self, period: Period) -> bool:
        return self.state == "held" and period.start <= self.held_on <= min(period.end, TODAY)

    @property
    def is_meeting(self) -> bool:
        return self.kind in (ActivityKind.PLENARY, ActivityKind.TOPICAL)


events = st.builds(
    Event,
    kind=st.sampled_from(ActivityKind.values),
    planned_on=days,
    planned_for=of_this_year,
    state=st.sampled_from(["held", "held", "planned", "cancelled"]),
    held_on=days,
    has_minutes=st.booleans(),
    at_venue=st.booleans(),
)


def write(event: Event, tree: Tree, venue: Venue) -> Activity:
    return Activity.objects.create(
        office=tree.town,
        title="活动",
        kind=event.kind,
        planned_on=event.planned_on,
        planned_for=event.planned_for,
        state=event.state,
        held_on=event.held_on if event.state == "held" else None,
        has_minutes=event.has_minutes,
        venue=venue if event.at_venue else None,
    )


def activities_by_hand(happened: list[Event], period: Period) -> dict[str, tuple[int, int | None]]:
    ours = [event for event in happened if not event.is_meeting]
    return {
        "meetings.plenary": (_meetings(happened, ActivityKind.PLENARY, period), None),
        "meetings.topical": (_meetings(happened, ActivityKind.TOPICAL, period), None),
        "activities.held": (sum(event.held_in(period) for event in ours), None),
        "activities.ahead": (
            sum(event.state == "planned" and period.holds(event.planned_for) for event in ours),
            None,
        ),
    }


def _meetings(happened: list[Event], kind: str, period: Period) -> int:
    return sum(event.kind == kind and event.has_minutes and event.held_in(period) for event in happened)


def year_by_hand(happened: list[Event], opened_on: dt.date) -> dict[str, tuple[int, int | None]]:
    """The figures that a whole year has: the plan of 31 March, and the venue's four activities pro rata."""
    planned = [
        event for event in happened if not event.is_meeting and event.planned_on <= dt.date(2026, 3, 31)
    ]
    open_days = (YEAR.end - max(opened_on, YEAR.start)).days + 1
    counts = open_days >= 182
    at_venue = sum(event.at_venue and event.held_in(YEAR) for event in happened)
    return {
        "activities.plan_done": (
            sum(event.state == "held" and event.held_on <= TODAY for event in planned),
            max(len(planned), 4),
        ),
        "venues.active": (
            int(counts and at_venue >= math.ceil(4 * open_days / 365)),
            int(counts),
        ),
    }


@quick
@given(happened=st.lists(events, max_size=14), opened_on=st.dates(dt.date(2025, 6, 1), dt.date(2026, 12, 31)))
def test_figures_of_activities_are_those_counted_by_hand(
    tree: Tree, counted: Counted, happened: list[Event], opened_on: dt.date
) -> None:
    with transaction.atomic():
        venue = Venue.objects.create(office=tree.town, name="同心馆", opened_on=opened_on)
        for event in happened:
            write(event, tree, venue)
        for code, figure in year_by_hand(happened, opened_on).items():
            assert counted(code, tree.town) == figure, code
        for period in PERIODS:
            for code, figure in activities_by_hand(happened, Period.parse(period)).items():
                assert counted(code, tree.town, period) == figure, (code, period)
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Arrival:
    """A member who confirmed, when they were met, whether they had been paired before, and whether they left."""

    given_on: dt.date
    met_after: tuple[int, ...]
    paired_before: bool
    left_after: int | None


arrivals = st.builds(
    Arrival,
    given_on=st.dates(dt.date(2025, 11, 1), dt.date(2026, 11, 20)),
    met_after=st.lists(st.integers(-20, 60), max_size=3).map(tuple),
    paired_before=st.sampled_from([False, False, False, True]),
    left_after=st.none() | st.integers(1, 120),
)


def first_contacts_by_hand(arrived: list[Arrival], period: Period) -> tuple[int, int]:
    """First contacted within 30 days / the 30th day lies in the period; who left unmet leaves the denominator."""
    last = min(period.end, TODAY)
    met = owed = 0
    for one in arrived:
        due_on = one.given_on + dt.timedelta(days=30)
        if one.paired_before or not period.start <= due_on <= last:
            continue
        in_time = any(0 <= after <= 30 for after in one.met_after)
        left_on = None if one.left_after is None else one.given_on + dt.timedelta(days=one.left_after)
        met += in_time
        owed += in_time or left_on is None or left_on > last
    return met, owed


@quick
@given(arrived=st.lists(arrivals, max_size=5))
def test_first_contacts_are_those_counted_by_hand(
    tree: Tree,
    counted: Counted,
    make_member: Callable[..., Member],
    visit: Callable[..., Any],
    pair: Callable[..., Any],
    arrived: list[Arrival],
) -> None:
    with transaction.atomic():
        for number, one in enumerate(arrived):
            member = make_member(f"孙{'一二三四五'[number]}", given_on=one.given_on)
            for after in one.met_after:
                made = visit(member, "01-01")
                made.happened_on = one.given_on + dt.timedelta(days=after)
                made.save()
            if one.paired_before:
                pairing = pair(member)
                pairing.started_on = one.given_on - dt.timedelta(days=40)
                pairing.save()
            if one.left_after is not None:
                left_on = one.given_on + dt.timedelta(days=one.left_after)
                Member.objects.filter(pk=member.pk).update(status="withdrawn", status_since=left_on)
        for period in ("2026", *(month.code for month in YEAR.parts(PeriodKind.QUARTER))):
            expected = first_contacts_by_hand(arrived, Period.parse(period))
            assert counted("pairing.first_contact_30d", tree.town, period) == expected, period
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Community:
    """A community of the town: from when to when it takes part, and the publicity that reached it, by activity."""

    since: dt.date | None
    until: dt.date | None
    reached_by: frozenset[int]

    def takes_part(self, day: dt.date) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


spans = st.tuples(st.none() | days, st.none() | st.integers(0, 200))
communities = st.builds(
    lambda span, reached_by: Community(
        span[0], span[0] + dt.timedelta(days=span[1]) if span[0] and span[1] else None, reached_by
    ),
    spans,
    st.frozensets(st.integers(0, 3)),
)


def coverage_by_hand(happened: list[Event], places: list[Community], period: Period) -> tuple[int, int]:
    """Communities that take part on the last day of the period, and those of them that publicity reached in it."""
    there = [place for place in places if place.takes_part(min(period.end, TODAY))]
    told = {
        number
        for number, event in enumerate(happened)
        if event.kind == ActivityKind.PUBLICITY and event.held_in(period)
    }
    return sum(bool(place.reached_by & told) for place in there), len(there)


@settings(quick, max_examples=15)
@given(happened=st.lists(events, min_size=4, max_size=4), places=st.lists(communities, max_size=3))
def test_communities_reached_are_those_counted_by_hand(
    tree: Tree, counted: Counted, happened: list[Event], places: list[Community]
) -> None:
    with transaction.atomic():
        venue = Venue.objects.create(office=tree.town, name="同心馆", opened_on=YEAR.start)
        made = [write(event, tree, venue) for event in happened]
        for number, place in enumerate(places):
            there = Office.objects.add_child(
                Office.objects.get(pk=tree.town.pk),
                create_kwargs={
                    "code": f"99000110000{number}",
                    "name": f"第{number}社区",
                    "kind": OfficeKind.COMMUNITY,
                    "takes_part_from": place.since,
                    "takes_part_until": place.until,
                },
            )
            for event in place.reached_by:
                made[event].communities.add(there)
        for period in PERIODS:
            expected = coverage_by_hand(happened, places, Period.parse(period))
            assert counted("activities.community_coverage", tree.town, period) == expected, period
        transaction.set_rollback(True)

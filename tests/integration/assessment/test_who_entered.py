"""The last step of the drill-down: who wrote a counted record down, when, and whether its period was closed by then."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.activities.actions import Planned as PlannedActivity
from apps.activities.actions import hold_activity, plan_activity
from apps.activities.models import Venue
from apps.assessment.rollup import roll_up
from apps.casework.models import Task
from apps.core.access import SYSTEM
from apps.core.metrics import Entry, Metric, Records, all_metrics, metric
from apps.core.periods import Period
from apps.members.models import Organization
from apps.offices.models import ClosedPeriod, Office
from apps.pairing.models import DutyEntry, Pairing, Visit
from tests.cast import Tree
from tests.integration.assessment.conftest import TODAY, day
from tests.queries import count_queries

Make = Callable[..., Any]
YEAR = Period.parse("2026")
MEETINGS = ("meetings.plenary", "meetings.topical")


def listed(code: str, office: Office, *, deeds: bool = False) -> Records:
    known = metric(code)
    assert known is not None
    records = known.deeds if deeds else known.records
    assert records is not None
    return records(SYSTEM, office, YEAR, TODAY)


def entries_of(code: str, office: Office, *, deeds: bool = False) -> list[Entry]:
    """Of all records behind a figure, in the order of the list."""
    records = listed(code, office, deeds=deeds)
    assert records.entered is not None
    keys = [row[-1] for row in records.rows]
    found = records.entered(keys)
    return [entry for key in keys for entry in found.get(key, ())]


def closed_before(office: Office, at: dt.datetime) -> ClosedPeriod:
    """The first half of 2026, closed for the office at that moment."""
    half = Period.parse("2026H1")
    closed = ClosedPeriod.objects.create(
        office=office,
        period=half.code,
        starts_on=half.start,
        ends_on=half.end,
        closed_by=User.objects.earliest("pk"),
    )
    ClosedPeriod.objects.filter(pk=closed.pk).update(closed_at=at)
    return closed


@pytest.fixture
def everything(
    tree: Tree,
    pairing: Pairing,
    visit: Make,
    case: Make,
    activity: Make,
    town_cadre: User,
    city_leader: User,
    rebuilt: Make,
) -> None:
    """Something behind every metric."""
    met = visit(pairing.member, "01-20")
    for source, kind, pk in (("visit", "talk", met.pk), ("case", "deed", case("03-02", "03-01").pk)):
        DutyEntry.objects.create(
            pairing=pairing,
            office=tree.town,
            kind=kind,
            done_on=day("03-01"),
            source_kind=source,
            source_id=pk,
        )
    case(
        "03-02",
        kind="suggestion",
        adopted_on=day("03-01"),
        adopted_document="县办函〔2026〕3号",
        red_on=day("03-03"),
        yellow_on=day("03-01"),
    )
    Task.objects.create(
        office=tree.county,
        lead_office=tree.town,
        text="核实",
        assigned_on=day("01-05"),
        assigned_by=city_leader,
        due_on=day("01-10"),
        red_on=day("01-11"),
    )
    held = activity("06-01")
    DutyEntry.objects.create(
        pairing=pairing,
        office=tree.town,
        kind="activity",
        done_on=day("06-01"),
        source_kind="activity",
        source_id=held.pk,
    )
    activity("06-01", kind="publicity")
    activity(planned_for=day("12-01"))
    Venue.objects.create(office=tree.town, name="同心驿站", opened_on=day("01-01"))
    Organization.objects.create(office=tree.town, name="东镇商会", kind="chamber")
    rebuilt()


@pytest.mark.usefixtures("everything")
def test_every_metric_says_who_wrote_its_records_down(tree: Tree) -> None:
    def says_nobody(known: Metric) -> bool:
        return not entries_of(known.code, tree.city, deeds=known.deeds is not None)

    counted = [known for known in all_metrics() if known.records is not None]
    assert len(counted) > 20
    silent = {known.code for known in counted if says_nobody(known)}
    # Lists of the same functions as others that are not empty here.
    assert silent <= {"supervision.running", "cases.yellow", *MEETINGS, "duties.visit", "duties.suggestion"}


@pytest.mark.usefixtures("everything")
def test_document_lists_what_the_page_lists_without_its_keys(tree: Tree) -> None:
    seen = 0
    for known in all_metrics():
        for source in filter(None, (known.records, known.deeds)):
            records = source(SYSTEM, tree.city, YEAR, TODAY)
            assert records.cells(3) == [tuple(row[:-1]) for row in records.rows[:3]], known.code
            seen += len(records.cells(3))
    assert seen > 20


def test_document_lists_nothing_where_nothing_stands(tree: Tree) -> None:
    assert Records(("编号",)).cells(3) == []
    assert Records(("编号",), Visit.objects.none().values_list("text", "pk")).cells(3) == []
    assert listed("visits.made", tree.town).cells(3) == []


def test_visit_written_by_another_is_under_their_name(
    tree: Tree, pairing: Pairing, visit: Make, city_admin: User
) -> None:
    made = visit(pairing.member, "03-05")
    Visit.objects.filter(pk=made.pk).update(entered_by=city_admin, late_reason="年底补录")
    assert entries_of("visits.made", tree.town) == [Entry("登记", city_admin.name, made.entered_at, True)]


@pytest.mark.parametrize(("over", "is_late"), [("county", True), ("town", True), ("other_county", False)])
def test_record_is_late_after_its_period_was_closed_here_or_above(
    tree: Tree, pairing: Pairing, over: str, is_late: bool
) -> None:
    closed_before(getattr(tree, over), pairing.created_at - dt.timedelta(days=1))
    assert [entry.is_late for entry in entries_of("pairing.coverage", tree.town)] == [is_late]


def test_record_written_before_closing_or_after_reopening_is_in_time(tree: Tree, pairing: Pairing) -> None:
    closed = closed_before(tree.county, pairing.created_at + dt.timedelta(hours=1))
    assert not entries_of("pairing.coverage", tree.town)[0].is_late
    a_day = dt.timedelta(days=1)
    ClosedPeriod.objects.filter(pk=closed.pk).update(
        closed_at=pairing.created_at - a_day,
        reopened_at=pairing.created_at - a_day / 2,
        reopened_by=closed.closed_by,
    )
    assert not entries_of("pairing.coverage", tree.town)[0].is_late


def test_activity_names_who_planned_and_who_held_it(tree: Tree, town_cadre: User, county_admin: User) -> None:
    today = timezone.localdate()
    planned = PlannedActivity(title="联谊", kind="fellowship", planned_for=today)
    with pghistory.context(user=town_cadre.pk):
        made = plan_activity(office=tree.town, planned=planned, by=town_cadre)
    with pghistory.context(user=county_admin.pk):
        hold_activity(activity=made, held_on=today, came=9, has_minutes=False, by=county_admin)
    known = metric("activities.held")
    assert known is not None
    assert known.records is not None
    records = known.records(SYSTEM, tree.town, Period.parse(str(today.year)), today)
    assert records.entered is not None
    (found,) = records.entered([made.public_id]).values()
    assert [(entry.what, entry.by) for entry in found] == [
        ("列入计划", town_cadre.name),
        ("登记举办", county_admin.name),
    ]


def test_case_entered_by_its_asker_names_nobody(tree: Tree, case: Make) -> None:
    case("03-02", entered_by=None)
    assert [entry.by for entry in entries_of("cases.closed_on_time", tree.town)] == ["提出人"]


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("code", ["duties.fulfilled", "visits.made"])
def test_page_names_who_entered_and_is_flat(
    client: Client, tree: Tree, town_cadre: User, county_admin: User, pairing: Pairing, visit: Make, code: str
) -> None:
    roll_up(2026)
    client.force_login(county_admin)
    address = reverse("assessment:metric", args=[code, tree.county.code]) + "?list=deeds"
    client.get(address)
    few = count_queries(client, address)
    for number in range(2, 20):
        made = visit(pairing.member, f"02-{number:02}")
        DutyEntry.objects.create(
            pairing=pairing,
            office=tree.town,
            kind="talk",
            done_on=made.happened_on,
            source_kind="visit",
            source_id=made.pk,
        )
    assert count_queries(client, address) == few <= 15
    text = client.get(address).content.decode()
    assert f"登记 {town_cadre.name}" in text
    assert "谁在何时登记" in text

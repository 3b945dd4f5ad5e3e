"""封账: what is written after a period was closed needs a reason and is marked late."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.periods import Period
from apps.core.refusals import Conflict
from apps.offices.actions import OfficeRefused
from apps.offices.closing import closable, close_period, closing, reopen_period
from apps.offices.models import ClosedPeriod
from apps.pairing.models import Pairing, Visit
from tests.cast import Tree

MARCH = Period.parse("2026-03")


@pytest.fixture
def march(tree: Tree, county_admin: User) -> ClosedPeriod:
    return close_period(office=tree.county, period=MARCH, by=county_admin)


@pytest.fixture
def typed(pairing: Pairing) -> dict[str, Any]:
    return {
        "public_id": str(uuid.uuid4()),
        "members": [str(pairing.member.public_id)],
        "kind": "home_visit",
        "happened_on": "2026-03-31",
    }


def test_visit_of_a_closed_month_needs_a_reason(
    client: Client, town_cadre: User, typed: dict[str, Any], march: ClosedPeriod
) -> None:
    client.force_login(town_cadre)
    refused = client.post("/visits/new/", typed)
    assert refused.status_code == 422
    assert "2026年3月已封账" in refused.content.decode()
    assert 'name="late_reason"' in refused.content.decode()
    page = client.post("/visits/new/", typed | {"late_reason": "出差"}, follow=True).content.decode()
    assert "逾期" in page
    assert Visit.objects.get().late_reason == "出差"


@pytest.mark.parametrize("day", ["2026-02-28", "2026-04-01"])
def test_days_around_are_open_and_a_needless_reason_marks_nothing(
    client: Client, town_cadre: User, typed: dict[str, Any], march: ClosedPeriod, day: str
) -> None:
    client.force_login(town_cadre)
    client.post("/visits/new/", typed | {"happened_on": day, "late_reason": "出差"})
    assert not Visit.objects.get().is_late


@pytest.mark.parametrize(("before", "after"), [("2026-03-05", "2026-04-05"), ("2026-04-05", "2026-03-05")])
def test_correction_into_or_out_of_a_closed_month_needs_a_reason(
    client: Client,
    town_cadre: User,
    county_admin: User,
    tree: Tree,
    typed: dict[str, Any],
    make_visit: Callable[..., Visit],
    before: str,
    after: str,
) -> None:
    visit = make_visit(happened_on=dt.date.fromisoformat(before))
    close_period(office=tree.county, period=MARCH, by=county_admin)
    client.force_login(town_cadre)
    url = reverse("pairing:edit_visit", args=[visit.public_id])
    said = typed | {"happened_on": after, "version": 1}
    assert client.post(url, said).status_code == 422
    assert client.post(url, said | {"late_reason": "记错日期"}).status_code == 302
    visit.refresh_from_db()
    assert visit.is_late


def test_voiding_in_a_closed_month_is_marked_late(
    client: Client, town_cadre: User, county_admin: User, tree: Tree, make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit()
    close_period(office=tree.county, period=MARCH, by=county_admin)
    client.force_login(town_cadre)
    client.post(reverse("pairing:void_visit", args=[visit.public_id]), {"version": 1, "reason": "重复"})
    visit.refresh_from_db()
    assert visit.late_reason == "重复"


def test_only_what_ended_is_closed_once_and_within_reach(
    tree: Tree, county_admin: User, march: ClosedPeriod
) -> None:
    with pytest.raises(Conflict):
        close_period(office=tree.county, period=MARCH, by=county_admin)
    with pytest.raises(OfficeRefused):
        close_period(office=tree.city, period=MARCH, by=county_admin)
    now = Period.containing(timezone.localdate(), MARCH.kind)
    with pytest.raises(OfficeRefused):
        close_period(office=tree.county, period=now, by=county_admin)


def test_closed_above_is_closed_below_and_nowhere_else(tree: Tree, march: ClosedPeriod) -> None:
    today = timezone.localdate()
    days = [dt.date(2026, 3, 31)]
    assert closing(tree.town.path, days, today) == march
    assert closing(tree.far_town.path, days, today) is None
    assert closing(tree.city.path, days, today) is None


def test_reopened_takes_entries_as_before_and_can_be_closed_again(
    tree: Tree, county_admin: User, march: ClosedPeriod
) -> None:
    reopen_period(closed=march, by=county_admin)
    with pytest.raises(Conflict):
        reopen_period(closed=march, by=county_admin)
    assert closing(tree.town.path, [MARCH.start], timezone.localdate()) is None
    assert close_period(office=tree.county, period=MARCH, by=county_admin) != march


def test_this_month_asks_nothing_of_the_database(tree: Tree, march: ClosedPeriod) -> None:
    today = timezone.localdate()
    with CaptureQueriesContext(connection) as queries:
        assert closing(tree.town.path, [today.replace(day=1), today], today) is None
    assert len(queries) == 0


def test_page_closes_and_opens_again(client: Client, county_admin: User, tree: Tree) -> None:
    client.force_login(county_admin)
    url = reverse("offices:periods", args=[tree.town.code])
    offered = closable(tree.town, timezone.localdate())
    assert all(period.end < timezone.localdate() for period in offered)
    assert "已封账" in client.post(url, {"period": offered[0].code}, follow=True).content.decode()
    assert client.post(url, {"period": "2099-01"}).status_code == 422
    closed = ClosedPeriod.objects.get()
    page = client.post(reverse("offices:reopen", args=[tree.town.code, closed.public_id]), follow=True)
    assert "重新开放" in page.content.decode()
    assert ClosedPeriod.objects.get().reopened_by == county_admin

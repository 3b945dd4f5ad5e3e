"""Members and organizations through the API: the naming rule holds here too."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.members.models import Member, Organization, OrganizationKind
from tests.cast import Tree

MEMBERS = "/api/v1/members/"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True


def test_keeper_gets_names_and_no_phone(
    client: Client, county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    member = make_member(phone="13812345678")
    client.force_login(county_admin)
    answer = client.get(MEMBERS)
    assert answer.json()["results"] == [
        {
            "id": str(member.public_id),
            "record_number": member.record_number,
            "name": "钱宜",
            "office": tree.town.code,
            "categories": ["private_economy"],
            "status": "active",
            "status_since": "2026-01-01",
        }
    ]


def test_leader_above_gets_record_numbers(client: Client, city_leader: User, member: Member) -> None:
    client.force_login(city_leader)
    (row,) = client.get(MEMBERS).json()["results"]
    assert (row["record_number"], row["name"], row["categories"]) == (member.record_number, None, None)


def test_reading_one_is_written_down(client: Client, city_leader: User, member: Member) -> None:
    client.force_login(city_leader)
    assert client.get(f"{MEMBERS}{member.public_id}/").status_code == 200
    assert AuditEvent.objects.filter(action="read", target_id=str(member.pk)).count() == 1


def test_list_is_flat(client: Client, county_admin: User, make_member: Callable[..., Member]) -> None:
    client.force_login(county_admin)
    make_member()
    client.get(MEMBERS)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(MEMBERS)
        counts.append(len(queries))
        make_member("李又")
    assert counts[0] == counts[1]


def test_organizations_of_my_offices(client: Client, county_admin: User, tree: Tree) -> None:
    for office, name in ((tree.town, "东镇商会"), (tree.far_town, "南镇商会")):
        Organization.objects.create(office=office, name=name, kind=OrganizationKind.CHAMBER)
    client.force_login(county_admin)
    found = client.get("/api/v1/organizations/", {"kind": "chamber"}).json()["results"]
    assert [row["name"] for row in found] == ["东镇商会"]

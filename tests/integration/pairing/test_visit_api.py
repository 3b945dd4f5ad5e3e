"""The API of visits: written once under the client's UUID, problem documents for what must be changed."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit

URL = "/api/v1/visits/"


@pytest.fixture
def said(pairing: Pairing) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "members": [str(pairing.member.public_id)],
        "kind": "talk",
        "happened_on": "2026-03-05",
        "text": "聊了新厂房",
    }


def post(client: Client, said: dict[str, Any]) -> Any:
    return client.post(URL, said, content_type="application/json")


def test_new_visit_is_201_and_the_same_again_200(
    client: Client, town_cadre: User, said: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    answers = [post(client, said), post(client, said)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["id"] == said["id"]
    assert Visit.objects.count() == 1


def test_same_id_for_something_else_is_409(client: Client, town_cadre: User, said: dict[str, Any]) -> None:
    client.force_login(town_cadre)
    post(client, said)
    answer = post(client, {**said, "text": "另一次"})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_visit")


def test_what_breaks_a_rule_is_422_with_field_and_sentence(
    client: Client, town_cadre: User, said: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    answer = post(client, {**said, "happened_on": "2025-03-05"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "happened_on"
    assert "没有结对" in answer.json()["detail"]


def test_warning_is_passed_with_confirmed(
    client: Client, town_cadre: User, said: dict[str, Any], make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    make_visit(kind="phone")
    client.force_login(town_cadre)
    assert post(client, said).json()["code"] == "confirm"
    assert post(client, {**said, "confirmed": True}).status_code == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "x"},
        {"text": "他比较难缠"},
        {"id": "1"},
        {"members": ["somebody"]},
        {"happened_on": "soon"},
    ],
)
def test_what_cannot_be_read_is_400(
    client: Client, town_cadre: User, said: dict[str, Any], changed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    answer = post(client, {**said, **changed})
    assert answer.status_code == 400
    assert answer.json()["field"].split(".")[0] == next(iter(changed))


def test_member_of_somebody_else_is_422_and_not_named(
    client: Client, neighbour: User, said: dict[str, Any]
) -> None:
    client.force_login(neighbour)
    answer = post(client, said)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_yours")
    assert not Visit.objects.exists()


def test_leader_reads_no_name_and_no_text(
    client: Client, city_leader: User, member: Member, make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit(text="聊了新厂房")
    client.force_login(city_leader)
    assert client.get(URL).json()["results"][0]["met"] == [member.record_number]
    one = client.get(f"{URL}{visit.public_id}/").json()
    assert (one["text"], one["met"]) == (None, [member.record_number])

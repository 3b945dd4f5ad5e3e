"""What the outbox of a browser meets at the server: statuses, a token, "my people", the service worker."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from apps.pairing.views.outbox import MOST_PEOPLE, masked_name

FORM = "/visits/new/"
LATER = {"X-Outbox": "later"}


@pytest.fixture
def typed(pairing: Pairing) -> dict[str, Any]:
    return {
        "public_id": str(uuid.uuid4()),
        "members": [str(pairing.member.public_id)],
        "kind": "home_visit",
        "happened_on": "2026-03-05",
    }


def test_statuses_tell_the_sender_what_became_of_it(
    client: Client, town_cadre: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)

    def send(**said: Any) -> int:
        return client.post(FORM, typed | said, headers=LATER).status_code

    assert [send(), send()] == [201, 200]
    assert send(text="改过的话") == 409
    assert send(public_id=str(uuid.uuid4()), happened_on="2099-01-01") == 422
    assert Visit.objects.count() == 1
    assert client.get("/visits/").context["messages"]._loaded_data == []


def test_nobody_signed_in_is_sent_to_sign_in(client: Client, typed: dict[str, Any]) -> None:
    for answer in (client.post(FORM, typed, headers=LATER), client.get(reverse("pairing:outbox_token"))):
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.headers["Location"]


def test_token_is_fresh_and_says_whose_it_is(
    town_cadre: User, neighbour: User, typed: dict[str, Any]
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town_cadre)
    desk = strict.get(reverse("pairing:outbox_token")).json()
    assert desk["owner"] == town_cadre.device_key != neighbour.device_key
    assert strict.post(FORM, typed, headers=LATER).status_code == 403
    assert strict.post(FORM, typed, headers=LATER | {"X-CSRFToken": desk["token"]}).status_code == 201


def test_my_people_are_masked_and_mine(
    client: Client, town_cadre: User, neighbour: User, pairing: Pairing, make_member: Callable[..., Member]
) -> None:
    make_member("孙洱")
    client.force_login(town_cadre)
    answer = client.get(reverse("pairing:offline_people"))
    assert answer.json() == {
        "people": [{"id": str(pairing.member.public_id), "name": "钱＊", "town": "东镇"}]
    }
    assert MOST_PEOPLE == 500
    client.force_login(neighbour)
    assert client.get(reverse("pairing:offline_people")).json() == {"people": []}


@pytest.mark.parametrize(("name", "masked"), [("钱宜", "钱＊"), ("欧阳修", "欧＊＊"), ("𠮷", "𠮷")])
def test_name_is_masked_to_its_first_character(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize("page", ["pairing:offline", "pairing:outbox"])
def test_kept_pages_hold_nothing_about_anybody(
    client: Client, town_cadre: User, pairing: Pairing, page: str
) -> None:
    client.force_login(town_cadre)
    held = client.get(reverse(page)).content.decode()
    assert not any(
        word in held for word in ("钱宜", "董干", town_cadre.device_key, "csrfmiddlewaretoken", "东镇")
    )

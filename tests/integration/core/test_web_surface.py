"""What reaches the program from outside: broken text in every place, and the cookie (guide/security.md B)."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.core.characters import validate_characters
from tests.cast import PASSWORD

BROKEN = {
    "no UTF-8": b"%ff%fe%c0%af",
    "NUL": b"%00",
    "half a surrogate": b"%ed%a0%80",
    "too long": b"a" * 10_000,
    "percent alone": b"%",
    "other alphabet": b"%u5f20",
    "override": b"%e2%80%ae",
}


@pytest.fixture
def signed_in(client: Client, city_admin: User) -> Client:
    client.force_login(city_admin)
    client.raise_request_exception = False
    return client


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: Client, town_cadre: User, settings: Settings
) -> None:
    settings.DEMO = True  # signs in without the second factor
    answer = client.post("/accounts/login/", {"login": town_cadre.username, "password": PASSWORD})
    (cookie,) = (one for name, one in answer.cookies.items() if "session" in name)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_broken_text_is_no_crash(signed_in: Client, broken: bytes) -> None:
    text = broken.decode()
    codes = {}
    for page in ("members:list", "organizations:list", "offices:offices", "casework:cases"):
        codes[page] = signed_in.get(f"{reverse(page)}?q={text}&page={text}&cursor={text}").status_code
    for page in ("members:new", "offices:words", "set_language"):
        body = b"name=" + broken + b"&word=" + broken + b"&language=" + broken
        answer = signed_in.post(reverse(page), body, content_type="application/x-www-form-urlencoded")
        codes[page] = answer.status_code
    codes["path"] = signed_in.get(f"/members/{text}/").status_code
    codes["API"] = signed_in.post(
        "/api/v1/members/", b'{"name": "' + broken + b'\xff\\ud800"}', content_type="application/json"
    ).status_code
    assert {page: code for page, code in codes.items() if code >= 500} == {}


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202e", "\x1b[2J"])
def test_broken_text_is_refused_by_every_text_field(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_characters(f"甲{text}乙")

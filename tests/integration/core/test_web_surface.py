"""What reaches the program from outside: every kind of answer, broken text, and code typed as text (guide/security.md B)."""

import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.core.characters import validate_characters
from tests.cast import PASSWORD

# A page, a redirect, what is not there, a method not answered, a page refused, the API, and a file of the design.
KINDS = {
    "/": 302,
    "/offices/words/": 200,
    "/members": 301,
    "/no-such-page/": 404,
    "/accounts/logout/": 405,
    "/members/not-an-id/": 404,
    "/api/v1/offices/": 200,
    "/livez": 200,
}
CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
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


def test_every_kind_of_answer_carries_the_careful_headers(signed_in: Client) -> None:
    answers = {url: signed_in.get(url) for url in KINDS}
    lacking = [
        (url, answer.status_code, name)
        for url, answer in answers.items()
        for name, value in (*CAREFUL.items(), ("Cache-Control", "no-store"))
        if value not in answer.headers.get(name, "")
    ]
    assert lacking == []
    assert {url: answer.status_code for url, answer in answers.items()} == KINDS
    assert all("default-src 'none'" in one.headers["Content-Security-Policy"] for one in answers.values())


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


# Where a form may send the reader afterwards: never to another site (B5).
ELSEWHERE = (
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    " https://evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://ｅvil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "/%0d%0aLocation: https://evil.example/",
    "/\r\nSet-Cookie: a=b",
)


def is_ours(address: str) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are not there."""
    read = urlsplit(re.sub(r"[\t\r\n]", "", address.strip()).replace("\\", "/"))
    return (
        not read.scheme and not read.netloc and read.path.startswith("/") and not read.path.startswith("//")
    )


@pytest.fixture
def quick_user(town_cadre: User, settings: Settings) -> User:
    """Signs in with a password twenty times and more: argon2 is slow by design."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    town_cadre.set_password(PASSWORD)
    town_cadre.save()
    return town_cadre


def leads_away(client: Client, user: User, name: str, elsewhere: str) -> list[str]:
    """Where the open forms send somebody who came with this address, as far as it is not ours."""
    asked = f"?{urlencode({name: elsewhere})}"
    typed = {"login": user.username, "password": PASSWORD, name: elsewhere}
    answers = [
        client.post(f"{reverse('set_language')}{asked}", {"language": "en", name: elsewhere}),
        client.post(f"{reverse('account_login')}{asked}", typed),
        client.post(f"{reverse('account_logout')}{asked}", {name: elsewhere}),
    ]
    led = [answer.headers["Location"] for answer in answers if "Location" in answer.headers]
    return [address for address in led if not is_ours(address)]


def test_nobody_is_led_away(client: Client, quick_user: User) -> None:
    led = {elsewhere: leads_away(client, quick_user, "next", elsewhere) for elsewhere in ELSEWHERE}
    led |= {
        name: leads_away(client, quick_user, name, "//evil.example/")
        for name in ("redirect", "back", "url", "return_to", "continue")
    }
    assert {elsewhere: where for elsewhere, where in led.items() if where} == {}


def test_language_form_leads_back_to_our_own_page(client: Client, db: None) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/?a=b"})
    assert answer.headers["Location"] == "/accounts/login/?a=b"


def test_host_of_somebody_else_is_refused(client: Client, db: None) -> None:
    assert client.get("/livez", headers={"host": "evil.example"}).status_code == 400


def test_static_files_carry_the_careful_headers(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "app.0123456789ab.css").write_text("p{}")
    answer = client.get("/static/app.0123456789ab.css")
    assert b"".join(answer) == b"p{}"
    assert {name: answer.headers.get(name) for name in CAREFUL} == CAREFUL

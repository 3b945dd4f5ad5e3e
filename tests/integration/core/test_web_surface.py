"""What reaches the program from outside: every kind of answer, broken text, and code typed as text (guide/security.md B)."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.casework.actions import open_case
from apps.core.characters import validate_characters
from apps.members.models import Member, Organization
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
SCRIPT = "alert(1)"
HEADS = ("", '"', "'", ">", '">', "'>", "</title>", "</textarea>", "-->", "{{7*7}}", "${7*7}", "]]>")
BODIES = (
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f"<svg/onload={SCRIPT}>",
    f'<a href="javascript:{SCRIPT}">x</a>',
    f"<iframe srcdoc='<script>{SCRIPT}</script>'>",
)
PAYLOADS = [head + body for head in HEADS for body in BODIES]


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


def test_code_typed_as_text_is_shown_as_text(client: Client, town_cadre: User, member: Member) -> None:
    assert len(set(PAYLOADS)) == 60
    client.force_login(town_cadre)
    Organization.objects.bulk_create(
        Organization(name=typed, kind="chamber", office=member.office, office_path=member.office.path)
        for typed in PAYLOADS
    )
    case = open_case(
        kind="suggestion",
        text=" ".join(PAYLOADS[:5]),
        office=member.office,
        by=town_cadre,
        opened_on=timezone.localdate(),
        member=member,
    )
    pages = {
        "list": client.get(f"{reverse('organizations:list')}?per_page=100").text,
        "cases": client.get(reverse("casework:cases")).text,
        "case": client.get(reverse("casework:case", args=[case.public_id])).text,
        "member": client.get(reverse("members:detail", args=[member.public_id])).text,
    }
    raw = [(name, body) for name, page in pages.items() for body in BODIES if body in page]
    assert raw == []
    assert escape(PAYLOADS[0]) in pages["case"]
    assert any(escape(typed) in pages["list"] for typed in PAYLOADS)

"""Code typed as text stays text, on every page (guide B3): planted once in every text column, every page read once."""

from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.roles import ROLES, RoleName
from apps.core.routes import Route, every_route
from apps.members.models import Member
from apps.members.ownfile.access import open_session
from tests.guards.payloads import PAYLOADS, plant_everywhere, raw, shown
from tests.guards.world import Cast, Page, known_pages

# The first of them that may open a page reads it.
READERS = [RoleName.OFFICE_ADMIN, RoleName.CADRE, RoleName.LEADER, *RoleName]


def _addresses(cast: Cast) -> list[tuple[Route, str]]:
    found = []
    for route in every_route():
        known = known_pages().get(route.name, Page())
        if "GET" in route.methods and not (route.arguments and not known.kwargs):
            kwargs = known.kwargs(cast) if known.kwargs else {}
            found.append((route, reverse(route.name, kwargs=kwargs)))
    return found


def _enter(client: Client, route: Route, cast: Cast) -> None:
    client.cookies.clear()
    if route.is_for_members:
        answer = HttpResponse()
        open_session(RequestFactory().get("/"), answer, Member.objects.get(pk=cast.member.pk))
        client.cookies.load(answer.cookies.output(header="", attrs=[]))
        return
    wanted = route.permission("GET")
    reader = next((cast.owners[role] for role in READERS if wanted in ROLES[role].permissions), None)
    if reader:
        client.force_login(reader)


def _text(answer: Any) -> str:
    if answer.streaming:
        b"".join(answer)  # to its end, which closes the file
        return ""
    return answer.text if answer.headers.get("Content-Type", "").startswith("text/html") else ""


def test_code_typed_as_text_is_text_on_every_page(cast: Cast) -> None:
    assert len(set(PAYLOADS)) == 60
    addresses = _addresses(cast)
    assert plant_everywhere() > 100
    client = Client(raise_request_exception=False)
    wrong, with_text = {}, 0
    for route, address in addresses:
        cache.clear()  # where allauth counts how often a page was asked for
        _enter(client, route, cast)
        answer = client.get(address)
        page = _text(answer)
        with_text += shown(page)
        if raw(page) or answer.status_code >= 500:
            wrong[route.name] = raw(page) or answer.status_code
    assert wrong == {}
    assert with_text > 40

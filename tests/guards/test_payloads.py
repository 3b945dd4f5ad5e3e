"""Code typed as text stays text, on every page (guide B3): planted once in every text column, every page read once."""

from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.core.routes import Route, every_route
from tests.guards.entering import enter
from tests.guards.payloads import PAYLOADS, plant_everywhere, raw, shown
from tests.guards.world import Cast, Page, known_pages


def _addresses(cast: Cast) -> list[tuple[Route, str]]:
    found = []
    for route in every_route():
        known = known_pages().get(route.name, Page())
        if "GET" in route.methods and not (route.arguments and not known.kwargs):
            kwargs = known.kwargs(cast) if known.kwargs else {}
            found.append((route, reverse(route.name, kwargs=kwargs)))
    return found


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
        enter(client, route, cast)
        answer = client.get(address)
        page = _text(answer)
        with_text += shown(page)
        if raw(page) or answer.status_code >= 500:
            wrong[route.name] = raw(page) or answer.status_code
    assert wrong == {}
    assert with_text > 40

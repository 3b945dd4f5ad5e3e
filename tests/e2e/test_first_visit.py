"""What the first opening of the visit form costs on a poor network (performance guide G11: 80 KB, aim 55)."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import BrowserContext, Response

from tests.e2e.conftest import HAND, SignIn
from tests.guards.world import Cast

MOST_BYTES = 80_000
# Headers of a request and its answer over HTTP/1.1, about.
HEADERS = 700


def _on_the_wire(response: Response) -> int:
    """Bytes with the gzip that whitenoise and Django's middleware give; the test server sends files unpacked."""
    return len(gzip.compress(response.body(), 9)) + HEADERS


def test_first_visit_of_the_visit_form_is_small(
    open_context: Callable[..., BrowserContext], cast: Cast, sign_in: SignIn
) -> None:
    page = open_context(viewport=HAND, is_mobile=True, has_touch=True).new_page()
    sign_in(page, cast.cadre)
    sizes: dict[str, int] = {}
    page.on("response", lambda got: sizes.update({urlsplit(got.url).path: _on_the_wire(got)}))
    page.goto(reverse("pairing:log_visit"), wait_until="networkidle")
    assert page.get_by_role("heading", level=1).is_visible()
    assert {"/static/app.css", "/static/app.js"} <= set(sizes)
    assert "/static/charts.js" not in sizes
    assert sum(sizes.values()) < MOST_BYTES, sizes

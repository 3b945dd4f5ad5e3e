"""A real browser against the running program: the system's Chromium, driven by Playwright.

Without Chromium the tests here are skipped with one line; `REQUIRE_BROWSER=1` (CI) makes that a failure.
Every page is watched: an error on the console, a refused inline script or a failed request fails the test.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.members.models import Member
from apps.members.ownfile.access import open_session
from scripts.chromium import FLAGS, chromium
from tests.guards.conftest import cast

__all__ = ["cast"]

DESK: ViewportSize = {"width": 1440, "height": 900}
HAND: ViewportSize = {"width": 390, "height": 844}
SignIn = Callable[[Page, User], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, but there is no Chromium here")
    if path is None:
        pytest.skip("no Chromium here: browser tests are skipped (apt-get install chromium fonts-noto-cjk)")
    if not (django_settings.BASE_DIR / "static" / "dist" / "app.css").exists():
        pytest.fail("the styles are not built: npm run build")
    # Playwright's loop runs in this thread; Django would take every query for one inside a coroutine.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def trouble() -> Iterator[list[str]]:
    """What went wrong in any page of the test. Remove from it what the test meant to happen."""
    seen: list[str] = []
    yield seen
    assert seen == []


@pytest.fixture
def server(live_server: LiveServer, settings: pytest.FixtureRequest) -> LiveServer:
    """The program with its built styles, under plain names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": plain}  # type: ignore[attr-defined]
    settings.STATICFILES_DIRS = [django_settings.BASE_DIR / "static" / "dist"]  # type: ignore[attr-defined]
    return live_server


def watch(page: Page, trouble: list[str]) -> None:
    """Puts down what a visitor with open developer tools would see in red.

    What is no page of ours, as a file shown by the browser, cannot say where the icon is.
    """

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.location["url"].endswith("/favicon.ico"):
            trouble.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: trouble.append(str(error)))


@pytest.fixture
def open_context(browser: Browser, server: LiveServer) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (profiles) that are closed after the test."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=server.url, locale="zh-CN", **options)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_context: Callable[..., BrowserContext], trouble: list[str]) -> Page:
    """A page on a desk, 1440 px wide."""
    page = open_context(viewport=DESK).new_page()
    watch(page, trouble)
    return page


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext], trouble: list[str]) -> Page:
    """A page in the hand, 390 px wide, touched and not clicked."""
    page = open_context(viewport=HAND, is_mobile=True, has_touch=True).new_page()
    watch(page, trouble)
    return page


@pytest.fixture
def sign_in(server: LiveServer) -> SignIn:
    """Signs a user in without the form: the session cookie goes straight into the browser."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])

    return enter


def enter_own_file(page: Page, member: Member) -> None:
    """Opens the member's own session without a letter; the cookie goes straight into the browser."""
    answer = HttpResponse()
    open_session(RequestFactory().get("/"), answer, member)
    (cookie,) = answer.cookies.values()
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )

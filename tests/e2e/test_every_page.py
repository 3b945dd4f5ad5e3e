"""Every page that a role may open, on a desk and in the hand: accessible, narrow enough, Chinese, nothing refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page, Response
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import ROLES, RoleName
from apps.core.routes import Route, every_route
from apps.members.models import Member
from tests.e2e.conftest import DESK, HAND, SignIn, enter_own_file
from tests.e2e.findings import accessibility, foreign_words, overflow, small_targets
from tests.guards.world import Cast, known_pages
from tests.guards.world import Page as Known

# Tried in this order: the first role that may open a page looks at it.
ROLE_ORDER = [RoleName.CADRE, RoleName.OFFICE_ADMIN, RoleName.LEADER, RoleName.SECURITY_ADMIN, *RoleName]


def _viewer(route: Route, cast: Cast) -> User | None:
    """Who looks at the page; nobody needs to be signed in for an open one."""
    wanted = route.permission("GET")
    return next((cast.owners[role] for role in ROLE_ORDER if wanted in ROLES[role].permissions), None)


def _addresses(cast: Cast) -> Iterator[tuple[str, User | Member | None]]:
    for route in every_route():
        known = known_pages().get(route.name, Known())
        if route.is_api or "GET" not in route.methods or (route.arguments and not known.kwargs):
            continue
        kwargs = known.kwargs(cast) if known.kwargs else {}
        yield (
            reverse(route.name, kwargs=kwargs),
            cast.member if route.is_for_members else _viewer(route, cast),
        )


def _open(page: Page, address: str, viewer: User | Member | None, sign_in: SignIn) -> Response | None:
    """The page, or None where the address gives a file or leads elsewhere."""
    page.context.clear_cookies()
    if isinstance(viewer, Member):
        enter_own_file(page, viewer)
    elif viewer:
        sign_in(page, viewer)
    try:
        answer = page.goto(address, wait_until="load")
    except Error as refused:
        if "Download is starting" in refused.message or "ERR_ABORTED" in refused.message:
            return None
        raise
    assert answer
    if answer.request.redirected_from or answer.status != 200:
        return None
    return answer if "text/html" in answer.headers.get("content-type", "") else None


@pytest.fixture
def addresses(cast: Cast, server: LiveServer) -> list[tuple[str, User | Member | None]]:
    cache.clear()  # where allauth counts how often a page was asked for
    return list(_addresses(cast))


def _findings(page: Page, trouble: list[str]) -> list[str]:
    """What is wrong on a desk, then what a window as narrow as a phone adds; the page is loaded and weighed by axe once."""
    on_a_desk = [*trouble, *accessibility(page), *overflow(page), *foreign_words(page)]
    page.set_viewport_size(HAND)
    in_the_hand = [*overflow(page), *small_targets(page)]
    page.set_viewport_size(DESK)
    trouble.clear()  # what axe itself caused
    return [*on_a_desk, *(f"390 px: {found}" for found in in_the_hand)]


def _fail_with(findings: dict[str, list[str]]) -> None:
    """All findings of all pages at once, one to a line."""
    lines = [f"{address}  {found}" for address, all_of_it in findings.items() for found in all_of_it]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


# So many tests share the pages: a single one would keep a worker longer than all others need for the rest.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(
    page: Page,
    addresses: list[tuple[str, User | Member | None]],
    sign_in: SignIn,
    trouble: list[str],
    part: int,
) -> None:
    findings = {}
    size = len(addresses) // PARTS + 1
    for address, viewer in addresses[part * size : (part + 1) * size]:
        trouble.clear()
        if _open(page, address, viewer, sign_in):
            findings[address] = _findings(page, trouble)
    assert len(findings) >= 100 // PARTS
    _fail_with(findings)


def test_missing_page_says_what_to_do(page: Page, trouble: list[str], cast: Cast, sign_in: SignIn) -> None:
    sign_in(page, cast.cadre)
    answer = page.goto("/no-such-page/")
    assert answer
    assert answer.status == 404
    assert page.get_by_role("heading", name="找不到这个页面或记录").is_visible()
    assert page.get_by_text("请求编号").is_visible()
    trouble.clear()  # the browser reports the 404 itself
    assert accessibility(page) == []


def test_first_key_reaches_the_skip_link(page: Page, cast: Cast, sign_in: SignIn) -> None:
    sign_in(page, cast.cadre)
    page.goto(reverse("account_change_password"))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_navigation_opens_in_the_hand_without_scripts(
    open_context: Callable[..., BrowserContext], cast: Cast, sign_in: SignIn
) -> None:
    context = open_context(viewport=HAND, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, cast.cadre)
    page.goto(reverse("account_change_password"))
    assert not page.locator("#site-nav").is_visible()
    page.get_by_role("link", name="全部").click()
    assert page.locator("#site-nav").is_visible()
    page.get_by_role("link", name="关闭导航").click()
    assert not page.locator("#site-nav").is_visible()


def test_large_text_is_remembered(page: Page, cast: Cast, sign_in: SignIn) -> None:
    sign_in(page, cast.cadre)
    page.goto(reverse("account_change_password"))
    page.locator("summary", has_text="设置").click()
    page.get_by_role("button", name="大字号").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.text") == "large"
    assert page.evaluate("getComputedStyle(document.body).fontSize").startswith("18")


def test_language_is_switched_and_back(page: Page, cast: Cast, sign_in: SignIn) -> None:
    sign_in(page, cast.cadre)
    page.goto(reverse("account_change_password"))
    for language, code in (("English", "en"), ("简体中文", "zh-Hans")):
        page.locator("summary").first.click()
        with page.expect_navigation():
            page.get_by_role("button", name=language).click()
        assert page.evaluate("document.documentElement.lang") == code


def test_settings_name_no_inline_code() -> None:
    policy: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert not any("unsafe" in str(source) for sources in policy.values() for source in sources)
    assert policy["default-src"] == ["'none'"]

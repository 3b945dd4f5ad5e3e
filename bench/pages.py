"""G8: every page that a demo account can open: how many queries, and how long they take."""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from apps.accounts.models import User
from apps.dashboard.demo.people import ACCOUNTS
from bench.browser import Answer, Browser, Unexpected
from bench.measuring import Figure, Kind, Settings

LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')
# Two addresses of each page: the second shows whether it was the first one's luck.
ADDRESSES = 2
# Nothing to look at, or the end of the session.
NOT_FOLLOWED = {"account_logout", "livez", "readyz"}


@dataclass
class Asked:
    """What one request asked of the database. Transactions' own words do not count."""

    queries: int = 0
    seconds: float = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                self.queries += 1
                self.seconds += time.perf_counter() - begun


@dataclass
class Page:
    """A view, and the dearest of its addresses that were looked at."""

    name: str
    account: str
    queries: int = 0
    milliseconds: float = 0
    # Queries that 100 rows cost more than 20.
    grows: int = 0
    seen: set[str] = field(default_factory=set)

    def note(self, account: str, asked: Asked) -> None:
        self.milliseconds = max(self.milliseconds, asked.seconds * 1000)
        if asked.queries > self.queries:
            self.queries, self.account = asked.queries, account


def measure(settings: Settings) -> list[Figure]:
    """The most queries of any page, and whether any page asks more for more rows."""
    pages = list(every_page())
    dearest = max(pages, key=lambda page: page.queries)
    slowest = max(pages, key=lambda page: page.milliseconds)
    growing = max(pages, key=lambda page: page.grows)
    told = f"{dearest.name} as {dearest.account}; slowest SQL {slowest.milliseconds:.0f} ms: {slowest.name}"
    return [
        Figure("G8", f"queries of a page, {len(pages)} pages", Kind.AT_MOST, dearest.queries, 15, 10, told, "—", details=_table(pages)),
        Figure("G8", "queries more for 100 rows than for 20", Kind.AT_MOST, growing.grows, 0, 0, growing.name if growing.grows else "flat", "—"),
    ]  # fmt: skip


def _table(pages: list[Page]) -> tuple[str, ...]:
    lines = ["| page | dearest for | queries | SQL ms |", "|---|---|---:|---:|"]
    for page in sorted(pages, key=lambda page: (-page.queries, page.name)):
        lines.append(f"| {page.name} | {page.account} | {page.queries} | {page.milliseconds:.1f} |")
    return tuple(lines)


def every_page() -> Iterator[Page]:
    """As every demo account: the pages without an argument, and what their links lead to. Raises Unexpected on a 500."""
    pages: dict[str, Page] = {}
    for account in ACCOUNTS:
        _walk(account.username, pages)
    yield from pages.values()


def _walk(username: str, pages: dict[str, Page]) -> None:
    browser = Browser(User.objects.get(username=username))
    known = set(_plain_addresses(get_resolver().url_patterns))
    to_see = deque(sorted(known))
    visited: dict[str, int] = {}
    while to_see:
        address = to_see.popleft()
        name = _view_name(address)
        if name is None or name in NOT_FOLLOWED or visited.get(name, 0) >= ADDRESSES:
            continue
        visited[name] = visited.get(name, 0) + 1
        answer, asked = _look(browser, address)
        if answer.status >= 500:
            raise Unexpected(f"{username} gets {answer.status} at {address}")
        for link in _links(answer):
            if link not in known:
                known.add(link)
                to_see.append(link)
        if answer.status == 200 and _is_page(answer):
            page = pages.setdefault(name, Page(name, username))
            page.note(username, asked)
            page.grows = max(page.grows, _growth(browser, address, answer))


def _plain_addresses(patterns: list[Any], above: str = "/") -> Iterator[str]:
    """The addresses of all views that need nothing filled in."""
    for pattern in patterns:
        address = above + str(pattern.pattern)
        if address.startswith("/api/"):
            continue  # programs page by cursor; the pages are for people
        if isinstance(pattern, URLResolver):
            yield from _plain_addresses(pattern.url_patterns, address)
        elif not re.search(r"[<^$(]", address):
            yield address


def _view_name(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def _look(browser: Browser, address: str) -> tuple[Answer, Asked]:
    """Once to warm up, twice to count: the session is written once a minute, in whichever request that falls."""
    browser.get(address)
    looks = []
    for _again in range(2):
        with _watched() as asked:
            answer = browser.get(address)
        looks.append(asked)
    return answer, min(looks, key=lambda look: look.queries)


@contextmanager
def _watched() -> Iterator[Asked]:
    asked = Asked()
    with connection.execute_wrapper(asked):
        yield asked


def _links(answer: Answer) -> list[str]:
    if location := answer.headers.get("location"):
        return [location]
    return [unescape(link) for link in LINK.findall(answer.text)] if _is_page(answer) else []


def _is_page(answer: Answer) -> bool:
    """Not a template workbook, a file or a calendar, which addresses without an argument give too."""
    return answer.headers.get("content-type", "").startswith("text/html")


def _growth(browser: Browser, address: str, answer: Answer) -> int:
    """For a page with a pager: the queries that its longest page asks more than its shortest."""
    if "size=100" not in answer.text:
        return 0
    path = urlsplit(address).path
    few, many = (_look(browser, f"{path}?size={size}")[1].queries for size in (20, 100))
    return many - few

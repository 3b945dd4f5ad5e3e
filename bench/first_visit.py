"""G11: what a phone fetches when it opens the visit form for the first time, in compressed bytes."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.urls import reverse
from django.utils import timezone

from bench.browser import Answer, Browser, expect
from bench.cast import busy_cadres
from bench.measuring import Figure, Kind, Settings

ENCODINGS = "gzip, deflate, br"
# What a browser fetches by itself: style sheets, scripts, pictures, the manifest; a sprite once for all its symbols.
IN_PAGE = re.compile(r'<(?:link|script|img|use|source)\b[^>]*?(?:href|src|xlink:href)="([^"]+)"')
IN_STYLES = re.compile(r"""url\(\s*['"]?([^'")]+)""")
# A script's own imports.
IN_SCRIPTS = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{0,2}/[^"']+)["']""")


def measure(settings: Settings) -> list[Figure]:
    """The page itself and everything that it names, headers included."""
    cadre = next(iter(busy_cadres(timezone.localdate(), 1)))
    browser = Browser(cadre, HTTP_ACCEPT_ENCODING=ENCODINGS)
    address = reverse("pairing:log_visit")
    plain = Browser(cadre).get(address)
    sizes = {address: _size(expect(browser.get(address), 200))}
    to_fetch = _named(IN_PAGE, expect(plain, 200), address)
    while to_fetch:
        found = to_fetch.pop()
        if found in sizes:
            continue
        sizes[found] = _size(expect(browser.get(found), 200))
        text = Browser().get(found)
        kind = text.headers.get("content-type", "")
        if "css" in kind or "javascript" in kind:
            to_fetch += _named(IN_STYLES if "css" in kind else IN_SCRIPTS, text, found)
    total = sum(sizes.values()) / 1024
    told = f"{len(sizes)} requests"
    details = tuple(
        f"- {name}: {size / 1024:.1f} KB" for name, size in sorted(sizes.items(), key=lambda s: -s[1])
    )
    return [
        Figure(
            "G11",
            "first visit of the visit form",
            Kind.AT_MOST,
            round(total, 1),
            80,
            55,
            told,
            "—",
            "KB",
            details,
        )
    ]


def _named(pattern: re.Pattern[str], answer: Answer, base: str) -> list[str]:
    """Addresses of our own that the answer names, without fragments."""
    found = (unescape(name) for name in pattern.findall(answer.text))
    ours = (
        urljoin(base, name.partition("#")[0])
        for name in found
        if name and not name.startswith(("#", "data:"))
    )
    return [address for address in ours if not urlsplit(address).netloc and address.startswith("/static/")]


def _size(answer: Answer) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return len(answer.body) + headers

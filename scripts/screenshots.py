"""The pictures in the README, taken from a running demo: `make run` in one window, `make screenshots` in another.

`make screenshots ARGS="--url http://127.0.0.1:8010"` for another port. Signs in with the demo's accounts, one
click each, and writes small WebP files into docs/screenshots.
"""

import argparse
import base64
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.chromium import FLAGS, chromium

QUALITY = 82
# Charts unfold in 0.3 s.
SETTLED = 1200
WIDTHS = {1440: 900, 390: 844}


class Shot(NamedTuple):
    """One page in one width: file name, who looks, address; `click` opens a link on it first."""

    name: str
    account: str
    address: str
    width: int
    click: str = ""


SHOTS = [
    Shot("sign-in", "", "/accounts/login/", 1440),
    Shot("dashboard", "leader", "/dashboard/", 1440),
    Shot("dashboard", "leader", "/dashboard/", 390),
    Shot("county", "county_leader", "/dashboard/", 1440),
    Shot("town", "cadre", "/dashboard/", 1440),
    Shot("readiness", "county_admin", "/dashboard/readiness/", 1440),
    Shot("my-year", "cadre", "/my-year/", 1440),
    Shot("my-year", "cadre", "/my-year/", 390),
    Shot("metric", "leader", "/dashboard/", 1440, "“五个一”完成率"),
    Shot("my-pairs", "cadre", "/mine/", 1440),
    Shot("my-pairs", "cadre", "/mine/", 390),
    Shot("visit-form", "cadre", "/visits/new/", 1440),
    Shot("visit-form", "cadre", "/visits/new/", 390),
    Shot("members", "county_admin", "/members/", 1440),
    Shot("reports", "admin", "/reports/", 1440),
    Shot("score", "county_admin", "/assessment/schemes/TX-2026/results/", 1440, "黄桥镇"),
]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium for the time of the block."""
    path = chromium()
    if path is None:
        sys.exit("No Chromium here (apt-get install chromium fonts-noto-cjk), or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def signed_in(browser: Browser, url: str, shot: Shot) -> BrowserContext:
    """A profile in which the shot's account has signed in through its button on the demo's sign-in page."""
    in_hand = shot.width < 640
    context = browser.new_context(
        base_url=url,
        locale="zh-CN",
        viewport={"width": shot.width, "height": WIDTHS[shot.width]},
        is_mobile=in_hand,
        has_touch=in_hand,
        device_scale_factor=2 if in_hand else 1,
    )
    if shot.account:
        page = context.new_page()
        page.goto("/accounts/login/")
        form = page.locator("form", has=page.locator(f'input[name=login][value="{shot.account}"]'))
        with page.expect_navigation():
            form.get_by_role("button").click()
        page.close()
    return context


def take(context: BrowserContext, shot: Shot) -> bytes:
    """The first screen of the page, as WebP."""
    page: Page = context.new_page()
    answer = page.goto(shot.address, wait_until="networkidle")
    if answer is None or not answer.ok:
        sys.exit(f"{shot.address} gave no page for {shot.account or 'a visitor'}: is this a demo?")
    if shot.click:
        page.get_by_role("link", name=shot.click, exact=True).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED)
    picture = context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    return base64.b64decode(picture["data"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with browser() as chrome:
        for shot in SHOTS:
            context = signed_in(chrome, options.url, shot)
            path = options.out / f"{shot.name}-{shot.width}.webp"
            path.write_bytes(take(context, shot))
            context.close()
            print(f"{path}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()

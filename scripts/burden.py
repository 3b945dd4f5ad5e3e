"""What an entry costs a cadre, measured in a browser against a running demo; writes docs/burden.md.

`make run` in one window, `make burden` in another (`ARGS="--url http://127.0.0.1:8010"` for another port). A thumb is
played at the pace of a person: it looks before each field, reaches, and types character by character. Fields, touches,
characters and seconds are what the browser saw and the clock showed, from the first look at the page before to the saved visit.
The test (`tests/e2e/test_burden.py`) makes the same walks without a pace and fails where they touch too much.
"""

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from scripts.screenshots import Shot, browser, signed_in

MOST_FIELDS, MOST_SECONDS = 4, 30
# Twelve characters: one line.
LINE = "聊了新厂房和用工的事情。"

_COUNT = """
window.burden = {touches: 0, fields: [], characters: 0};
addEventListener("pointerdown", (event) => { if (event.isTrusted) burden.touches += 1; }, true);
addEventListener("input", (event) => {
  if (!burden.fields.includes(event.target.name)) burden.fields.push(event.target.name);
  if (event.inputType) burden.characters += 1;
}, true);
"""


class Pace(NamedTuple):
    """Seconds: before each field or button to see what is wanted, to reach it, for a Chinese character, for a digit."""

    look: float = 0
    reach: float = 0
    character: float = 0
    digit: float = 0


# Keystroke-level model (Card, Moran, Newell): M = 1.35, P + K = 1.3; a character by pinyin on a phone: our estimate.
PERSON = Pace(look=1.35, reach=1.3, character=0.8, digit=0.3)


@dataclass(frozen=True)
class Cost:
    """What one entry took."""

    fields: int
    touches: int
    characters: int
    seconds: float
    # More than two contacts in the month: a question to think over, which no first entry meets.
    was_warned: bool


class Thumb:
    """A person's thumb on a page."""

    def __init__(self, page: Page, pace: Pace) -> None:
        self.page, self.pace = page, pace

    def _takes(self, seconds: float) -> None:
        if seconds:
            self.page.wait_for_timeout(seconds * 1000)

    def touch(self, what: Locator) -> None:
        """Look for it, reach it, touch it."""
        self._takes(self.pace.look + self.pace.reach)
        what.tap()

    def write(self, where: Locator, text: str) -> None:
        """Touch a field and type, one character after the other."""
        self.touch(where)
        for character in text:
            self._takes(self.pace.character)
            self.page.keyboard.insert_text(character)

    def change(self, where: Locator, text: str) -> None:
        """Touch a field and change the end of what stands in it."""
        self.touch(where)
        said = where.input_value()
        same = next(
            (at for at, pair in enumerate(zip(said, text, strict=False)) if pair[0] != pair[1]), len(said)
        )
        self.page.keyboard.press("End")
        for key in [*["Backspace"] * (len(said) - same), *text[same:]]:
            self._takes(self.pace.digit)
            self.page.keyboard.press(key)


def _one_line(thumb: Thumb) -> None:
    thumb.write(thumb.page.get_by_label("内容").first, LINE)


def _kind_and_line(thumb: Thumb) -> None:
    thumb.touch(_other_kind(thumb.page))
    _one_line(thumb)


def _all_of_it(thumb: Thumb) -> None:
    page = thumb.page
    thumb.touch(page.locator("label:has(input[name=members]:not(:checked))").first)
    thumb.touch(_other_kind(page))
    day = page.locator("input[name=happened_on]")
    earlier = dt.date.fromisoformat(day.input_value()) - dt.timedelta(days=2)
    thumb.change(day, earlier.isoformat())
    _one_line(thumb)


def _other_kind(page: Page) -> Locator:
    return page.locator("label:has(input[name=kind]:not(:checked))").first


def _pair(page: Page) -> Locator:
    return page.get_by_role("link", name="记联系").first


def _again(page: Page) -> Locator:
    return page.get_by_role("link", name="再记一次")


def _bar(page: Page) -> Locator:
    return page.locator(".bottom-bar").get_by_role("link", name="记一次联系")


class Walk(NamedTuple):
    """A way to an entry: what it is called, where it begins ("": where the last one ended), its link, and what is filled in."""

    name: str
    begins: str
    link: Callable[[Page], Locator]
    fill: Callable[[Thumb], None]


WALKS = (
    Walk(
        "from 今日工作 or 我的结对 (记联系): kind and one line; member and day are filled in",
        "/mine/",
        _pair,
        _kind_and_line,
    ),
    Walk("once more (再记一次): one line; everything else is taken from the last", "", _again, _one_line),
    Walk("from the bottom bar: member, kind, another day, one line", "/today/", _bar, _all_of_it),
)


def entry(page: Page, walk: Walk, pace: Pace) -> Cost:
    """One entry, from the first look to the saved visit."""
    if walk.begins:
        page.goto(walk.begins)
    link = walk.link(page)
    link.wait_for()
    thumb = Thumb(page, pace)
    began = time.monotonic()
    thumb.touch(link)
    page.locator("form[data-ready=yes]").wait_for()
    page.evaluate(_COUNT)
    walk.fill(thumb)
    counted = page.evaluate("burden")
    thumb.touch(page.get_by_role("button", name="保存"))
    was_warned = _agree(thumb)
    seconds = time.monotonic() - began
    return Cost(len(counted["fields"]), counted["touches"] + 2, counted["characters"], seconds, was_warned)


def _agree(thumb: Thumb) -> bool:
    """Wait for the saved visit; gives whether a warning was to be thought over first."""
    page = thumb.page
    page.locator("[name=confirmed]").or_(_again(page)).first.wait_for()
    if not page.locator("[name=confirmed]").count():
        return False
    thumb.touch(page.locator("label:has([name=confirmed])"))
    thumb.touch(page.get_by_role("button", name="保存"))
    _again(page).wait_for()
    return True


def measured(page: Page) -> dict[str, Cost]:
    """Every walk at the pace of a person, once: a further round would meet the same members too often in a month."""
    return {walk.name: entry(page, walk, PERSON) for walk in WALKS}


_PAGE = """# What an entry costs a cadre

Owed: a visit in at most {most_seconds} seconds and at most {most_fields} touched fields. Written by `make burden` on {day}: in Chromium {version} against a fresh
demo, 390 px wide and touched.

| entry | fields touched | touches | characters and keys | seconds |
|---|---|---|---|---|
{rows}

**How it was measured.** The script plays a thumb in real time: {look} s to look before each field and button, {reach} s to reach and touch it
(keystroke-level model, Card, Moran and Newell), {character} s for each Chinese character as by pinyin on a phone (our estimate), {digit} s for a digit.
Everything else is what it was: pages were waited for, fields, touches and characters are the events that the browser reported, and the clock ran from the
first look at the page with the link until the saved visit stood on the screen. One line is {line} characters; a text is not needed at all. Nobody has been watched doing it yet:
a stop-watch with three cadres belongs into the first trial. `tests/e2e/test_burden.py` makes the same walks without a pace and fails above the fields owed.

What keeps it low: the kind used last and today are filled in; a member asked for in the address is ticked; what is seldom needed (things asked,
a promise, organizations, companions) is folded; nothing is asked for twice; a visit without a network is saved with the same touches and sent later.
For a week's entries at once there is 本周补记 (a row for each member), for paper the grid of slips.
"""


def _row(name: str, cost: Cost) -> str:
    figures = (cost.fields, cost.touches, cost.characters, f"{cost.seconds:.0f}")
    return f"| {name} | {' | '.join(map(str, figures))} |"


def written(found: dict[str, Cost], version: str) -> str:
    """The page of the documents."""
    return _PAGE.format(
        most_seconds=MOST_SECONDS,
        most_fields=MOST_FIELDS,
        day=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        version=version,
        rows="\n".join(_row(name, cost) for name, cost in found.items()),
        line=len(LINE),
        **PERSON._asdict(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("docs/burden.md"))
    options = parser.parse_args()
    with browser() as chrome:
        page = signed_in(chrome, options.url, Shot("burden", "cadre", "/today/", 390)).new_page()
        found = measured(page)
        if any(cost.was_warned for cost in found.values()):
            sys.exit(f"Members of this demo were met too often this month, measure in a fresh one: {found}")
        options.out.write_text(written(found, chrome.version), "utf-8")
    for name, cost in found.items():
        print(f"{name}: {cost}")
        if cost.fields > MOST_FIELDS or cost.seconds > MOST_SECONDS:
            sys.exit("That is more than is owed.")


if __name__ == "__main__":
    main()

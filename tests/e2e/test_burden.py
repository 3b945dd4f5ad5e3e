"""What an entry costs: fields touched and seconds, counted in a real browser (docs/burden.md).

The browser counts touches, fields and characters; the seconds are those of the keystroke-level model (Card, Moran
and Newell) for a thumb on a phone, plus the waiting measured here. `pytest -s` prints the table.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from tests.e2e.conftest import SignIn

# Seconds: to point at something and touch it, to think before each field, for a Chinese character by pinyin.
TOUCH, THINK, CHARACTER = 1.3, 1.35, 0.8
MOST_FIELDS, MOST_SECONDS = 4, 30
# Twelve characters: one line.
LINE = "聊了新厂房和用工的事情。"

COUNT = """
window.burden = {touches: 0, fields: [], characters: 0};
document.addEventListener("click", (event) => { if (event.isTrusted && event.detail) burden.touches += 1; }, true);
document.addEventListener("input", (event) => {
  const name = event.target.name;
  if (!burden.fields.includes(name)) burden.fields.push(name);
  if (event.target.matches("textarea, input:not([type=checkbox]):not([type=radio])")) burden.characters = [...event.target.value].length;
}, true);
"""


@dataclass
class Cost:
    touches: int = 0
    fields: int = 0
    characters: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        return self.touches * TOUCH + self.fields * THINK + self.characters * CHARACTER + self.waited


@pytest.fixture
def two_members(pairing: Pairing, make_member: Callable[..., Member]) -> Member:
    other = make_member("孙洱")
    Pairing.objects.create(
        office=other.office, cadre=pairing.cadre, member=other, started_on=pairing.started_on
    )
    return other


def _wait(page: Page, cost: Cost, act: Callable[[], None], goal: str) -> None:
    began = time.monotonic()
    act()
    page.wait_for_url(goal)
    cost.waited += time.monotonic() - began


def _entry(phone: Page, opened_by: Callable[[], None], fill: Callable[[], None]) -> Cost:
    cost = Cost(touches=1)
    _wait(phone, cost, opened_by, "**/visits/new/**")
    phone.locator("form[data-ready=yes]").wait_for()
    phone.evaluate(COUNT)
    fill()
    counted = phone.evaluate("burden")
    cost.touches += counted["touches"] + 1
    cost.fields, cost.characters = len(counted["fields"]), counted["characters"]
    # Playwright fills a text without touching it first.
    cost.touches += cost.characters > 0
    _wait(phone, cost, phone.get_by_role("button", name="保存").click, "**/visits/*-*/")
    return cost


def _told(name: str, cost: Cost) -> None:
    said = f"{cost.fields} fields, {cost.touches} touches, {cost.characters} characters, {cost.seconds:.0f} s"
    print(f"\n{name}: {said}")  # noqa: T201 — the table
    assert cost.fields <= MOST_FIELDS
    assert cost.seconds <= MOST_SECONDS


def test_entry_from_the_due_list_and_once_more(
    phone: Page, sign_in: SignIn, pairing: Pairing, two_members: Member
) -> None:
    sign_in(phone, pairing.cadre)
    phone.goto("/today/")
    expect(phone.get_by_role("link", name="记联系 钱宜")).to_be_visible()

    def one_line() -> None:
        phone.get_by_role("radio", name="谈心").check()
        phone.get_by_label("内容").first.fill(LINE)

    _told(
        "due list, kind and one line",
        _entry(phone, phone.get_by_role("link", name="记联系 钱宜").click, one_line),
    )
    again = phone.get_by_role("link", name="再记一次").click
    _told("once more, one line", _entry(phone, again, lambda: phone.get_by_label("内容").first.fill(LINE)))
    assert Visit.objects.count() == 2


def test_entry_from_the_bar_with_member_and_day(
    phone: Page, sign_in: SignIn, pairing: Pairing, two_members: Member
) -> None:
    sign_in(phone, pairing.cadre)
    phone.goto("/today/")

    def all_of_it() -> None:
        phone.get_by_label("孙洱").check()
        phone.get_by_role("radio", name="谈心").check()
        phone.get_by_label("日期").fill("2026-11-20")
        phone.get_by_label("内容").first.fill(LINE)

    bar = phone.locator(".bottom-bar").get_by_role("link", name="记一次联系")
    cost = _entry(phone, bar.click, all_of_it)
    # The day is typed in digits: a touch to reach it and ten quick keys.
    cost.touches += 2
    _told("bottom bar, member, kind, day and one line", cost)

"""The member's own file on a phone, in both languages: letter, reading, correcting, wishes, asking, the copy, leaving."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.models import Correction, Member
from apps.members.ownfile.codes import code_by_letter
from apps.pairing.models import Pairing
from tests.e2e.findings import accessibility, overflow, small_targets

# Where a picture of each step is kept, for whoever wants to look at it.
PICTURES = os.environ.get("PICTURES", "")

WORDS = {
    "zh-CN": {
        "code": "信函上的自助码",
        "proof": "核对信息",
        "open": "打开",
        "correct": "更正 出生年月",
        "wanted": "应为",
        "send": "提交",
        "asked": "更正申请中",
        "phone_only": "只电话联系",
        "save": "保存意愿",
        "saved": "联系意愿已更新",
        "new": "提出诉求、建议或投诉",
        "kind": "诉求",
        "text": "事项",
        "copy": "下载全部资料",
        "json": "下载 JSON 文件",
        "leave": "退出登记",
        "left": "您已退出登记",
        "file": "我的档案",
    },
    "en": {
        "code": "Code from the letter",
        "proof": "To make sure it is you",
        "open": "Open",
        "correct": "Correct Month of birth",
        "wanted": "Should be",
        "send": "Send",
        "asked": "Asked for",
        "phone_only": "Phone only",
        "save": "Save the wish",
        "saved": "Your wish holds from today",
        "new": "Ask, suggest or complain",
        "kind": "Request",
        "text": "Matter",
        "copy": "Download everything",
        "json": "Download as JSON",
        "leave": "Leave the registry",
        "left": "You have left the registry",
        "file": "My file",
    },
}


def looked_at(page: Page, name: str) -> None:
    """Nothing serious for axe, nothing too wide, nothing too small for a finger."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)
    assert [*accessibility(page), *overflow(page), *small_targets(page)] == []


@dataclass
class Journey:
    """One member with a phone, in one language; a method a step."""

    page: Page
    language: str

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def look(self, name: str) -> None:
        looked_at(self.page, f"{self.language}-{name}")

    def press(self, word: str) -> None:
        self.page.get_by_role("button", name=self.words[word], exact=True).click()

    def follow(self, word: str) -> None:
        self.page.get_by_role("link", name=self.words[word]).last.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible()

    def enter(self, code: str) -> None:
        self.page.goto("/l/my/")
        if self.language == "en":
            self.page.locator("summary").first.click()
            with self.page.expect_navigation():
                self.page.get_by_role("button", name="English").click()
        self.look("1-entrance")
        self.page.get_by_label(self.words["code"]).fill(code)
        self.page.get_by_label(self.words["proof"]).fill("1978.05")
        self.press("open")

    def correct(self) -> None:
        self.follow("correct")
        self.page.get_by_label(self.words["wanted"]).fill("1979.06")
        self.look("3-correct")
        self.press("send")
        self.sees(self.words["asked"])

    def wish(self) -> None:
        self.page.get_by_label(self.words["phone_only"]).check()
        self.press("save")
        expect(self.page.get_by_text(self.words["saved"])).to_be_visible()

    def ask(self, text: str) -> None:
        self.follow("new")
        self.page.get_by_label(self.words["kind"], exact=True).check()
        self.page.get_by_label(self.words["text"], exact=True).fill(text)
        self.look("4-ask")
        self.press("send")

    def copy(self) -> dict[str, Any]:
        self.page.get_by_role("link", name=self.words["file"]).first.click()
        self.follow("copy")
        self.look("6-copy")
        with self.page.expect_download() as download:
            self.press("json")
        held: dict[str, Any] = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["held"]
        return held

    def leave(self) -> None:
        self.page.goto("/my/")
        self.follow("leave")
        self.look("7-leave")
        self.press("leave")
        self.sees(self.words["left"])
        self.look("8-left")


@pytest.fixture
def member(make_member: Callable[..., Member], town_cadre: User) -> Member:
    member = make_member("欧阳娜娜", birth_month="1978-05-01", phone="13812345678", email="ou@example.cn")
    Pairing.objects.create(office=member.office, cadre=town_cadre, member=member, started_on="2026-01-01")
    return member


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_own_file_in_the_hand(phone: Page, member: Member, town_cadre: User, language: str) -> None:
    cache.clear()
    journey = Journey(phone, language)
    journey.enter(code_by_letter(member=member, by=town_cadre)[1])
    expect(phone.get_by_role("heading", name="欧阳娜娜")).to_be_visible()
    expect(phone.get_by_text("13812345678")).to_be_visible()
    journey.look("2-file")
    journey.correct()
    assert Correction.objects.get(member=member).wanted == "1979-06"
    journey.wish()
    journey.ask("想了解创业贷款政策。")
    case = Case.objects.get(member=member)
    expect(phone.get_by_role("heading", name=case.number)).to_be_visible()
    journey.look("5-case")
    held = journey.copy()
    assert held["members.Member"][0]["phone"] == "13812345678"
    assert held["casework.Case"][0]["text"] == "想了解创业贷款政策。"
    journey.leave()
    member.refresh_from_db()
    assert member.status == Member.Status.WITHDRAWN

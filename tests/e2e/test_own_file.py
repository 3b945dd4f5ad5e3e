"""The member's own file on a phone, in both languages: letter, reading, correcting, wishes, asking, the copy, leaving."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.models import Correction, Member
from apps.members.ownfile.codes import code_by_letter
from apps.pairing.models import Pairing
from tests.e2e.conftest import HAND, watch
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


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_own_file_in_the_hand(
    open_context: Callable[..., BrowserContext],
    trouble: list[str],
    make_member: Callable[..., Member],
    town_cadre: User,
    language: str,
) -> None:
    cache.clear()
    words = WORDS[language]
    member = make_member("欧阳娜娜", birth_month="1978-05-01", phone="13812345678", email="ou@example.cn")
    Pairing.objects.create(office=member.office, cadre=town_cadre, member=member, started_on="2026-01-01")
    code = code_by_letter(member=member, by=town_cadre)[1]
    context = open_context(viewport=HAND, is_mobile=True, has_touch=True)
    page = context.new_page()
    watch(page, trouble)

    page.goto("/l/my/")
    if language == "en":
        page.locator("summary").first.click()
        with page.expect_navigation():
            page.get_by_role("button", name="English").click()
    looked_at(page, f"{language}-1-entrance")
    page.get_by_label(words["code"]).fill(code)
    page.get_by_label(words["proof"]).fill("1978.05")
    page.get_by_role("button", name=words["open"], exact=True).click()
    expect(page.get_by_role("heading", name="欧阳娜娜")).to_be_visible()
    expect(page.get_by_text("13812345678")).to_be_visible()
    looked_at(page, f"{language}-2-file")

    page.get_by_role("link", name=words["correct"]).click()
    page.get_by_label(words["wanted"]).fill("1979.06")
    looked_at(page, f"{language}-3-correct")
    page.get_by_role("button", name=words["send"]).click()
    expect(page.get_by_text(words["asked"], exact=True).first).to_be_visible()
    assert Correction.objects.get(member=member).wanted == "1979-06"

    page.get_by_label(words["phone_only"]).check()
    page.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_text(words["saved"])).to_be_visible()

    page.get_by_role("link", name=words["new"]).click()
    page.get_by_label(words["kind"], exact=True).check()
    page.get_by_label(words["text"], exact=True).fill("想了解创业贷款政策。")
    looked_at(page, f"{language}-4-ask")
    page.get_by_role("button", name=words["send"]).click()
    case = Case.objects.get(member=member)
    expect(page.get_by_role("heading", name=case.number)).to_be_visible()
    looked_at(page, f"{language}-5-case")

    page.get_by_role("link", name=words["file"]).first.click()
    page.get_by_role("link", name=words["copy"]).click()
    looked_at(page, f"{language}-6-copy")
    with page.expect_download() as download:
        page.get_by_role("button", name=words["json"]).click()
    held = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert held["held"]["members.Member"][0]["phone"] == "13812345678"
    assert held["held"]["casework.Case"][0]["text"] == "想了解创业贷款政策。"

    page.goto("/my/")
    page.get_by_role("link", name=words["leave"]).last.click()
    looked_at(page, f"{language}-7-leave")
    page.get_by_role("button", name=words["leave"]).click()
    expect(page.get_by_text(words["left"], exact=True)).to_be_visible()
    looked_at(page, f"{language}-8-left")
    member.refresh_from_db()
    assert member.status == Member.Status.WITHDRAWN

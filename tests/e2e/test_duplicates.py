"""A duplicate is typed, noticed, found by the scan, merged side by side, and separated again."""

import datetime as dt
import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.members.duplicate_scan import scan
from apps.members.models import Member
from tests.cast import Tree
from tests.e2e.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


def snap(page: Page, name: str) -> None:
    """Pictures for whoever looks at the pages: `SNAPSHOTS=/somewhere`."""
    if folder := os.environ.get("SNAPSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_duplicate_is_noticed_merged_and_separated(
    page: Page, sign_in: SignIn, county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    kept = make_member("王芳", phone="13812345678", birth_month=dt.date(1980, 5, 1))
    sign_in(page, county_admin)
    page.goto("/members/new/")
    page.get_by_label("姓名", exact=True).fill("王方")
    page.get_by_label("联系电话").fill("138 1234 5678")
    warning = page.locator("#lookalikes")
    expect(warning).to_contain_text("姓名同音、同号")
    expect(warning).to_contain_text("138****5678")
    snap(page, "warning")

    make_member("王方", phone="13812345678", office=tree.other_town)
    scan()
    page.goto("/members/duplicates/")
    expect(page.get_by_role("table")).to_contain_text("姓名同音、同号")
    snap(page, "work-list")
    page.get_by_role("link", name="对照合并").click()
    snap(page, "side-by-side")
    page.get_by_role("button", name="合并为一份").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(kept.name)
    page.get_by_role("link", name="变更历史").click()
    expect(page.get_by_role("table")).to_contain_text("合并")
    snap(page, "history")

    page.goto("/members/merges/")
    page.get_by_role("button", name="撤销合并").first.click()
    snap(page, "undo")
    page.get_by_role("dialog").get_by_role("button", name="撤销合并").click()
    expect(page.get_by_role("table")).to_contain_text("已撤销")
    assert Member.objects.filter(status=Member.Status.ACTIVE).count() == 2

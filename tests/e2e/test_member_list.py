"""A day's work in the list: search, sort, keep a view, choose columns, move everybody a filter finds, and undo it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.members.models import Member, SavedView
from tests.cast import Tree
from tests.e2e.conftest import SignIn

NAMES = ("丁一", "王芳", "王建国", "张三", "赵四")


def names_on(page: Page) -> list[str]:
    return page.locator("tbody th[scope=row]").all_inner_texts()


def test_search_sort_view_columns_move_undo(
    page: Page,
    sign_in: SignIn,
    settings: Settings,
    county_admin: User,
    tree: Tree,
    make_member: Callable[..., Member],
) -> None:
    settings.DEMO = True
    for name in reversed(NAMES):
        make_member(name)
    sign_in(page, county_admin)
    page.goto("/members/")
    _search(page)
    _sort_and_save(page)
    _choose_columns(page)
    _move_and_undo(page, tree)


def _search(page: Page) -> None:
    """Found while typing; the name stands in no address, and a reload keeps the search."""
    page.keyboard.press("/")
    page.keyboard.type("wang")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert "wang" not in page.url
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="重置").click()
    expect(page.locator("tbody tr")).to_have_count(len(NAMES))


def _sort_and_save(page: Page) -> None:
    page.locator(".list-tools summary", has_text="排序").click()
    page.get_by_role("link", name="姓名笔画").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert names_on(page) == list(NAMES)
    page.locator(".list-tools summary", has_text="视图").click()
    page.get_by_role("link", name="存为视图").click()
    page.get_by_label("视图名称").fill("按笔画")
    page.get_by_role("button", name="保存视图").click()
    expect(page.locator(".list-tools summary", has_text="按笔画")).to_be_visible()
    assert SavedView.objects.get().state["order"] == "strokes"


def _choose_columns(page: Page) -> None:
    page.get_by_role("link", name="列设置").click()
    page.get_by_role("checkbox", name="编号").check()
    page.get_by_role("checkbox", name="成员类别").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("columnheader", name="编号")).to_be_visible()
    expect(page.get_by_role("columnheader", name="成员类别")).to_have_count(0)


def _move_and_undo(page: Page, tree: Tree) -> None:
    page.locator("tbody input[type=checkbox]").first.check()
    expect(page.get_by_text("已选 1 人")).to_be_visible()
    page.get_by_label("选择全部 5 条").check()
    expect(page.get_by_text("已选 5 人")).to_be_visible()
    page.get_by_role("button", name="调整机构").click()
    page.get_by_label("调整到").select_option(str(tree.other_town.pk))
    page.get_by_role("button", name="调整", exact=True).click()
    expect(page.get_by_text("已调整 5 人")).to_be_visible()
    assert Member.objects.filter(office=tree.other_town).count() == len(NAMES)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销，5 人回到原机构")).to_be_visible()
    assert Member.objects.filter(office=tree.town).count() == len(NAMES)


def test_keys_show_help_and_walk_the_rows(
    page: Page, sign_in: SignIn, settings: Settings, county_admin: User, make_member: Callable[..., Member]
) -> None:
    settings.DEMO = True
    for name in NAMES:
        make_member(name)
    sign_in(page, county_admin)
    page.goto("/members/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("已选 1 人")).to_be_visible()
    assert page.locator("tbody tr").nth(1).locator("input").is_checked()

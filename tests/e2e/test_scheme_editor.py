"""A small scheme from nothing to open, by mouse and keyboard, with the check and the rule text beside the typing."""

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.assessment.models import Indicator, Scheme
from tests.cast import Tree
from tests.e2e.conftest import SignIn
from tests.e2e.findings import accessibility, overflow


def add_item(page: Page, name: str, points: str, rule: str) -> None:
    page.get_by_role("link", name="添加指标").first.click()
    page.get_by_label("指标名称").fill(name)
    page.get_by_label("分值", exact=True).fill(points)
    page.get_by_label("计分规则").select_option(value=rule)


def test_scheme_from_nothing_to_open(
    page: Page, live_server: LiveServer, sign_in: SignIn, city_admin: User, tree: Tree
) -> None:
    sign_in(page, city_admin)
    page.goto(f"{live_server.url}/assessment/")
    page.get_by_role("link", name="新建方案").first.click()
    page.get_by_label("县（市、区）").check()
    page.get_by_label("方案名称").fill("试验市年度考核")
    page.get_by_label("代码", exact=True).fill("SY-2026")
    page.get_by_label("年度", exact=True).fill("2026")
    page.get_by_role("button", name="建立草稿").click()
    expect(page.get_by_text("还有")).to_be_visible()

    page.get_by_role("link", name="添加分组").first.click()
    page.get_by_label("组名").fill("各县组")
    page.get_by_label("甲县").check()
    page.get_by_label("乙县").check()
    page.get_by_role("button", name="保存").click()

    page.get_by_role("link", name="添加部分").first.click()
    page.get_by_label("部分名称").fill("一、联谊交友")
    page.get_by_label("分值").fill("100")
    page.get_by_role("button", name="保存").click()

    # A ladder: the rows change with the kind, the text follows the typing, the sum says what is missing.
    add_item(page, "结对覆盖率", "60", "ladder")
    expect(page.get_by_label("得分 第 1 行")).to_be_visible()
    page.get_by_label("数据来源").select_option(value="pairing.coverage")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("结对覆盖率")
    page.get_by_label("达到（%） 第 1 行").fill("95")
    page.get_by_label("得分 第 1 行").fill("50")
    expect(preview).to_contain_text("最高档得 50 分，与满分 60 分不符")
    page.get_by_label("得分 第 1 行").fill("60")
    expect(preview).to_contain_text("达到 95% 得 60 分；未达到的不得分。")
    expect(preview).to_contain_text("60 分，应为 100 分")
    page.get_by_role("button", name="再加一行").click()
    expect(page.get_by_label("得分 第 4 行")).to_be_visible()
    expect(page.get_by_label("得分 第 1 行")).to_have_value("60")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("各部分分值合计").or_(page.get_by_text("各指标合计 60 分")).first).to_be_visible()

    add_item(page, "经验案例", "40", "judged")
    page.get_by_label("评委人数").fill("5")
    # Enter in a field saves, and does not press the button of a row.
    page.get_by_label("评委人数").press("Enter")
    expect(page.get_by_text("没有问题")).to_be_visible()

    # By keyboard alone: the second item up.
    up = page.get_by_role("button", name="上移 经验案例")
    up.focus()
    up.press("Enter")
    expect(page.get_by_role("row").nth(1)).to_contain_text("经验案例")
    assert [*accessibility(page), *overflow(page)] == []

    page.get_by_role("button", name="启动方案").click()
    page.get_by_role("button", name="启动", exact=True).click()
    expect(page.get_by_text("方案已启动为第 1 版")).to_be_visible()
    scheme = Scheme.objects.get(code="SY-2026")
    assert scheme.state == Scheme.State.OPEN
    assert list(Indicator.objects.filter(section__scheme=scheme).values_list("name", flat=True)) == [
        "经验案例",
        "结对覆盖率",
    ]

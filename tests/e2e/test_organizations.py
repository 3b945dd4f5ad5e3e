"""A branch under its parent, a member appointed, the term over: on the quality and renewal lists, then ended."""

import datetime as dt

from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.members.models import Member, Organization
from tests.cast import Tree
from tests.e2e.conftest import SignIn


def test_branch_appointment_and_what_falls_due(
    page: Page, live_server: LiveServer, sign_in: SignIn, county_admin: User, tree: Tree, member: Member
) -> None:
    Organization.objects.create(office=tree.county, name="民革甲县总支", kind="party_branch")
    yesterday = f"{timezone.localdate() - dt.timedelta(days=1):%Y-%m-%d}"
    sign_in(page, county_admin)

    page.goto(f"{live_server.url}/organizations/")
    page.get_by_role("link", name="登记团体或单位").first.click()
    page.get_by_label("登记机构").select_option(label="\u3000\u3000东镇")
    page.get_by_label("名称").fill("民革东镇支部")
    page.get_by_label("类型").select_option(label="民主党派基层组织")
    page.get_by_label("上级组织").select_option(label="民革甲县总支")
    page.get_by_label("本届任期止").fill(yesterday)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="民革东镇支部")).to_be_visible()
    expect(page.get_by_role("table", name="组织层级")).to_contain_text("民革甲县总支")

    page.get_by_role("link", name="新增任职").click()
    page.get_by_label("姓名或编号").fill(member.name)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=member.name).click()
    page.get_by_label("职务").fill("主委")
    page.get_by_label("任期止").fill(yesterday)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("table", name="任职成员")).to_contain_text("主委")

    page.get_by_role("link", name="团体和单位").first.click()
    page.get_by_role("link", name="即将换届").click()
    expect(page.get_by_role("row", name="民革东镇支部")).to_contain_text("换届逾期 1 天")

    page.get_by_role("link", name="资料质量").first.click()
    page.get_by_role("link", name="任职到期未处理").first.click()
    page.get_by_role("link", name=member.name).click()
    row = page.get_by_role("row", name="民革东镇支部")
    expect(row).to_contain_text("任期已满")
    row.get_by_role("link", name="结束").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="民革东镇支部")).to_contain_text("已结束")

    page.goto(f"{live_server.url}/members/quality/past_term/")
    expect(page.get_by_text("没有要处理的资料")).to_be_visible()

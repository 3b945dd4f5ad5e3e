"""百企大走访 in a browser: a cadre finds the organization by a few characters and visits it; an administrator gives targets out."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.models import Organization
from apps.pairing.models import Campaign, Companion, Pairing, Target
from tests.cast import Tree
from tests.e2e.conftest import HAND, SignIn
from tests.e2e.findings import accessibility
from tests.integration.pairing.campaigns import campaign_of, enterprise, with_targets


@pytest.fixture
def firm(tree: Tree) -> Organization:
    return enterprise(tree.town, "东风机械有限公司")


@pytest.fixture
def campaign(tree: Tree, county_admin: User) -> Campaign:
    today = timezone.localdate()
    return campaign_of(
        tree.county,
        county_admin,
        starts_on=today - dt.timedelta(days=9),
        ends_on=today + dt.timedelta(days=9),
    )


def test_administrator_gives_out_and_cadre_visits(
    page: Page,
    phone: Page,
    sign_in: SignIn,
    campaign: Campaign,
    firm: Organization,
    county_admin: User,
    pairing: Pairing,
) -> None:
    with_targets(campaign, county_admin, firm)
    sign_in(page, county_admin)
    page.goto(reverse("pairing:campaign", args=[campaign.public_id]))
    page.get_by_label(f"选择 {firm.name}").check()
    expect(page.get_by_text("已选 1 家")).to_be_visible()
    assert accessibility(page) == []
    page.get_by_role("button", name="分派").click()
    page.get_by_label(pairing.cadre.name).check()
    page.get_by_role("button", name="分派").click()
    expect(page.get_by_text("已分派 1 家。")).to_be_visible()
    sign_in(phone, pairing.cadre)
    phone.goto(reverse("dashboard:today"))
    phone.get_by_role("link", name=f"记走访 {firm.name}").click()
    phone.get_by_role("radio", name="走访").check()
    phone.get_by_text("有诉求或建议").click()
    phone.get_by_label("提出了什么").first.select_option("诉求")
    phone.get_by_label("诉求或建议的内容").first.fill("希望解决用工")
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url("**/visits/*-*/")
    assert Target.objects.visited().get().organization == firm
    page.reload()
    expect(page.get_by_role("link", name=Case.objects.get().number)).to_be_visible()


def test_names_are_chosen_by_keyboard(
    phone: Page,
    sign_in: SignIn,
    firm: Organization,
    pairing: Pairing,
    make_user: Callable[..., User],
    tree: Tree,
) -> None:
    enterprise(tree.town, "东风食品厂")
    colleague = make_user("colleague", "cadre", tree.town, "康僚")
    sign_in(phone, pairing.cadre)
    phone.goto(reverse("pairing:log_visit"))
    phone.locator("form[data-ready=yes]").wait_for()
    phone.get_by_text("更多：走访单位、陪同").click()
    field = phone.get_by_role("combobox", name="走访的单位")
    field.press_sequentially("东风")
    expect(phone.locator(".suggestions:visible").get_by_role("option")).to_have_count(2)
    assert accessibility(phone) == []
    field.press("ArrowDown")
    field.press("Escape")
    expect(phone.get_by_role("listbox")).to_be_hidden()
    field.press_sequentially("机")
    expect(phone.locator(".suggestions:visible").get_by_role("option")).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == firm.name
    phone.get_by_role("combobox", name="陪同的同事").press_sequentially("康")
    phone.locator(".suggestions:visible").get_by_role("option", name="康僚").click()
    phone.get_by_role("radio", name="走访").check()
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url("**/visits/*-*/")
    assert Companion.objects.get().user == colleague
    expect(phone.get_by_text(firm.name)).to_be_visible()


def test_organization_is_a_plain_field_without_scripts(
    open_context: Callable[..., BrowserContext], sign_in: SignIn, firm: Organization, town_cadre: User
) -> None:
    page = open_context(viewport=HAND, java_script_enabled=False).new_page()
    sign_in(page, town_cadre)
    page.goto(reverse("pairing:log_visit"))
    page.get_by_role("link", name="记走访单位").click()
    page.get_by_label("走访的单位").fill("东风机械")
    page.get_by_role("radio", name="走访").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(firm.name)).to_be_visible()

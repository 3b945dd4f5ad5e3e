"""A cadre logs a visit in the hand; once with scripts, once without."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.models import Member
from apps.pairing.models import Pairing, PairingYear, Visit
from tests.e2e.conftest import HAND, SignIn


def test_visit_is_logged_in_the_hand(
    phone: Page, sign_in: SignIn, pairing: Pairing, make_member: Callable[..., Member]
) -> None:
    other = make_member("孙洱")
    Pairing.objects.create(
        office=other.office, cadre=pairing.cadre, member=other, started_on=dt.date(2026, 1, 1)
    )
    sign_in(phone, pairing.cadre)
    phone.goto(reverse("pairing:mine"))
    phone.get_by_role("link", name="记联系 钱宜").first.click()
    expect(phone.get_by_label("钱宜")).to_be_checked()
    phone.get_by_label("谈心").check()
    phone.get_by_label("内容").first.fill("聊了新厂房")
    phone.get_by_text("有诉求或建议").click()
    phone.get_by_label("提出了什么").first.select_option("建议")
    phone.get_by_label("诉求或建议的内容").first.fill("建议错峰供电")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已完成 2 / 应 9")).to_be_visible()
    assert Visit.objects.get().text == "聊了新厂房"
    assert Case.objects.get().kind == "suggestion"
    assert sum(PairingYear.objects.get(pairing=pairing, year=2026).done) == 2


def test_at_most_five_fields_meet_the_eye(phone: Page, sign_in: SignIn, pairing: Pairing) -> None:
    sign_in(phone, pairing.cadre)
    phone.goto(reverse("pairing:log_visit"))
    assert phone.locator("form[data-visit-form] .field:visible").count() <= 5


def test_form_works_without_scripts_and_keeps_what_was_typed(
    open_context: Callable[..., BrowserContext], sign_in: SignIn, pairing: Pairing, town_cadre: User
) -> None:
    page = open_context(viewport=HAND, java_script_enabled=False).new_page()
    sign_in(page, town_cadre)
    page.goto(reverse("pairing:log_visit"))
    page.get_by_role("radio", name="走访").check()
    page.get_by_label("日期").fill("2099-1-1")
    page.get_by_label("内容").first.fill("聊了新厂房")
    page.get_by_role("button", name="保存").click()
    assert page.get_by_label("内容").first.input_value() == "聊了新厂房"
    page.get_by_label("日期").fill("2026.3.5")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已完成 1 / 应 9")).to_be_visible()
    assert Visit.objects.count() == 1

"""The visit form without a network (guide: experience, "Offline visit form"), in a real browser over a wire that is cut."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.pairing.models import Pairing, Visit
from tests.e2e.conftest import HAND
from tests.e2e.wire import Wire

FORM = "/visits/new/"
OUTBOX = "/visits/outbox/"
QUEUED = """() => new Promise((resolve) => {
    const asked = indexedDB.open("tongxin-visits", 1);
    asked.onsuccess = () => {
        const got = asked.result.transaction("queue").objectStore("queue").count();
        got.onsuccess = () => { asked.result.close(); resolve(got.result); };
    };
})"""


@pytest.fixture
def wire(server: LiveServer) -> Iterator[Wire]:
    where = urlsplit(server.url)
    with Wire(str(where.hostname), int(where.port or 0)) as wire:
        yield wire


@pytest.fixture
def device(open_context: Callable[..., BrowserContext], wire: Wire) -> BrowserContext:
    """A phone whose network goes over the wire."""
    return open_context(viewport=HAND, is_mobile=True, has_touch=True)


def enter(device: BrowserContext, wire: Wire, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    device.add_cookies([{"name": cookie.key, "value": cookie.value, "url": wire.url}])


def ready(page: Page) -> None:
    page.locator("form[data-queues][data-ready=yes]").wait_for()


@pytest.fixture
def prepared(device: BrowserContext, wire: Wire, pairing: Pairing) -> Page:
    """The form was open once with a network: the worker holds its pages, the device holds "my people"."""
    enter(device, wire, pairing.cadre)
    page = device.new_page()
    page.goto(wire.url + FORM)
    ready(page)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("async () => (await (await caches.open('visits-1')).keys()).length > 4")
    page.wait_for_function(
        """() => new Promise((resolve) => {
            const asked = indexedDB.open("tongxin-people", 1);
            asked.onsuccess = () => {
                const got = asked.result.transaction("kept").objectStore("kept").get("people");
                got.onsuccess = () => { asked.result.close(); resolve(got.result?.value.length === 1); };
            };
        })"""
    )
    return page


def write(page: Page, text: str, name: str = "钱＊", on: str = "2026-05-04") -> None:
    page.get_by_label(name).check()
    page.get_by_label("日期").fill(on)
    page.get_by_label("谈心").check()
    page.get_by_label("内容").first.fill(text)
    page.get_by_role("button", name="保存").click()


def write_offline(page: Page, wire: Wire, text: str, on: str = "2026-05-04") -> None:
    page.goto(wire.url + FORM)
    ready(page)
    write(page, text, on=on)
    page.wait_for_url("**" + OUTBOX)
    expect(page.get_by_text(text)).to_be_visible()


def back_online(page: Page, wire: Wire) -> None:
    wire.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")


def texts() -> list[str]:
    return sorted(Visit.objects.values_list("text", flat=True))


def test_form_opens_again_without_a_network(prepared: Page, wire: Wire) -> None:
    wire.cut()
    prepared.reload()
    ready(prepared)
    expect(prepared.get_by_text("现在没有网络")).to_be_visible()
    expect(prepared.get_by_label("钱＊ · 东镇")).to_be_visible()
    expect(prepared.get_by_text("钱宜")).to_have_count(0)
    assert prepared.get_by_label("日期").input_value() != ""


def test_three_visits_wait_and_are_sent(prepared: Page, wire: Wire) -> None:
    wire.cut()
    # A third in one month would ask for a tick.
    for text, on in (("第一件", "2026-3-4"), ("第二件", "2026-4-4"), ("第三件", "2026-5-4")):
        write_offline(prepared, wire, text, on)
    expect(prepared.locator("#sync-chip")).to_contain_text("待同步 3")
    assert texts() == []
    back_online(prepared, wire)
    expect(prepared.get_by_text("本机没有待同步的记录")).to_be_visible()
    assert texts() == ["第一件", "第三件", "第二件"]


def test_queue_survives_a_closed_tab(prepared: Page, device: BrowserContext, wire: Wire) -> None:
    wire.cut()
    write_offline(prepared, wire, "关掉再开")
    prepared.close()
    wire.mend()
    again = device.new_page()
    # Any page sends what waits, not only the form.
    again.goto(wire.url + reverse("pairing:mine"))
    again.wait_for_function("() => localStorage.getItem('visits-waiting') === '0'")
    assert texts() == ["关掉再开"]


def test_lost_reply_makes_no_second_visit(prepared: Page, wire: Wire) -> None:
    prepared.get_by_label("钱宜").check()
    prepared.get_by_label("内容").first.fill("回音丢了")
    # The token still comes; the reply to the visit itself is lost.
    wire.lose_reply_to(b"POST " + FORM.encode())
    prepared.get_by_role("button", name="保存").click()
    prepared.wait_for_url("**" + OUTBOX)
    assert wire.lost.is_set()
    assert texts() == ["回音丢了"]
    back_online(prepared, wire)
    expect(prepared.get_by_text("本机没有待同步的记录")).to_be_visible()
    assert texts() == ["回音丢了"]


def test_ended_session_keeps_the_visit_until_signed_in(
    prepared: Page, device: BrowserContext, wire: Wire, town_cadre: User
) -> None:
    device.clear_cookies()
    write(prepared, "会话过期", "钱宜")
    prepared.wait_for_url("**" + OUTBOX + "*")
    assert texts() == []
    enter(device, wire, town_cadre)
    prepared.goto(wire.url + OUTBOX)
    expect(prepared.get_by_text("本机没有待同步的记录")).to_be_visible()
    assert texts() == ["会话过期"]


def test_two_tabs_send_each_visit_once(prepared: Page, device: BrowserContext, wire: Wire) -> None:
    wire.cut()
    for text, on in (("甲", "2026-3-4"), ("乙", "2026-4-4"), ("丙", "2026-5-4")):
        write_offline(prepared, wire, text, on)
    other = device.new_page()
    other.goto(wire.url + OUTBOX)
    expect(other.get_by_text("等待送出").first).to_be_visible()
    posted: list[str] = []
    device.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)
    wire.mend()
    for page in (prepared, other):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    for page in (prepared, other):
        page.wait_for_function("() => localStorage.getItem('visits-waiting') === '0'")
    assert texts() == ["丙", "乙", "甲"]
    assert len(posted) == 3


def test_refused_visit_is_kept_changed_and_sent(prepared: Page, wire: Wire) -> None:
    wire.cut()
    write_offline(prepared, wire, "他比较难缠")
    back_online(prepared, wire)
    expect(prepared.get_by_text("需修改", exact=True)).to_be_visible()
    expect(prepared.locator("[data-slot=said]")).to_contain_text("只记事")
    prepared.get_by_role("link", name="编辑").click()
    ready(prepared)
    assert prepared.get_by_label("内容").first.input_value() == "他比较难缠"
    prepared.get_by_label("内容").first.fill("聊了新厂房")
    prepared.get_by_role("button", name="保存").click()
    prepared.wait_for_url("**/visits/*-*/")
    assert texts() == ["聊了新厂房"]
    expect(prepared.locator("#sync-chip")).to_be_hidden()


def test_refused_on_the_spot_says_why_and_keeps_what_was_typed(prepared: Page) -> None:
    write(prepared, "他比较难缠", "钱宜")
    expect(prepared.locator("[data-error-summary]")).to_be_visible()
    assert prepared.get_by_label("内容").first.input_value() == "他比较难缠"
    prepared.get_by_label("内容").first.fill("聊了新厂房")
    prepared.get_by_role("button", name="保存").click()
    prepared.wait_for_url("**/visits/*-*/")
    assert texts() == ["聊了新厂房"]


def test_outbox_backs_up_and_deletes(prepared: Page, wire: Wire) -> None:
    wire.cut()
    write_offline(prepared, wire, "留一份")
    with prepared.expect_download() as saved:
        prepared.get_by_role("button", name="导出备份").click()
    entries = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert ["text", "留一份"] in entries[0]["fields"]
    prepared.on("dialog", lambda dialog: dialog.accept())
    prepared.get_by_role("button", name="删除").click()
    expect(prepared.get_by_text("本机没有待同步的记录")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="我的账号").click()
    page.get_by_role("button", name="退出登录").click()


def test_signing_out_forgets_my_people(prepared: Page, wire: Wire) -> None:
    with prepared.expect_navigation():
        sign_out(prepared)
    names = "async () => (await indexedDB.databases()).map((one) => one.name)"
    prepared.wait_for_function(f"async () => !(await ({names})()).includes('tongxin-people')")
    wire.cut()
    prepared.goto(wire.url + FORM)
    expect(prepared.get_by_text("本机没有您的结对名单")).to_be_visible()


def test_signing_out_asks_before_it_drops_what_was_not_sent(prepared: Page, wire: Wire) -> None:
    wire.cut()
    write_offline(prepared, wire, "他比较难缠")
    back_online(prepared, wire)
    expect(prepared.get_by_text("需修改", exact=True)).to_be_visible()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    prepared.on("dialog", answer)
    prepared.goto(wire.url + reverse("pairing:mine"))
    sign_out(prepared)
    assert prepared.evaluate(QUEUED) == 1
    with prepared.expect_navigation():
        prepared.get_by_role("button", name="退出登录").click()
    assert "还有 1 条记录没有同步" in asked[0]
    assert prepared.evaluate(QUEUED) == 0


def test_draft_comes_back_until_it_is_sent(prepared: Page, wire: Wire) -> None:
    prepared.get_by_label("内容").first.fill("写到一半")
    prepared.get_by_text("有诉求或建议").click()
    prepared.get_by_label("诉求或建议的内容").first.fill("想办证")
    prepared.locator("form[data-drafted=yes]").wait_for()
    prepared.reload()
    ready(prepared)
    expect(prepared.get_by_text("已恢复没有提交的草稿")).to_be_visible()
    assert prepared.get_by_label("内容").first.input_value() == "写到一半"
    assert prepared.get_by_label("诉求或建议的内容").first.input_value() == "想办证"
    prepared.get_by_label("提出了什么").first.select_option("诉求")
    write(prepared, "写完了", "钱宜")
    prepared.wait_for_url("**/visits/*-*/")
    prepared.goto(wire.url + FORM)
    ready(prepared)
    assert prepared.get_by_label("内容").first.input_value() == ""
    assert texts() == ["写完了"]


def test_draft_is_thrown_away(prepared: Page) -> None:
    prepared.get_by_label("内容").first.fill("不要了")
    prepared.locator("form[data-drafted=yes]").wait_for()
    prepared.reload()
    ready(prepared)
    with prepared.expect_navigation():
        prepared.get_by_role("button", name="丢弃草稿").click()
    ready(prepared)
    assert prepared.get_by_label("内容").first.input_value() == ""
    expect(prepared.get_by_text("已恢复没有提交的草稿")).to_be_hidden()


def test_only_two_pages_and_their_assets_are_kept(prepared: Page, wire: Wire) -> None:
    prepared.goto(wire.url + reverse("pairing:mine"))
    kept = prepared.evaluate(
        "async () => (await (await caches.open('visits-1')).keys()).map((one) => new URL(one.url).pathname)"
    )
    assert [path for path in kept if not path.startswith("/static/")] == ["/visits/offline/", OUTBOX]
    held = prepared.evaluate(
        """async () => {
            const cache = await caches.open('visits-1');
            const pages = await Promise.all((await cache.keys()).map((one) => cache.match(one)));
            return (await Promise.all(pages.map((page) => page.text()))).join('');
        }"""
    )
    assert "钱宜" not in held
    assert "董干" not in held

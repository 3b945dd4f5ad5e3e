"""The visit form, list and page over HTTP, without JavaScript."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.casework.models import Case
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit

FORM = "/visits/new/"


@pytest.fixture
def typed(pairing: Pairing) -> dict[str, Any]:
    return {
        "public_id": str(uuid.uuid4()),
        "members": [str(pairing.member.public_id)],
        "kind": "home_visit",
        "happened_on": "2026年3月5日",
        "text": "聊了新厂房",
    }


def count_queries(client: Client, url: str) -> int:
    client.get(url)  # the first one also writes down the session
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_form_suggests_today_and_the_only_member(client: Client, town_cadre: User, pairing: Pairing) -> None:
    client.force_login(town_cadre)
    form = client.get(FORM).context["form"]
    assert form.initial["members"] == [str(pairing.member.public_id)]
    assert form.initial["public_id"]


def test_form_suggests_the_kind_used_last(
    client: Client, town_cadre: User, make_visit: Callable[..., Visit]
) -> None:
    make_visit(kind="forum")
    client.force_login(town_cadre)
    assert client.get(FORM).context["form"].initial["kind"] == "forum"


def test_visit_is_saved_and_shows_the_progress(
    client: Client, town_cadre: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    page = client.post(FORM, typed, follow=True)
    assert page.redirect_chain[0][0] == reverse("pairing:visit", args=[typed["public_id"]])
    assert "已完成 1 / 应 9" in page.content.decode()


def test_posting_again_gives_the_same_answer(client: Client, town_cadre: User, typed: dict[str, Any]) -> None:
    client.force_login(town_cadre)
    answers = [client.post(FORM, typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("happened_on", "2026-02-30", "没有 30 日"),
        ("happened_on", "2099-01-01", "请填写实际发生的日期"),
        ("happened_on", "2025-12-30", "没有结对"),
        ("text", "字" * 301, "最多 300 个字"),
        ("text", "他比较难缠", "只记事"),
        ("kind", "", "请选择联系方式。"),
        ("members", [], "请选择见到的成员。"),
        ("asked_text", "想办证", "请选择是诉求、建议还是别的。"),
    ],
)
def test_error_is_a_sentence_and_keeps_what_was_typed(
    client: Client, town_cadre: User, typed: dict[str, Any], field: str, value: Any, sentence: str
) -> None:
    client.force_login(town_cadre)
    answer = client.post(FORM, {**typed, field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ("聊了新厂房" in answer.content.decode()) is (field != "text")
    assert not Visit.objects.exists()


def test_third_contact_in_a_month_asks_for_a_tick(
    client: Client, town_cadre: User, typed: dict[str, Any], make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    make_visit(kind="phone")
    client.force_login(town_cadre)
    warned = client.post(FORM, typed)
    assert warned.status_code == 422
    assert "本月已被联系 2 次" in warned.content.decode()
    assert 'name="confirmed"' in warned.content.decode()
    assert client.post(FORM, {**typed, "confirmed": "on"}).status_code == 302


def test_what_was_asked_becomes_a_case_of_the_visit(
    client: Client, town_cadre: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    page = client.post(FORM, {**typed, "asked_kind": "request", "asked_text": "想办证"}, follow=True)
    assert Case.objects.get().number in page.content.decode()


def test_edit_keeps_history(
    client: Client, town_cadre: User, typed: dict[str, Any], make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit(text="原来的话")
    client.force_login(town_cadre)
    url = reverse("pairing:edit_visit", args=[visit.public_id])
    page = client.post(url, {**typed, "version": 1}, follow=True).content.decode()
    assert "聊了新厂房" in page
    assert "原来的话" in page
    assert client.post(url, {**typed, "version": 1}).status_code == 409


def test_void_needs_a_reason(client: Client, town_cadre: User, make_visit: Callable[..., Visit]) -> None:
    visit = make_visit()
    client.force_login(town_cadre)
    url = reverse("pairing:void_visit", args=[visit.public_id])
    assert client.post(url, {"version": 1, "reason": ""}).status_code == 422
    assert (
        "不计入任何数据" in client.post(url, {"version": 1, "reason": "重复"}, follow=True).content.decode()
    )


def test_above_the_office_there_is_no_name_and_no_text(
    client: Client, city_leader: User, member: Member, make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit(text="聊了新厂房")
    client.force_login(city_leader)
    for url in (reverse("pairing:visit", args=[visit.public_id]), reverse("pairing:visits")):
        page = client.get(url).content.decode()
        assert member.record_number in page
        assert member.name not in page
        assert "新厂房" not in page


def test_reading_a_visit_by_somebody_else_is_logged(
    client: Client, county_admin: User, member: Member, make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit(text="聊了新厂房")
    client.force_login(county_admin)
    assert "新厂房" in client.get(reverse("pairing:visit", args=[visit.public_id])).content.decode()
    read = AuditEvent.objects.get(action=AuditEvent.Action.READ)
    assert (read.actor_id, read.target_id) == (county_admin.pk, str(member.pk))


def test_withdrawn_member_is_hidden_from_everybody(
    client: Client, town_cadre: User, member: Member, make_visit: Callable[..., Visit]
) -> None:
    visit = make_visit(text="聊了新厂房")
    Member.objects.filter(pk=member.pk).update(status=Member.Status.WITHDRAWN)
    client.force_login(town_cadre)
    page = client.get(reverse("pairing:visit", args=[visit.public_id])).content.decode()
    assert member.name not in page
    assert "新厂房" not in page


def test_list_narrows_by_day_kind_and_cadre(
    client: Client, town_cadre: User, make_visit: Callable[..., Visit]
) -> None:
    shown, other = make_visit(kind="phone"), make_visit(happened_on=make_visit().happened_on.replace(month=5))
    client.force_login(town_cadre)
    page = client.get("/visits/?first=2026-03-01&last=2026-03-31&kind=phone&cadre=董").content.decode()
    assert shown.number in page
    assert other.number not in page


@pytest.mark.parametrize("query", ["first=昨天", "page=999999", "size=7", "office=none", "kind=xx"])
def test_list_takes_nonsense_in_the_address(
    client: Client, town_cadre: User, make_visit: Callable[..., Visit], query: str
) -> None:
    make_visit()
    client.force_login(town_cadre)
    assert client.get(f"/visits/?{query}").status_code == 200


@pytest.mark.parametrize("name", ["pairing:visits", "pairing:pairs", "pairing:mine", "casework:cases"])
def test_lists_are_flat(
    client: Client,
    town_cadre: User,
    make_visit: Callable[..., Visit],
    make_member: Callable[..., Member],
    pair_with: Callable[[Member], Pairing],
    name: str,
) -> None:
    make_visit()
    client.force_login(town_cadre)
    few = count_queries(client, reverse(name))
    for number in range(6):
        other = make_member(f"孙{'甲乙丙丁戊己'[number]}")
        pair_with(other)
        make_visit(members=(other,))
    assert count_queries(client, reverse(name)) == few <= 15


def test_pair_page_is_flat(
    client: Client, town_cadre: User, pairing: Pairing, make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    client.force_login(town_cadre)
    url = reverse("pairing:pair", args=[pairing.public_id])
    few = count_queries(client, url)
    for month in range(4, 9):
        make_visit(happened_on=make_visit().happened_on.replace(month=month))
    assert count_queries(client, url) == few <= 15

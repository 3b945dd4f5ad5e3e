"""本周补记 and the grid for paper slips: each row by itself, nothing lost; the delay of entry."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from apps.pairing.queries import entry_delay
from tests.cast import Tree

WEEK = "/visits/week/"
PAPER = "/visits/paper/"


@pytest.fixture
def other(make_member: Callable[..., Member], pair_with: Callable[[Member], Pairing]) -> Member:
    member = make_member("孙洱")
    pair_with(member)
    return member


def row(prefix: object, member: Member, **said: str) -> dict[str, Any]:
    typed = {
        "public_id": str(uuid.uuid4()),
        "member": str(member.public_id),
        "happened_on": "2026-3-5",
        **said,
    }
    return {f"r{prefix}-{name}": value for name, value in typed.items()}


def test_rows_are_saved_in_one_go_and_empty_ones_left_out(
    client: Client, town_cadre: User, pairing: Pairing, other: Member
) -> None:
    member = pairing.member
    client.force_login(town_cadre)
    page = client.post(
        WEEK, row(member.pk, member, kind="talk", text="聊了新厂房") | row(other.pk, other), follow=True
    )
    assert "已保存 1 条" in page.content.decode()
    assert Visit.objects.get().text == "聊了新厂房"


def test_wrong_row_comes_back_as_typed_and_the_right_one_is_saved(
    client: Client, town_cadre: User, pairing: Pairing, other: Member
) -> None:
    member = pairing.member
    client.force_login(town_cadre)
    wrong = row(other.pk, other, text="他比较难缠", kind="")
    answer = client.post(WEEK, row(member.pk, member, kind="phone") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "他比较难缠" in page
    assert "请选择联系方式" in page
    assert "只记事" in page
    assert Visit.objects.get().kind == "phone"
    assert Visit.objects.get().number in page
    assert (
        client.post(
            WEEK, wrong | {f"r{other.pk}-text": "聊了新厂房", f"r{other.pk}-kind": "talk"}
        ).status_code
        == 302
    )


def test_third_contact_of_a_month_asks_for_a_tick_in_its_row(
    client: Client, town_cadre: User, pairing: Pairing, make_visit: Callable[..., Visit]
) -> None:
    make_visit()
    make_visit()
    client.force_login(town_cadre)
    said = row(pairing.member.pk, pairing.member, kind="phone")
    page = client.post(WEEK, said).content.decode()
    assert f'name="r{pairing.member.pk}-confirmed"' in page
    assert client.post(WEEK, said | {f"r{pairing.member.pk}-confirmed": "on"}).status_code == 302


def test_member_of_another_cadre_is_no_row(
    client: Client, town_cadre: User, neighbour: User, pairing: Pairing
) -> None:
    client.force_login(neighbour)
    client.post(WEEK, row(pairing.member.pk, pairing.member, kind="talk"))
    client.post(PAPER, row(1, pairing.member, kind="talk"))
    assert not Visit.objects.exists()


def test_slips_are_marked_and_may_name_one_member_twice(
    client: Client, town_cadre: User, pairing: Pairing
) -> None:
    client.force_login(town_cadre)
    two = row(1, pairing.member, kind="talk") | row(2, pairing.member, kind="phone", happened_on="2026.3.9")
    assert client.post(PAPER, two).status_code == 302
    assert list(Visit.objects.values_list("source", flat=True)) == ["paper", "paper"]
    assert "纸条补录" in client.get("/visits/").content.decode()


def test_delay_is_the_median_of_the_office_without_paper(
    client: Client, town_cadre: User, tree: Tree, pairing: Pairing
) -> None:
    client.force_login(town_cadre)
    today = timezone.localdate()
    for days in (0, 1, 30):
        said = row(1, pairing.member, kind="talk", happened_on=(today - dt.timedelta(days=days)).isoformat())
        typed = {name.removeprefix("r1-"): value for name, value in said.items()}
        client.post("/visits/new/", typed | {"members": [str(pairing.member.public_id)], "confirmed": "on"})
    client.post(PAPER, row(1, pairing.member, kind="talk", happened_on="2026-1-5"))
    assert Visit.objects.count() == 4
    year = today.replace(month=1, day=1)
    assert entry_delay([tree.town.path], year) == 1
    assert entry_delay([tree.county.path], year) is None
    assert "中位数：1 天" in client.get("/visits/").content.decode()


@pytest.mark.parametrize("sheet", ["", "?sheet=sign_up", "?sheet=nonsense"])
def test_sheets_are_printed(client: Client, town_cadre: User, pairing: Pairing, sheet: str) -> None:
    client.force_login(town_cadre)
    page = client.get(reverse("pairing:paper_print") + sheet).content.decode()
    assert ("签到表</h2>" in page) is (sheet == "?sheet=sign_up")
    assert pairing.member.name not in page

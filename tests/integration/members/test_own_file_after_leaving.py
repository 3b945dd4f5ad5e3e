"""Who left reads in the own file when the rest goes, and what keeps it for a while."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.actions import withdraw_member
from apps.members.erasing.leaving import agree_to_hold, ask_for_hold
from apps.members.models import Member
from apps.members.ownfile import codes
from tests.cast import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(make_member: Callable[..., Member], town_cadre: User, client: Client) -> Member:
    """Somebody who withdrew today and still reads the own file."""
    person = make_member("钱宜", birth_month=dt.date(1978, 5, 1))
    code = codes.code_by_letter(member=person, by=town_cadre)[1]
    client.post(reverse("open_link", args=["my"]), {"code": code, "proof": "1978.05"})
    withdraw_member(member=person, on=timezone.localdate(), by=None)
    return person


def page(client: Client) -> str:
    answer = client.get(reverse("own:file"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_own_file_says_when_it_is_erased(client: Client, left: Member) -> None:
    assert f"{timezone.localdate() + dt.timedelta(days=15)} 删除" in page(client)


def test_who_left_may_still_complain_and_nothing_else(client: Client, left: Member, tree: Tree) -> None:
    assert reverse("casework:own_new") in page(client)
    asked = client.post(reverse("casework:own_new"), {"kind": "request", "text": "请帮忙办证"})
    assert asked.status_code == 422
    said = client.post(reverse("casework:own_new"), {"kind": "complaint", "text": "退出后仍有人打电话"})
    case = Case.objects.get(member=left)
    assert said.headers["Location"] == reverse("casework:own_case", args=[case.public_id])
    assert (case.confidential, case.lead_office) == (True, tree.county)
    assert case.number in client.get(said.headers["Location"]).text


def test_own_file_says_what_keeps_it(
    client: Client, left: Member, county_admin: User, city_admin: User
) -> None:
    until = timezone.localdate() + dt.timedelta(days=90)
    hold = ask_for_hold(member=left, clause="dispute", ends_on=until, by=county_admin)
    assert "暂缓" not in page(client)
    agree_to_hold(hold=hold, by=city_admin)
    shown = page(client)
    assert f"删除已暂缓至 {until}" in shown
    assert f"{until + dt.timedelta(days=1)} 删除" in shown
    assert "个人信息保护法第十三条" in shown

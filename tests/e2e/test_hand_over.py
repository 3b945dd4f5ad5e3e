"""A cadre leaves: the administrator hands their pairs over step by step, and the successor finds what they must know."""

import datetime as dt
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.actions import accept_case
from apps.casework.models import Case
from apps.members.models import Member
from apps.pairing.actions import log_visit
from apps.pairing.models import Pairing, Promise
from apps.pairing.rules import Asked, Promised, VisitContent
from tests.cast import Tree
from tests.e2e.conftest import SignIn
from tests.e2e.findings import accessibility

# Where to put pictures of each step, for people to look at.
PICTURES = os.environ.get("PICTURES")


@pytest.fixture
def successor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("successor", RoleName.CADRE, tree.town, "接手")


@pytest.fixture
def left_behind(pairing: Pairing) -> Case:
    """An open case in the cadre's hands, and a promise that is due."""
    today = timezone.localdate()
    content = VisitContent(
        members=(pairing.member.public_id,),
        kind="talk",
        happened_on=today - dt.timedelta(days=3),
        asked=(Asked(kind="request", text="想办证"),),
        promised=(Promised(text="送政策汇编", due_on=today),),
    )
    log_visit(public_id=uuid.uuid4(), content=content, by=pairing.cadre, among=Member.objects.all())
    return accept_case(case=Case.objects.get(), by=pairing.cadre)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_pairs_are_handed_over_and_the_successor_sees_the_note(
    page: Page,
    phone: Page,
    sign_in: SignIn,
    pairing: Pairing,
    left_behind: Case,
    successor: User,
    county_admin: User,
) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    sign_in(page, county_admin)
    page.goto(reverse("pairing:pairs"))
    page.get_by_role("link", name="移交", exact=True).click()
    page.get_by_label("移交谁的结对").select_option(str(pairing.cadre_id))
    page.get_by_label("原干部负责的最后一天").fill(yesterday.isoformat())
    assert accessibility(page) == []
    picture(page, "1-terms")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label(f"接手干部 {pairing.member.name}").select_option(str(successor.pk))
    page.get_by_label(f"给接手干部的说明 {pairing.member.name}").fill("材料放在二楼窗口")
    page.get_by_label(f"承办人 {left_behind.number}").select_option(str(successor.pk))
    assert accessibility(page) == []
    picture(page, "2-choice")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("heading", name="核对移交")).to_be_visible()
    expect(page.get_by_text("材料放在二楼窗口")).to_be_visible()
    assert Pairing.objects.filter(cadre=successor).count() == 0
    assert accessibility(page) == []
    picture(page, "3-review")
    page.get_by_role("button", name="确认移交").click()
    expect(page.get_by_text("已移交 1 个结对。")).to_be_visible()
    _successor_goes_on(phone, sign_in, successor, pairing.member, left_behind)


def _successor_goes_on(phone: Page, sign_in: SignIn, successor: User, member: Member, case: Case) -> None:
    sign_in(phone, successor)
    phone.goto(reverse("dashboard:today"))
    expect(phone.get_by_role("link", name="送政策汇编")).to_be_visible()
    expect(phone.get_by_role("link", name=case.number)).to_be_visible()
    picture(phone, "4-today")
    phone.goto(reverse("pairing:mine"))
    phone.get_by_role("link", name=member.name, exact=True).first.click()
    expect(phone.get_by_role("heading", name="移交说明")).to_be_visible()
    expect(phone.get_by_text("材料放在二楼窗口")).to_be_visible()
    expect(phone.get_by_text("送政策汇编")).to_be_visible()
    assert accessibility(phone) == []
    picture(phone, "5-note")
    phone.goto(reverse("dashboard:today"))
    phone.get_by_role("button", name="已兑现").click()
    expect(phone.get_by_text("已记下兑现日期。")).to_be_visible()
    assert Promise.objects.get().kept_on == timezone.localdate()

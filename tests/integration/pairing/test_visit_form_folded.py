"""What is folded in the visit form: several things asked, a promise, organizations, companions, writing for another."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.casework.models import Case
from apps.members.models import Member, Organization
from apps.pairing.actions import let_write
from apps.pairing.models import Companion, Deputy, Met, Pairing, Promise, Visit
from tests.cast import Tree

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


@pytest.fixture
def colleague(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("colleague", RoleName.CADRE, tree.town, "康僚")


def test_each_thing_asked_becomes_a_case(client: Client, town_cadre: User, typed: dict[str, Any]) -> None:
    client.force_login(town_cadre)
    said = {
        "asked_kind": "request",
        "asked_text": "想办证",
        "asked_kind_2": "suggestion",
        "asked_text_2": "建议错峰供电",
    }
    assert client.post(FORM, typed | said).status_code == 302
    assert sorted(Case.objects.values_list("kind", flat=True)) == ["request", "suggestion"]


def test_promise_needs_its_day_and_stays_open_until_kept(
    client: Client, town_cadre: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    assert client.post(FORM, typed | {"promised_text": "送政策汇编"}).status_code == 422
    early = client.post(FORM, typed | {"promised_text": "送政策汇编", "promised_on": "2026-3-4"})
    assert "不能早于联系日期" in early.content.decode()
    page = client.post(FORM, typed | {"promised_text": "送政策汇编", "promised_on": "2026-4-1"}, follow=True)
    assert "2026-04-01 前兑现" in page.content.decode()
    promise = Promise.objects.open().get()
    for _twice in range(2):
        client.post(reverse("pairing:keep_promise", args=[promise.public_id]))
    assert Promise.objects.get().kept_on == timezone.localdate()


def test_organization_is_met_by_name_alone(
    client: Client, town_cadre: User, tree: Tree, typed: dict[str, Any]
) -> None:
    one = Organization.objects.create(office=tree.town, name="甲县商会", kind="chamber")
    Organization.objects.create(office=tree.far_town, name="甲县商会二", kind="chamber")
    client.force_login(town_cadre)
    typed = typed | {"members": [], "organizations": "商会"}
    assert client.post(FORM, typed).status_code == 302
    assert Met.objects.get().organization == one


def test_names_that_fit_none_or_several_are_told(
    client: Client, town_cadre: User, tree: Tree, typed: dict[str, Any]
) -> None:
    for name in ("甲县商会", "东镇商会"):
        Organization.objects.create(office=tree.town, name=name, kind="chamber")
    client.force_login(town_cadre)
    answer = client.post(FORM, typed | {"organizations": "商会、协会", "companions": "南邻"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“商会”对应不止一个" in page
    assert "没有找到“协会”" in page
    assert "没有找到“南邻”" in page
    assert not Visit.objects.exists()


def test_companions_are_users_and_survive_a_correction(
    client: Client, town_cadre: User, colleague: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    page = client.post(FORM, typed | {"companions": "康僚（东镇）"}, follow=True)
    assert "康僚" in page.content.decode()
    visit = Visit.objects.get()
    url = reverse("pairing:edit_visit", args=[visit.public_id])
    shown = client.get(url).context["form"].initial
    assert shown["companions"] == "康僚"
    client.post(url, typed | {"companions": shown["companions"], "version": 1})
    assert Companion.objects.get().user == colleague


def test_second_visit_of_a_day_is_kept_and_flagged(
    client: Client, town_cadre: User, typed: dict[str, Any], make_visit: Callable[..., Visit]
) -> None:
    first = make_visit()
    client.force_login(town_cadre)
    page = client.post(FORM, typed, follow=True).content.decode()
    assert "疑似重复" in page
    assert first.number in page
    assert client.get("/visits/").content.decode().count("疑似重复") == 2
    client.post(reverse("pairing:void_visit", args=[first.public_id]), {"version": 1, "reason": "重复"})
    assert "疑似重复" not in client.get("/visits/").content.decode()


def test_repeating_takes_over_whom_and_how(
    client: Client, town_cadre: User, make_visit: Callable[..., Visit], member: Member
) -> None:
    visit = make_visit(kind="phone", text="原来的话")
    make_visit(kind="talk")
    client.force_login(town_cadre)
    again = client.get(f"{FORM}?again={visit.public_id}").context["form"].initial
    assert (again["kind"], again["members"]) == ("phone", [str(member.public_id)])
    assert "text" not in again
    assert client.get(f"{FORM}?again=last").context["form"].initial["kind"] == "talk"


def test_secretary_writes_for_a_leader_who_let_them(
    client: Client, town_cadre: User, colleague: User, typed: dict[str, Any]
) -> None:
    said = typed | {"entered_for": town_cadre.username}
    client.force_login(colleague)
    assert client.post(FORM, said).status_code == 404
    let_write(cadre=town_cadre, deputy=colleague, ends_on=timezone.localdate())
    page = client.post(FORM, said, follow=True).content.decode()
    visit = Visit.objects.get()
    assert (visit.cadre, visit.entered_by) == (town_cadre, colleague)
    assert "康僚代录" in page


def test_secretary_chooses_only_among_names_they_see(
    client: Client, town_cadre: User, neighbour: User, pairing: Pairing
) -> None:
    today = timezone.localdate()
    Deputy.objects.create(cadre=town_cadre, deputy=neighbour, starts_on=today, ends_on=today)
    client.force_login(neighbour)
    page = client.get(f"{FORM}?for={town_cadre.username}").content.decode()
    assert pairing.member.name not in page


def test_cadre_lets_write_and_takes_it_back(client: Client, town_cadre: User, colleague: User) -> None:
    client.force_login(town_cadre)
    url = reverse("pairing:deputies")
    today = timezone.localdate()
    for name, day in (("董干", today), ("没有人", today), ("康僚", today + dt.timedelta(days=400))):
        assert client.post(url, {"deputy": name, "ends_on": day}).status_code == 422
    assert client.post(url, {"deputy": "康僚", "ends_on": today}).status_code == 302
    client.force_login(colleague)
    let = Deputy.objects.get()
    assert client.post(reverse("pairing:end_deputy", args=[let.pk])).status_code == 404
    client.force_login(town_cadre)
    client.post(reverse("pairing:end_deputy", args=[let.pk]))
    assert not Deputy.objects.exists()


def test_colleague_who_may_not_log_is_no_deputy(client: Client, town_cadre: User, county_admin: User) -> None:
    assert Grant.objects.filter(user=county_admin).exists()
    client.force_login(town_cadre)
    answer = client.post(reverse("pairing:deputies"), {"deputy": "贾管", "ends_on": timezone.localdate()})
    assert "没有登记联系的授权" in answer.content.decode()


def test_plain_visit_is_written_in_twelve_statements(
    client: Client, town_cadre: User, typed: dict[str, Any]
) -> None:
    client.force_login(town_cadre)
    said = typed | {"happened_on": timezone.localdate().isoformat()}
    client.post(
        FORM, said | {"public_id": str(uuid.uuid4()), "kind": "phone"}
    )  # prepares, writes the session
    with CaptureQueriesContext(connection) as queries:
        assert client.post(FORM, said).status_code == 302
    written = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(written) <= 12, "\n".join(sql[:90] for sql in written)

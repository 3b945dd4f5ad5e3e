"""成员自助: how a member gets in, what is shown, how it ends; and that no table, page or log says that they came."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.members.merges import Side, merge_members
from apps.members.models import Member, OwnFileCode, OwnFileSession
from apps.members.ownfile import codes
from apps.members.ownfile.access import cookie_name, forget_over

ENTRANCE = "/l/my/"
FILE = "/my/"
BORN = dt.date(1978, 5, 1)


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def person(make_member: Callable[..., Member]) -> Member:
    return make_member("钱宜", birth_month=BORN, phone="13812345678", email="qian@example.cn")


@pytest.fixture
def letter(person: Member, town_cadre: User) -> str:
    return codes.code_by_letter(member=person, by=town_cadre)[1]


def enter(client: Client, code: str, proof: str = "1978.05") -> int:
    return client.post(ENTRANCE, {"code": code, "proof": proof}).status_code


@pytest.fixture
def at_home(client: Client, letter: str) -> Client:
    """The member, inside."""
    assert enter(client, letter) == 302
    return client


# -- the way in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["1978.05", "1978-05", "5678"])
def test_code_and_second_answer_open_the_file(client: Client, letter: str, proof: str) -> None:
    assert enter(client, letter.lower().replace("-", " "), proof) == 302
    page = client.get(FILE).content.decode()
    assert "13812345678" in page
    assert "qian@example.cn" in page


def test_link_asks_and_uses_nothing_up(client: Client, letter: str) -> None:
    for _times in range(2):
        assert letter in client.get(f"/l/my-{letter}/").content.decode()
    assert enter(client, letter) == 302


def test_code_opens_once(client: Client, letter: str) -> None:
    assert enter(client, letter) == 302
    assert enter(Client(), letter) == 422


def test_wrong_answers_end_the_code(client: Client, letter: str) -> None:
    assert [enter(client, letter, "0000") for _try in range(5)] == [422] * 5
    assert enter(client, letter) == 422


def test_code_runs_out(client: Client, letter: str) -> None:
    OwnFileCode.objects.update(last_day=timezone.localdate() - dt.timedelta(days=1))
    assert enter(client, letter) == 422


def test_new_letter_ends_the_one_before(
    client: Client, person: Member, letter: str, town_cadre: User
) -> None:
    again = codes.code_by_letter(member=person, by=town_cadre)[1]
    assert enter(client, letter) == 422
    assert enter(client, again) == 302


def test_guessing_is_slowed_down(client: Client) -> None:
    answers = [enter(client, "AAAA-BBBB-CCCC") for _try in range(21)]
    assert answers == [422] * 20 + [429]


def test_all_refusals_read_the_same(client: Client, letter: str) -> None:
    wrong = client.post(ENTRANCE, {"code": letter, "proof": "0000"}).content.decode()
    unknown = client.post(ENTRANCE, {"code": "AAAA-BBBB-CCCC", "proof": "0000"}).content.decode()
    said = "自助码或核对信息不正确，或信函已失效"
    assert said in wrong
    assert said in unknown


def test_member_comes_back_with_an_own_code(at_home: Client) -> None:
    page = at_home.post("/my/next-time/").content.decode()
    code = page.split('<p class="own-code select-all">')[1].split("<")[0]
    assert enter(Client(), code) == 302


def test_code_of_a_duplicate_opens_the_merged_file(
    client: Client, make_member: Callable[..., Member], person: Member, letter: str, county_admin: User
) -> None:
    kept = make_member("钱宜", birth_month=BORN, phone="13900001111")
    merge_members(
        kept=Side(member=kept, version=kept.version),
        duplicate=Side(member=person, version=person.version),
        from_duplicate=frozenset(),
        by=county_admin,
    )
    assert enter(client, letter) == 302
    assert kept.record_number in client.get(FILE).content.decode()


# -- the session --------------------------------------------------------------------------------------------


def test_without_a_session_the_entrance_is_shown(client: Client) -> None:
    assert client.get(FILE).headers["Location"] == ENTRANCE


def test_staff_session_opens_nobodys_file(client: Client, county_admin: User) -> None:
    client.force_login(county_admin)
    assert client.get(FILE).headers["Location"] == ENTRANCE


def test_own_session_opens_no_page_of_staff(at_home: Client) -> None:
    assert at_home.get(reverse("members:list")).status_code == 302
    assert at_home.get("/api/v1/members/").status_code == 401


@pytest.mark.parametrize("column", ["idle_until", "ends_at"])
def test_session_ends(at_home: Client, column: str) -> None:
    OwnFileSession.objects.update(**{column: timezone.now() - dt.timedelta(seconds=1)})
    assert at_home.get(FILE).headers["Location"] == ENTRANCE
    forget_over(timezone.now())
    assert not OwnFileSession.objects.exists()


def test_leaving_deletes_the_session(at_home: Client) -> None:
    at_home.post("/my/leave/")
    assert not OwnFileSession.objects.exists()
    assert at_home.get(FILE).headers["Location"] == ENTRANCE


def test_cookie_is_for_this_host_alone_where_there_is_https(
    client: Client, letter: str, settings: Settings
) -> None:
    settings.HTTPS = True
    client.post(ENTRANCE, {"code": letter, "proof": "5678"}, secure=True)
    cookie = client.cookies["__Host-own-file"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert (cookie["max-age"], cookie["expires"]) == ("", "")  # else a browser drops it at once


def test_table_holds_no_token(at_home: Client) -> None:
    token = at_home.cookies[cookie_name()].value
    assert OwnFileSession.objects.get().digest != token


def test_pages_are_never_kept(at_home: Client) -> None:
    assert at_home.get(FILE).headers["Cache-Control"] == "no-store"


def test_what_a_member_does_is_put_down_to_no_user(
    at_home: Client, county_admin: User, person: Member
) -> None:
    at_home.force_login(county_admin)  # the same browser holds a staff session too
    at_home.post("/my/contact/", {"contact_preference": "none"})
    person.refresh_from_db()
    assert person.contact_preference == "none"
    context = apps.get_model("members", "MemberEvent").objects.latest("pgh_id").pgh_context
    assert context is None or context.metadata.get("user") is None


# -- the page -----------------------------------------------------------------------------------------------


def test_reading_is_flat(at_home: Client, person: Member, make_user: object) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert at_home.get(FILE).status_code == 200
    assert len(queries) <= 25


def test_withdrawn_member_still_reads_and_sees_when_it_ends(at_home: Client, person: Member) -> None:
    at_home.post("/my/withdraw/")
    person.refresh_from_db()
    assert person.status == Member.Status.WITHDRAWN
    page = at_home.get(FILE).content.decode()
    assert f"{person.status_since + dt.timedelta(days=15):%Y-%m-%d}" in page

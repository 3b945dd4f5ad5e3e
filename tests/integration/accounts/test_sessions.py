import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import Term, disable_user, end_grant, grant_role, reset_second_factor
from apps.accounts.middleware import SEEN_AT, SIGNED_IN_AT
from apps.accounts.models import User
from apps.accounts.roles import RoleName
from tests.cast import PASSWORD, Tree
from tests.integration.accounts.conftest import Enrolled, is_signed_in, sign_in

NEW_PASSWORD = "vier gelbe Postkutschen"


@pytest.fixture
def signed_in(town_cadre: User) -> Client:
    client = Client()
    client.force_login(town_cadre)
    assert is_signed_in(client)
    return client


def set_back(client: Client, key: str, by: dt.timedelta) -> None:
    session = client.session
    session[key] = (timezone.now() - by).isoformat()
    session.save()


@pytest.mark.parametrize(
    ("key", "minutes", "still"),
    [(SEEN_AT, 29, True), (SEEN_AT, 31, False), (SIGNED_IN_AT, 719, True), (SIGNED_IN_AT, 721, False)],
)
def test_session_ends_idle_and_in_any_case(signed_in: Client, key: str, minutes: int, still: bool) -> None:
    set_back(signed_in, key, dt.timedelta(minutes=minutes))
    assert is_signed_in(signed_in) is still


def test_use_keeps_a_session_open(signed_in: Client) -> None:
    set_back(signed_in, SEEN_AT, dt.timedelta(minutes=20))
    assert is_signed_in(signed_in)
    seen = dt.datetime.fromisoformat(signed_in.session[SEEN_AT])
    assert timezone.now() - seen < dt.timedelta(minutes=1)


def test_disabled_user_is_out_at_once(signed_in: Client, town_cadre: User, security_admin: User) -> None:
    disable_user(user=town_cadre, by=security_admin)
    assert not is_signed_in(signed_in)


def test_new_role_and_ended_role_end_sessions(
    signed_in: Client, town_cadre: User, security_admin: User, tree: Tree
) -> None:
    term = Term(RoleName.LEADER, tree.town, dt.date(2026, 1, 1))
    grant = grant_role(user=town_cadre, term=term, by=security_admin)
    assert not is_signed_in(signed_in)
    town_cadre.refresh_from_db()
    signed_in.force_login(town_cadre)
    end_grant(grant=grant, by=security_admin, on=timezone.localdate())
    assert not is_signed_in(signed_in)


def test_reset_second_factor_ends_sessions(signed_in: Client, town_cadre: User, security_admin: User) -> None:
    reset_second_factor(user=town_cadre, by=security_admin)
    assert not is_signed_in(signed_in)
    assert not Authenticator.objects.filter(user=town_cadre).exists()


def test_new_password_ends_the_other_sessions(signed_in: Client, town_cadre: User) -> None:
    other = Client()
    other.force_login(town_cadre)
    answer = signed_in.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert answer.status_code == 302
    assert is_signed_in(signed_in)
    assert not is_signed_in(other)
    town_cadre.refresh_from_db()
    assert town_cadre.password.startswith("argon2")


def test_weak_new_password_is_refused_in_chinese(signed_in: Client, town_cadre: User) -> None:
    weak = "tongzhan2026"
    answer = signed_in.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert "密码太容易猜到" in answer.content.decode()


def enter(user: User, code: str) -> Client:
    client = Client()
    sign_in(client, user, HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0")
    client.post("/accounts/2fa/authenticate/", {"code": code}, HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0")
    return client


def test_own_sessions_are_listed_and_ended(
    client: Client, town_cadre: User, neighbour: User, enrolled: Enrolled
) -> None:
    mine = enter(town_cadre, enrolled(town_cadre)())
    other = enter(town_cadre, enrolled(town_cadre)())
    page = mine.get("/accounts/sessions/").content.decode()
    assert page.count('<td data-label="浏览器">Firefox</td>') == 2
    session = UserSession.objects.get(session_key=other.session.session_key)
    client.force_login(neighbour)
    assert client.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    mine.post(f"/accounts/sessions/{session.pk}/end/")
    assert not is_signed_in(other)
    assert is_signed_in(mine)


def test_all_other_sessions_end_at_once(town_cadre: User, enrolled: Enrolled) -> None:
    mine = enter(town_cadre, enrolled(town_cadre)())
    other = enter(town_cadre, enrolled(town_cadre)())
    mine.post("/accounts/sessions/end-others/")
    assert is_signed_in(mine)
    assert not is_signed_in(other)


def test_old_cookie_after_sign_out_is_nobody(signed_in: Client) -> None:
    stolen = signed_in.cookies["sessionid"].value
    signed_in.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_signed_in(thief)

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.routes import every_route
from tests.cast import PASSWORD
from tests.integration.accounts.conftest import Enrolled, code_of, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
TRIES = 5


def fail(client: Client, user: User | str, times: int, **extra: str) -> list[int]:
    return [sign_in(client, user, "wrong", **extra).status_code for _time in range(times)]


def test_password_and_code_let_in(client: Client, town_cadre: User, enrolled: Enrolled) -> None:
    code = enrolled(town_cadre)
    assert sign_in(client, town_cadre).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert is_signed_in(client)
    assert AuditEvent.objects.filter(action="sign_in", actor=town_cadre).count() == 1


def test_code_is_good_once(client: Client, town_cadre: User, enrolled: Enrolled) -> None:
    code = enrolled(town_cadre)()
    sign_in(client, town_cadre)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    other = Client()
    sign_in(other, town_cadre)
    answer = other.post("/accounts/2fa/authenticate/", {"code": code})
    assert "验证码不正确或已用过" in answer.content.decode()
    assert not is_signed_in(other)


def test_codes_cannot_be_tried_without_end(client: Client, town_cadre: User, enrolled: Enrolled) -> None:
    code = enrolled(town_cadre)
    sign_in(client, town_cadre)
    for number in range(20):
        client.post("/accounts/2fa/authenticate/", {"code": f"{number:06}"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert "尝试次数过多" in answer.content.decode()
    assert not is_signed_in(client)


def test_unknown_user_and_wrong_password_read_the_same(client: Client, town_cadre: User) -> None:
    unknown = sign_in(client, "nobody").content.decode()
    wrong = sign_in(client, town_cadre, "wrong").content.decode()
    assert "用户名或密码不正确" in unknown
    assert "用户名或密码不正确" in wrong
    events = AuditEvent.objects.filter(action="sign_in_failed").order_by("id")
    assert [event.target_id for event in events] == ["", str(town_cadre.pk)]
    assert [event.detail for event in events] == [{}, {}]


def test_fifth_failure_locks_even_the_right_password_out(client: Client, town_cadre: User) -> None:
    assert fail(client, town_cadre, TRIES) == [200] * (TRIES - 1) + [429]
    answer = sign_in(client, town_cadre)
    assert answer.status_code == 429
    assert "登录已暂停" in answer.content.decode()
    assert "15 分钟" in answer.content.decode()


def test_lock_is_for_one_user_from_one_address(client: Client, town_cadre: User, neighbour: User) -> None:
    fail(client, town_cadre, TRIES)
    assert sign_in(client, neighbour).status_code == 302
    assert sign_in(Client(), town_cadre, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_unknown_user_is_locked_the_same(client: Client) -> None:
    assert fail(client, "nobody", TRIES)[-1] == 429


def test_forged_forwarded_address_does_not_escape_the_lock(client: Client, town_cadre: User) -> None:
    for number in range(TRIES):
        sign_in(client, town_cadre, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert sign_in(client, town_cadre, HTTP_X_FORWARDED_FOR="198.51.100.99").status_code == 429


def test_address_behind_a_trusted_proxy_counts(client: Client, town_cadre: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    fail(client, town_cadre, TRIES, HTTP_X_FORWARDED_FOR="9.9.9.9, 198.51.100.1")
    assert sign_in(client, town_cadre, HTTP_X_FORWARDED_FOR="198.51.100.2").status_code == 302


def test_disabled_user_reads_the_same_as_a_wrong_password(client: Client, town_cadre: User) -> None:
    User.objects.filter(pk=town_cadre.pk).update(is_active=False)
    assert "用户名或密码不正确" in sign_in(client, town_cadre).content.decode()


def test_no_page_without_second_factor_but_those_to_enrol(client: Client, city_admin: User) -> None:
    Authenticator.objects.filter(user=city_admin).delete()
    client.force_login(city_admin)
    wrong = []
    for route in every_route():
        if route.arguments or "GET" not in route.methods or route.is_open or route.is_for_members:
            continue
        answer = client.get(reverse(route.name))
        sent_to_enrol = answer.status_code == 302 and answer.headers["Location"].startswith(
            ("/accounts/2fa/totp/activate/", "/accounts/reauthenticate/")
        )
        enrolling = route.name in ("account_reauthenticate", "mfa_activate_totp")
        if not (sent_to_enrol or enrolling or (route.is_api and answer.status_code == 403)):
            wrong.append((route.name, answer.status_code))
    assert wrong == []


def test_demo_mode_offers_the_second_factor_without_asking(
    client: Client, city_admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    Authenticator.objects.filter(user=city_admin).delete()
    sign_in(client, city_admin)
    assert is_signed_in(client)
    assert "启用" in client.get("/accounts/2fa/").content.decode()


def test_enrolment_gives_backup_codes_and_lets_on(client: Client, city_admin: User) -> None:
    Authenticator.objects.filter(user=city_admin).delete()
    sign_in(client, city_admin)
    page = client.get("/accounts/2fa/totp/activate/")
    from_page = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(from_page)}, follow=True)
    assert "备用码" in answer.content.decode()
    assert is_signed_in(client)
    stored = Authenticator.objects.filter(user=city_admin).get(type="totp").data["secret"]
    assert from_page not in stored


def test_second_factor_cannot_be_switched_off_where_required(
    client: Client, city_admin: User, enrolled: Enrolled
) -> None:
    code = enrolled(city_admin)
    sign_in(client, city_admin)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=city_admin, type="totp").exists()


@pytest.mark.parametrize(
    "url", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/admin/"]
)
def test_pages_of_allauth_we_do_not_use_are_not_there(client: Client, city_admin: User, url: str) -> None:
    client.force_login(city_admin)
    assert client.get(url).status_code == 404


def test_sign_out_is_written_down(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)
    assert AuditEvent.objects.filter(action="sign_out", actor=town_cadre).exists()


def test_next_page_elsewhere_is_not_followed(client: Client, town_cadre: User, settings: Settings) -> None:
    settings.DEMO = True
    Authenticator.objects.filter(user=town_cadre).delete()
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = Client().post(
            "/accounts/login/", {"login": town_cadre.username, "password": PASSWORD, "next": target}
        )
        assert answer.headers["Location"] == "/"


def test_language_follows_the_user(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    client.post("/accounts/language/", {"language": "en"})
    elsewhere = Client()
    elsewhere.force_login(town_cadre)
    assert elsewhere.get("/accounts/sessions/").headers["Content-Language"] == "en"


def test_language_nobody_speaks_is_ignored(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    client.post("/accounts/language/", {"language": "xx"})
    town_cadre.refresh_from_db()
    assert town_cadre.language == "zh-hans"

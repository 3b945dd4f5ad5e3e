"""What every answer carries (guide/security.md B1), and what people read when something goes wrong."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse

from apps.accounts.models import User
from apps.core.errors import TEXTS, error_page


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("broken/", broken)]
handler500 = "apps.core.errors.server_error"


def test_every_answer_carries_the_careful_headers(client: Client, db: None) -> None:
    answer = client.get(reverse("account_login"))
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_policy_allows_no_inline_code(client: Client, db: None) -> None:
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "nonce" not in policy


def test_signed_in_page_is_kept_by_no_cache(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    assert client.get(reverse("account_change_password")).headers["Cache-Control"] == "no-store"
    assert client.get("/no-such-page/").headers["Cache-Control"] == "no-store"


def test_missing_page_is_404_in_chinese_with_a_request_number(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "找不到这个页面或记录" in page
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", page)


def test_form_without_token_is_403_with_advice() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "刷新后重新提交" in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_crash_is_500_in_chinese(client: Client, db: None, rf: RequestFactory) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出错" in answer.content.decode()


@pytest.mark.parametrize("status", sorted(TEXTS))
def test_error_page_says_what_to_do(rf: RequestFactory, status: int) -> None:
    answer = error_page(rf.get("/"), status)
    assert answer.status_code == status
    assert str(TEXTS[status].what_to_do) in answer.content.decode()


def test_too_large_a_form_is_413(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        answer = client.post(reverse("account_change_password"), {"oldpassword": "x" * 100})
    assert answer.status_code == 413

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from apps.accounts.models import User
from tests.cast import PASSWORD

Enrolled = Callable[[User], Callable[[], str]]
SECONDS_PER_CODE = 30


@pytest.fixture
def enrolled() -> Enrolled:
    """Gives a user a second factor whose codes the test can read off."""

    def enrol(user: User) -> Callable[[], str]:
        Authenticator.objects.filter(user=user).delete()
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return lambda: code_of(secret)

    return enrol


def code_of(secret: str) -> str:
    """What the phone shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // SECONDS_PER_CODE))


def sign_in(client: Client, user: User | str, password: str = PASSWORD, **extra: Any) -> Any:
    """The first step: name and password."""
    username = user if isinstance(user, str) else user.username
    return client.post("/accounts/login/", {"login": username, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200

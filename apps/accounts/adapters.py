"""Where allauth asks how we want it: words, addresses, what is written down, what stays closed."""

import datetime as dt
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.middleware import SIGNED_IN_AT
from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import crypto
from apps.core.client_address import client_address

# One sentence for an unknown user and a wrong password, so that nobody learns who has an account.
WRONG_SIGN_IN = _("用户名或密码不正确")
WRONG_CODE = _("验证码不正确或已用过，请等待下一个验证码")
TOO_MANY_TRIES = _("尝试次数过多，请稍后再试")

# allauth's message templates that people are shown, in our words; the others say nothing worth reading.
SAID: dict[str, str | Promise] = {
    "account/messages/password_changed.txt": _("密码已修改，其他设备已退出登录。"),
    "mfa/messages/totp_activated.txt": _("两步验证已启用。"),
    "mfa/messages/totp_deactivated.txt": _("两步验证已停用。"),
    "mfa/messages/recovery_codes_generated.txt": _("已生成新的备用码，原来的备用码作废。"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up closed; sign-in, failures and sign-out written down; addresses only from trusted proxies."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG_SIGN_IN,
        "invalid_login": WRONG_SIGN_IN,
        "enter_current_password": _("当前密码不正确"),
        "incorrect_password": _("密码不正确"),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY_TRIES,
        "rate_limited": TOO_MANY_TRIES,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record(AuditEvent.Action.SIGN_IN, target=user, by=user)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A disabled user's right password reads like a wrong one; allauth by itself would say more."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # The name that was typed is not kept: people type passwords into the wrong field.
        known = User.objects.filter(username=credentials.get("username", "")).first()
        record(AuditEvent.Action.SIGN_IN_FAILED, target=known, by=None)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record(AuditEvent.Action.SIGN_OUT, target=request.user, by=request.user)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not in the first minutes after sign-in: who enrols then has just typed the password."""
        signed_in = self.request.session.get(SIGNED_IN_AT)
        limit = dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        return not signed_in or timezone.now() - dt.datetime.fromisoformat(signed_in) > limit

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        record(AuditEvent.Action.CHANGE, target=user, by=user, fields=["password"])

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if said := SAID.get(message_template or ""):
            messages.add_message(request, level, str(said))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Disabled between password and code."""
        return redirect("account_login")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets encrypted with the data key; the second factor cannot be switched off where it is required."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _("本系统要求两步验证，不能停用。更换手机请联系安全管理员重置。"),
    }

    _PLACE = {"table": "mfa_authenticator", "column": "data", "row": UUID(int=0)}

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, **self._PLACE)  # type: ignore[arg-type]

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, **self._PLACE)  # type: ignore[arg-type]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return bool(settings.DEMO)

    def get_totp_label(self, user: User) -> str:
        return user.username

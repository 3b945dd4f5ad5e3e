"""The few pages of allauth that we use, under allauth's own names; its other pages are not mounted.

Each is wrapped so that it says who may use it, like every view of ours.
"""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.decorators.http import require_http_methods

from apps.accounts.middleware import without_second_factor
from apps.accounts.views.entrance import set_language
from apps.accounts.views.sessions import sessions
from apps.core.access import Permission, open_to_everyone, requires

View = Callable[..., Any]


def own(view: View, *methods: str) -> View:
    """A page of anybody who is signed in."""
    return requires(Permission.OWN_ACCOUNT)(require_http_methods(methods or ["GET", "POST"])(view))


def enrolling(view: View, *methods: str) -> View:
    """A page of one's own that is needed before the second factor is there."""
    return without_second_factor(own(view, *methods))


def entrance(view: View) -> View:
    """A page on the way in."""
    return open_to_everyone(require_http_methods(["GET", "POST"])(view))


urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("sessions/", sessions, name="usersessions_list"),
    path("login/", entrance(account.login), name="account_login"),
    path("logout/", enrolling(account.logout, "POST"), name="account_logout"),
    path("reauthenticate/", enrolling(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", own(account.password_change), name="account_change_password"),
    path("2fa/", own(mfa.index, "GET"), name="mfa_index"),
    path("2fa/authenticate/", entrance(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", enrolling(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        own(recovery_codes.view_recovery_codes, "GET"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        own(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]

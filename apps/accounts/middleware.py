"""What holds for every request of somebody who is signed in: how long, with a second factor, in which language."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from apps.core import scope

Answer = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SECOND_FACTOR_SEEN = "second_factor_seen"
# The session row is written at most this often; the idle limit is exact to it.
SEEN_EVERY = dt.timedelta(minutes=1)


class SessionLimits:
    """Ends a session after 30 idle minutes and after 12 hours in any case (guide A8)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not self._still_open(request, timezone.now()):
            logout(request)
            messages.info(request, _("登录已超时，请重新登录。"))
        return self.get_response(request)

    def _still_open(self, request: HttpRequest, now: dt.datetime) -> bool:
        session = request.session
        signed_in = _moment(session.setdefault(SIGNED_IN_AT, now.isoformat()))
        seen = _moment(session.setdefault(SEEN_AT, now.isoformat()))
        if now - seen > settings.SESSION_IDLE_LIMIT or now - signed_in > settings.SESSION_ABSOLUTE_LIMIT:
            return False
        if now - seen > SEEN_EVERY:
            session[SEEN_AT] = now.isoformat()
        return True


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def without_second_factor(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a page that is needed before the second factor is there: to enrol, to confirm the password, to leave."""
    view.without_second_factor = True  # type: ignore[attr-defined]
    return view


class SecondFactorRequired:
    """Outside demo mode, who has no second factor reaches nothing but the pages to enrol one (guide A6)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if settings.DEMO or not request.user.is_authenticated or self._has_factor(request):
            return None
        if getattr(view, "without_second_factor", False) or getattr(view, "required_permission", ...) is None:
            return None
        if hasattr(view, "cls"):
            return _refused_machine()
        return redirect("mfa_activate_totp")

    def _has_factor(self, request: HttpRequest) -> bool:
        if SECOND_FACTOR_SEEN not in request.session:
            if not get_adapter().is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return False
            # Taking the factor away ends all sessions, so that it need not be looked up again in this one.
            request.session[SECOND_FACTOR_SEEN] = True
        return True


def _refused_machine() -> HttpResponse:
    body = {"code": "second_factor_required", "status": 403, "title": _("请先启用两步验证")}
    return JsonResponse(body, status=403, content_type="application/problem+json")


class UserLanguage:
    """The language that the user chose, on whatever device; before sign-in the cookie and the browser decide."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        patch_vary_headers(response, ["Cookie"])
        return response


def within_reach(get_response: Answer) -> Answer:
    """The database shows rows about persons in the user's reach; to whom nobody knows, none, and says so loudly.

    The grants are read here and not again: every page asks for them.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        reach = scope.of_actor(request.user) if request.user.is_authenticated else scope.NOBODY
        with scope.entered(reach):
            response = get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _within(reach, response.streaming_content)
        return response

    return answer


def _within(reach: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is made only while it is sent, made in the same scope."""
    while True:
        with scope.entered(reach):
            part = next(parts, None)
        if part is None:
            return
        yield part

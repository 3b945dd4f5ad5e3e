"""The member's session: a cookie and a row of its own, never a user, never beside a staff session.

`own_file` stands on every page under /my/. No address, no device and no time of use is kept; the row is deleted when
the session ends, and the web server's log leaves these pages out.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.core import scope
from apps.members.merges import standing_for
from apps.members.models import Member, OwnFileSession

IDLE = dt.timedelta(minutes=20)
ABSOLUTE = dt.timedelta(hours=2)
# The row is written at most this often.
RENEWED_EVERY = dt.timedelta(minutes=2)
# Where members are and staff are not: nobody is signed in there, whatever cookies the browser brings.
MEMBERS_ONLY = ("/my/", "/l/")


class MemberRequest(HttpRequest):
    """A request of a member in the own file."""

    member: Member


Handler = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


def no_staff_here(get_response: Handler) -> Handler:
    """Middleware: on a member's pages no user is signed in, so that nothing done there is put down to one."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(MEMBERS_ONLY):
            request.user = AnonymousUser()
        response = get_response(request)
        if request.path_info.startswith(MEMBERS_ONLY):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def own_file(view: View) -> View:
    """Only for a member with an open session; everybody else, staff too, is led to the entrance."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        member = member_of(request)
        if member is None:
            return redirect(entrance_address())
        request.member = member
        with scope.entered(scope.of_member([member.pk])):
            return view(request, *args, **kwargs)

    guarded.login_required = False  # type: ignore[attr-defined]  # no user
    guarded.required_permission = None  # type: ignore[attr-defined]
    guarded.for_members = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def entrance_address() -> str:
    return reverse("open_link", args=["my"])


def cookie_name() -> str:
    """Read when asked for: tests and settings decide whether there is HTTPS."""
    return "__Host-own-file" if settings.HTTPS else "own-file"


def open_session(request: HttpRequest, response: HttpResponse, member: Member) -> None:
    """Begin a session; whatever the browser held before is over."""
    _end(request)
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    OwnFileSession.objects.create(
        digest=_digest(token), member=member, idle_until=now + IDLE, ends_at=now + ABSOLUTE
    )
    rotate_token(request)
    response.set_cookie(
        cookie_name(), token, path="/", secure=settings.HTTPS, httponly=True, samesite="Strict"
    )


def close_session(request: HttpRequest, response: HttpResponse) -> None:
    _end(request)
    response.delete_cookie(cookie_name(), path="/", samesite="Strict")


def _end(request: HttpRequest) -> None:
    if token := request.COOKIES.get(cookie_name()):
        OwnFileSession.objects.filter(digest=_digest(token)).delete()


@scope.everything("whose session it is: until then nobody is known")
def member_of(request: HttpRequest) -> Member | None:
    """Whose open session this is. A merged registration gives the one that stands for it."""
    token = request.COOKIES.get(cookie_name())
    if not token:
        return None
    now = timezone.now()
    sessions = OwnFileSession.objects.select_related("member__office", "member__merged_into__office")
    session = sessions.filter(digest=_digest(token), idle_until__gt=now, ends_at__gt=now).first()
    if session is None:
        return None
    if session.idle_until < now + IDLE - RENEWED_EVERY:
        OwnFileSession.objects.filter(pk=session.pk).update(idle_until=now + IDLE)
    return standing_for(session.member)


def forget_over(now: dt.datetime) -> None:
    """Delete the sessions that are over."""
    OwnFileSession.objects.filter(ends_at__lte=now).delete()
    OwnFileSession.objects.filter(idle_until__lte=now).delete()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

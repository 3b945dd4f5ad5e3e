"""The address under which a phone reads one user's calendar: a secret, taken back or replaced at any time."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_variables

from apps.accounts.actions import digest_of
from apps.accounts.models import User
from apps.core import scope
from apps.core.links import gone, new_secret, register
from apps.notifications.calendar import entries_of, ics
from apps.notifications.models import CalendarLink

WORD = "c"
# What a phone is given: the last month and the next three.
BACK, AHEAD = dt.timedelta(days=31), dt.timedelta(days=92)


def register_link() -> None:
    register(WORD, feed)


def new_feed(user: User) -> str:
    """A fresh secret, shown once; the earlier address ends."""
    secret = new_secret(WORD)
    CalendarLink.objects.update_or_create(user=user, defaults={"digest": digest_of(secret)})
    return secret


def end_feed(user: User) -> None:
    CalendarLink.objects.filter(user=user).delete()


@sensitive_variables("secret")
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """One user's calendar as ICS, as far as they may see things today; gone with the account or the link."""
    link = CalendarLink.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if link is None or not link.user.is_active or request.method != "GET":
        return gone(request)
    today = timezone.localdate()
    with translation.override(link.user.language), scope.entered(scope.of_actor(link.user)):
        text = ics(entries_of(link.user, today - BACK, today + AHEAD))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")

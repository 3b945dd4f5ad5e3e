"""The answer to somebody who typed a wrong password too often."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_MANY_REQUESTS = 429


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The same page whether the user exists or not; axes calls it (AXES_LOCKOUT_CALLABLE)."""
    pause = get_cool_off(request)
    minutes = int(pause.total_seconds() // 60) if pause else 0
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=TOO_MANY_REQUESTS)

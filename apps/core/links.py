"""One address for everybody who comes with a secret instead of an account: `/l/<secret>/`.

A secret begins with a word and a dash ("d-…"); the app that registered the word shows the page. So the list of pages
outside sign-in stays short, and one limit holds for all of them. Logs show the address without the secret.
"""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.core.access import open_to_everyone
from apps.core.errors import error_page
from apps.core.limits import within_limit

GONE = 410
# Guessing 256 bits is hopeless; this keeps a loop from loading the machine.
MOST, SECONDS = 60, 60

LinkView = Callable[[HttpRequest, str], HttpResponse]

_views: dict[str, LinkView] = {}


def register(word: str, view: LinkView) -> None:
    """Called from `AppConfig.ready()`: the page for secrets that begin with this word."""
    _views[word] = view


def new_secret(word: str) -> str:
    return f"{word}-{secrets.token_urlsafe(32)}"


def address_of(request: HttpRequest, secret: str) -> str:
    """The whole address, to be handed over."""
    return request.build_absolute_uri(reverse("open_link", args=[secret]))


def base_of(request: HttpRequest) -> str:
    """What comes before the secret in an address, for work that has no request."""
    return address_of(request, "x").removesuffix("x/")


def address_under(base: str, secret: str) -> str:
    """The whole address of a secret under `base_of`."""
    return f"{base}{secret}/"


def gone(request: HttpRequest) -> HttpResponse:
    """The same answer for what never was, is used up, was taken back or has run out."""
    return render(request, "errors/link_gone.html", status=GONE)


@open_to_everyone
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("secret")
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    if not within_limit(request, "link", most=MOST, seconds=SECONDS):
        return error_page(request, 429)
    view = _views.get(secret.partition("-")[0])
    return view(request, secret) if view else gone(request)

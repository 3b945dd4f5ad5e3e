"""Who gets in: every route, method and role through HTTP, against docs/access-matrix.csv (guide A1-A3, B2)."""

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.access_matrix import matrix_text
from apps.accounts.models import User
from apps.accounts.roles import ROLES, RoleName
from apps.core.access import Permission
from apps.core.routes import WALKED_METHODS, Route, every_route
from tests.guards.world import CANARY, Cast, Page, known_pages

ROUTES = every_route()
# Everything that needs no sign-in, by name; the list stays short (A1).
PUBLIC = {"account_login", "mfa_authenticate", "accounts:accept", "accounts:language", "livez", "readyz"}
MOST_PUBLIC = 6


def test_every_page_says_who_may_open_it() -> None:
    assert [route.name for route in ROUTES if not route.is_declared] == []


def test_every_page_says_which_methods_it_answers() -> None:
    assert [route.name for route in ROUTES if not route.methods] == []


def test_every_route_has_a_name_of_its_own() -> None:
    names = [route.name for route in ROUTES]
    assert sorted(names) == sorted(set(names))
    assert not any(name.endswith("None") for name in names)


def test_open_pages_are_the_listed_ones() -> None:
    assert {route.name for route in ROUTES if route.is_open} <= PUBLIC
    assert len(PUBLIC) <= MOST_PUBLIC


def test_every_permission_is_granted_by_some_role() -> None:
    assert set(Permission) == set().union(*(role.permissions for role in ROLES.values()))


def test_matrix_file_is_up_to_date() -> None:
    written = Path(settings.BASE_DIR, "docs", "access-matrix.csv").read_text(encoding="utf-8")
    assert written == matrix_text(), "run: manage.py access_matrix"


def test_world_knows_no_route_that_is_gone() -> None:
    assert sorted(set(known_pages()) - {route.name for route in ROUTES}) == []


class Walker:
    """Sends requests to one route, each in a savepoint that is rolled back, so that none sees another's traces."""

    def __init__(self, route: Route, cast: Cast) -> None:
        self.route = route
        self.cast = cast
        self.page = known_pages().get(route.name, Page())
        kwargs = self.page.kwargs(cast) if self.page.kwargs else {}
        self.url = reverse(route.name, kwargs=kwargs)
        self.client = Client(raise_request_exception=False)

    def send(self, method: str, *, enforce_csrf: bool = False) -> HttpResponse:
        """The answer to the method with the data that the page accepts."""
        self.client.handler.enforce_csrf_checks = enforce_csrf
        data: dict[str, Any] = self.page.data(method, self.cast)
        as_json = self.route.is_api and method != "GET"
        before = self.client.cookies.output()
        cache.clear()  # where allauth counts how often a page was asked for
        with transaction.atomic():
            answer = self.client.generic(method, self.url) if method == "DELETE" else None
            if answer is None:
                extra = {"content_type": "application/json"} if as_json or method in ("PUT", "PATCH") else {}
                answer = getattr(self.client, method.lower())(self.url, data, **extra)
            b"".join(answer) if answer.streaming else None
            transaction.set_rollback(True)
        self.client.cookies = SimpleCookie(before.replace("Set-Cookie: ", ""))
        return answer

    def sign_in(self, user: User) -> None:
        self.client.logout()
        self.client.force_login(user)


def _to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def _success(answer: HttpResponse) -> bool:
    return answer.status_code < 400 and not _to_sign_in(answer)


def _body(answer: HttpResponse) -> bytes:
    return b"" if answer.streaming else answer.content


def _wrong_for_anonymous(route: Route, method: str, answer: HttpResponse) -> bool:
    if route.is_open:
        expected = answer.status_code < 500 if method in route.methods else answer.status_code == 405
    elif route.is_api:
        expected = answer.status_code == 401
    else:
        expected = _to_sign_in(answer)
    return not expected


def _wrong_for_role(walker: Walker, method: str, role: RoleName, answer: HttpResponse) -> bool:
    route, code = walker.route, answer.status_code
    permission = route.permission(method)
    allowed = permission is None or permission in ROLES[role].permissions
    if method not in route.methods:
        return code not in ((405,) if allowed else (403, 405))
    if not allowed:
        return code != 403
    refused = (401, 405) if walker.page.may_refuse else (401, 403, 405)
    return code in refused or code >= 500 or _to_sign_in(answer)


routes = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)


@routes
def test_anonymous_gets_what_the_matrix_says(route: Route, cast: Cast) -> None:
    walker = Walker(route, cast)
    answers = {method: walker.send(method) for method in WALKED_METHODS}
    assert [
        (method, answer.status_code)
        for method, answer in answers.items()
        if _wrong_for_anonymous(route, method, answer)
    ] == []


@routes
def test_each_role_gets_what_the_matrix_says(route: Route, cast: Cast) -> None:
    walker = Walker(route, cast)
    wrong, reached = [], set()
    for role, user in cast.owners.items():
        walker.sign_in(user)
        for method in WALKED_METHODS:
            answer = walker.send(method)
            if _wrong_for_role(walker, method, role, answer):
                wrong.append((role, method, answer.status_code))
            elif method in route.methods and _success(answer):
                reached.add(method)
    assert wrong == []
    assert sorted(set(route.methods) - reached) == [], "never answered with success: see tests/guards/world"


@routes
def test_neighbour_finds_nothing_of_the_owner(route: Route, cast: Cast) -> None:
    """A record of another office does not exist: 404 on its page, and not a byte of it on any other."""
    walker = Walker(route, cast)
    wrong, leaks = [], []
    for role, user in cast.neighbours.items():
        walker.sign_in(user)
        for method in route.methods:
            answer = walker.send(method)
            allowed = (permission := route.permission(method)) is None or permission in ROLES[
                role
            ].permissions
            if route.arguments and allowed and not walker.page.shared and answer.status_code != 404:
                wrong.append((role, method, answer.status_code))
            if CANARY.encode() in _body(answer):
                leaks.append((role, method))
    assert wrong == []
    assert leaks == []


@routes
def test_post_without_token_is_refused(route: Route, cast: Cast) -> None:
    if "POST" not in route.methods or route.is_open:
        return
    walker = Walker(route, cast)
    permission = route.permission("POST")
    user = next(user for role, user in cast.owners.items() if permission in ROLES[role].permissions)
    walker.sign_in(user)
    assert walker.send("POST", enforce_csrf=True).status_code == 403

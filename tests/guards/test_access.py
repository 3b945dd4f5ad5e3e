"""Who gets in: every route, method and role through HTTP, against docs/access-matrix.csv (guide A1-A3, B2)."""

from collections import Counter, defaultdict
from http.cookies import SimpleCookie
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts.access_matrix import matrix_text
from apps.accounts.middleware import SECOND_FACTOR_SEEN, SEEN_AT, SIGNED_IN_AT
from apps.accounts.models import User
from apps.accounts.roles import ROLES, RoleName
from apps.core.access import Permission
from apps.core.routes import WALKED_METHODS, Route, every_route
from apps.members.models import Member
from apps.members.ownfile.access import entrance_address, open_session
from tests.guards.overposting import Writes, asked_for, differing, more_than, written_in
from tests.guards.payloads import PAYLOADS, raw
from tests.guards.world import CANARY, Cast, Page, known_pages

ROUTES = every_route()
# Everything that needs no sign-in, by name; the list stays short (A1).
PUBLIC = {
    "account_login",
    "mfa_authenticate",
    "accounts:accept",
    "set_language",
    "livez",
    "readyz",
    "open_link",
}
# Seven: departments, askers and calendars of phones share one address (apps.core.links).
MOST_PUBLIC = 7


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


# Who, with which method, got what instead of the answer the matrix calls for.
Finding = tuple[str, str, int]


class Walker:
    """Sends requests to one route, and takes back what each did, so that none sees another's traces.

    `sessions`: the session's key of everybody in the cast, by user. One savepoint serves all requests up to the next
    that sends rows of its own: a third of all statements were its being made and released. The cache, which counts how
    often a page was asked for, lies in the database too.
    """

    def __init__(self, route: Route, cast: Cast, sessions: dict[int, str]) -> None:
        self.route = route
        self.cast = cast
        self.sessions = sessions
        self.page = known_pages().get(route.name, Page())
        kwargs = self.page.kwargs(cast) if self.page.kwargs else {}
        self.url = reverse(route.name, kwargs=kwargs)
        self.client = Client(raise_request_exception=False)
        # By method, the first of the owner's side who had success.
        self.welcome: dict[str, User] = {}
        self.start = transaction.savepoint()

    def send(
        self,
        method: str,
        *,
        enforce_csrf: bool = False,
        more: dict[str, str] | None = None,
        instead: dict[str, str] | None = None,
    ) -> Any:
        """The answer to the method with the data that the page accepts, with `more` beside it or others `instead`."""
        self.client.handler.enforce_csrf_checks = enforce_csrf
        data = self.page.data(method, self.cast)
        if self.page.values(method):
            self.start = transaction.savepoint()  # what was made to be sent stays
        data = {**(more or {}), **data, **(instead or {})}
        as_json = self.route.is_api and method != "GET"
        before = self.client.cookies.output()
        answer = self.client.generic(method, self.url) if method == "DELETE" else None
        if answer is None:
            extra = {"content_type": "application/json"} if as_json or method in ("PUT", "PATCH") else {}
            answer = getattr(self.client, method.lower())(self.url, data, **extra)
        b"".join(answer) if answer.streaming else None
        transaction.set_rollback(False)  # where a view was left with an error
        transaction.savepoint_rollback(self.start)
        self.client.cookies = SimpleCookie(before.replace("Set-Cookie: ", ""))
        return answer

    def enter_own_file(self, member: Member) -> None:
        """With a member's own session, and no user."""
        self.client.cookies.clear()
        answer = HttpResponse()
        open_session(RequestFactory().get("/"), answer, member)
        self.client.cookies.load(answer.cookies.output(header="", attrs=[]))
        self.start = transaction.savepoint()

    def sign_in(self, user: User) -> None:
        self.client.cookies.clear()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[user.pk]


def _session(user: User) -> str:
    """The key of a session as the first request leaves it: what a request writes there is rolled back each time."""
    client = Client()
    client.force_login(user)
    now = timezone.now().isoformat()
    session = client.session
    session.update({SIGNED_IN_AT: now, SEEN_AT: now, SECOND_FACTOR_SEEN: True})
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def _to_own_entrance(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] == entrance_address()


def _success(route: Route, answer: HttpResponse) -> bool:
    return answer.status_code < 400 and (route.is_open or not _to_sign_in(answer))


def _body(answer: HttpResponse) -> bytes:
    return b"" if answer.streaming else answer.content


def _runs_code(answer: Any) -> bool:
    """Whether a page holds as code what stands in the texts of the world, or was typed (B3)."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return is_page and bool(raw(_body(answer).decode()))


def _anonymous_is_wrong(walker: Walker, method: str, answer: HttpResponse) -> bool:
    route = walker.route
    if route.is_for_members:
        expected = _to_own_entrance(answer)
    elif route.is_open:
        expected = answer.status_code < 500 if method in route.methods else answer.status_code == 405
    elif route.is_api:
        expected = answer.status_code == 401
    else:
        expected = _to_sign_in(answer)
    return not expected


def _role_is_wrong(walker: Walker, method: str, role: RoleName, answer: HttpResponse) -> bool:
    route, code = walker.route, answer.status_code
    if route.is_for_members:
        return not _to_own_entrance(answer)
    allowed = _may(route, method, role)
    if method not in route.methods:
        return code not in ((405,) if allowed else (403, 405))
    if not allowed:
        return code != 403
    refused = (401, 405) if walker.page.may_refuse else (401, 403, 405)
    return code in refused or code >= 500 or not (_success(route, answer) or code >= 400)


def _may(route: Route, method: str, role: RoleName) -> bool:
    permission = route.permission(method)
    return permission is None or permission in ROLES[role].permissions


def _walk_as_anonymous(walker: Walker) -> list[Finding]:
    answers = {method: walker.send(method) for method in WALKED_METHODS}
    return [
        ("anonymous", method, answer.status_code)
        for method, answer in answers.items()
        if _anonymous_is_wrong(walker, method, answer) or _runs_code(answer)
    ]


def _walk_as_owners(walker: Walker) -> list[Finding]:
    """Each role on the owner's side; at least one must succeed with each method.

    A method that the page does not answer is refused before anybody looks at roles: one that may and one that may not
    try it.
    """
    wrong, reached = [], set()
    tried_by = {_may(walker.route, "GET", role): role for role in walker.cast.owners}.values()
    for role, user in walker.cast.owners.items():
        walker.sign_in(user)
        for method in WALKED_METHODS if role in tried_by else walker.route.methods:
            answer = walker.send(method)
            if _role_is_wrong(walker, method, role, answer):
                wrong.append((str(role), method, answer.status_code))
            elif _runs_code(answer):
                wrong.append((f"{role} is shown text as code", method, answer.status_code))
            elif method in walker.route.methods and _success(walker.route, answer):
                reached.add(method)
                if answer.status_code < 400:
                    walker.welcome.setdefault(method, user)
    if walker.route.is_for_members:
        return wrong
    missed = [method for method in walker.route.methods if method not in reached]
    return wrong + [("nobody had success: see tests/guards/world", method, 0) for method in missed]


def _walk_as_neighbours(walker: Walker) -> list[Finding]:
    """A record of another office does not exist: 404 on its page, and not a byte of it on any other."""
    route, page, wrong = walker.route, walker.page, []
    if route.is_for_members:
        return []
    for role, user in walker.cast.neighbours.items():
        # A role that may not is refused next door as it is at home.
        methods = [method for method in route.methods if _may(route, method, role)]
        if methods:
            walker.sign_in(user)
        for method in methods:
            answer = walker.send(method)
            if route.arguments and not page.shared and answer.status_code != 404:
                wrong.append((f"neighbour {role}", method, answer.status_code))
            if CANARY.encode() in _body(answer) and not page.shows_canary:
                wrong.append((f"neighbour {role} reads the owner's", method, answer.status_code))
    return wrong


def _walk_without_token(walker: Walker) -> list[Finding]:
    """A POST from another site (B2)."""
    if "POST" not in walker.route.methods or walker.route.is_open:
        return []
    if walker.route.is_for_members:
        walker.enter_own_file(walker.cast.member)
    else:
        walker.sign_in(
            next(user for role, user in walker.cast.owners.items() if _may(walker.route, "POST", role))
        )
    code = walker.send("POST", enforce_csrf=True).status_code
    return [] if code == 403 else [("without CSRF token", "POST", code)]


def _walk_as_members(walker: Walker) -> list[Finding]:
    """The member reaches every own page; another member finds nothing there, and nothing of the first."""
    if not walker.route.is_for_members:
        return []
    wrong = []
    walker.enter_own_file(walker.cast.member)
    for method in WALKED_METHODS:
        answer = walker.send(method)
        expected = answer.status_code < 400 if method in walker.route.methods else answer.status_code == 405
        # Only who leaves is led out.
        if not expected or (_to_own_entrance(answer) and walker.route.name != "own:leave"):
            wrong.append(("member", method, answer.status_code))
        if _runs_code(answer):
            wrong.append(("the member is shown text as code", method, answer.status_code))
    walker.enter_own_file(walker.cast.make_member("孙邻", office=walker.cast.tree.far_town))
    for method in walker.route.methods:
        answer = walker.send(method)
        if walker.route.arguments and not walker.page.shared and answer.status_code != 404:
            wrong.append(("another member", method, answer.status_code))
        if CANARY.encode() in _body(answer):
            wrong.append(("another member reads the first one's", method, answer.status_code))
    return wrong


def _walk_as_writers(walker: Walker) -> list[Finding]:
    """What nobody asked for changes nothing (A4), and code that is typed comes back as text (B3)."""
    wrong: list[Finding] = []
    for method in ("POST", "PUT", "PATCH"):
        if method in walker.route.methods and _enter_as_writer(walker, method):
            shown = _shown(walker)
            wrong += [(f"with more names: {found}", method, 0) for found in _differing(walker, method, shown)]
            wrong += _with_code(walker, shown) if method == "POST" else []
    return wrong


def _enter_as_writer(walker: Walker, method: str) -> bool:
    """Signed in as somebody who writes here with success, if anybody does."""
    if walker.route.is_for_members:
        walker.enter_own_file(walker.cast.member)
        return True
    if walker.route.is_open:
        walker.client.cookies.clear()
        return True
    if method not in walker.welcome:
        return False
    walker.sign_in(walker.welcome[method])
    return True


def _shown(walker: Walker) -> str:
    page = walker.send("GET") if "GET" in walker.route.methods else None
    return page.text if page and page.status_code == 200 and not page.streaming else ""


def _differing(walker: Walker, method: str, shown: str) -> list[str]:
    with Writes() as plain:
        walker.send(method)
    more = more_than(asked_for(shown, walker.page.data(method, walker.cast)))
    with Writes() as with_more:
        walker.send(method, more=more)
    return differing(plain.said, with_more.said)


def _with_code(walker: Walker, shown: str) -> list[Finding]:
    """In the texts of a form that is accepted, and in every field of one that is not."""
    texts, asked = written_in(shown), asked_for(shown, walker.page.data("POST", walker.cast))
    wrong = []
    for names in (texts, asked) if texts else (asked,):
        code = dict(zip(sorted(names - {"csrfmiddlewaretoken"}), cycle(PAYLOADS), strict=False))
        answer = walker.send("POST", instead=code)
        if answer.status_code >= 500 or _runs_code(answer):
            wrong.append(("typed code is shown as code", "POST", answer.status_code))
    return wrong


# Routes of one app that share a cast: making it costs as much as walking one of them.
TOGETHER = 12


def _walks() -> dict[str, list[Route]]:
    walks: dict[str, list[Route]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    for route in ROUTES:
        app = route.name.partition(":")[0] if ":" in route.name else "others"
        walks[f"{app}-{numbers[app] // TOGETHER}"].append(route)
        numbers[app] += 1
    return walks


@pytest.mark.usefixtures("code_in_every_text")
@pytest.mark.parametrize("routes", _walks().values(), ids=list(_walks()))
def test_routes_give_what_the_matrix_says(routes: list[Route], cast: Cast) -> None:
    """Anonymous, each role of the owner's side, each role next door, and a forged POST."""
    sessions = {user.pk: _session(user) for user in [*cast.owners.values(), *cast.neighbours.values()]}
    found = {route.name: _walk(route, cast, sessions) for route in routes}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _walk(route: Route, cast: Cast, sessions: dict[int, str]) -> list[Finding]:
    """What one route does wrong. What its page needed to be there is gone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        # An import checks its rows at once, for the rest of what the program takes for one transaction.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        walker = Walker(route, cast, sessions)
        found = [
            *_walk_as_anonymous(walker),
            *_walk_as_owners(walker),
            *_walk_as_neighbours(walker),
            *_walk_without_token(walker),
            *_walk_as_members(walker),
            *_walk_as_writers(walker),
        ]
        transaction.set_rollback(True)
    return found

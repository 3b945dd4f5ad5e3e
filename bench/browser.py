"""A signed-in browser that speaks to the program where gunicorn does: at its WSGI door."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client

from apps.accounts.models import User

# What Django takes for a token: any secret that cookie and form agree on.
TOKEN = "b" * 32


@cache
def application() -> WSGIHandler:
    """The program, made at the first request: WhiteNoise lists the static files then, after they were collected."""
    return get_wsgi_application()


@dataclass(frozen=True)
class Answer:
    """What came back, headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """Requests of one user, or of nobody."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        cookies = {settings.CSRF_COOKIE_NAME: TOKEN}
        if user:
            client = Client()
            client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
            cookies.update({name: morsel.value for name, morsel in client.cookies.items()})
        self._environ: dict[str, Any] = {
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.errors": BytesIO(),
            **headers,
        }

    def get(self, address: str) -> Answer:
        """`address`: path and query."""
        path, _, query = address.partition("?")
        return self._ask(
            REQUEST_METHOD="GET", PATH_INFO=path, QUERY_STRING=query, **{"wsgi.input": BytesIO()}
        )

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """A form as a page of ours sends it."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True).encode()
        return self._ask(
            REQUEST_METHOD="POST",
            PATH_INFO=path,
            CONTENT_TYPE="application/x-www-form-urlencoded",
            CONTENT_LENGTH=str(len(body)),
            **{"wsgi.input": BytesIO(body)},
        )

    def _ask(self, **environ: Any) -> Answer:
        said: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
        ) -> Callable[[bytes], object]:
            said.extend((int(status.split()[0]), {name.lower(): value for name, value in headers}))
            return said.append

        # WSGI: bytes of the path as latin-1.
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        answer = application()(self._environ | environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return Answer(said[0], said[1], body)


class Unexpected(Exception):
    """The program did not answer as the bench needs it to; a figure would mean nothing."""


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it is the wanted one. Raises Unexpected with the beginning of what came instead."""
    if answer.status != status:
        raise Unexpected(f"{answer.status} instead of {status}: {answer.body[:2000]!r}")
    return answer

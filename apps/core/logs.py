"""Logs: one JSON object a line, with the request's number, and nothing about a person.

Third-party code logs what it likes and exceptions quote rows of the database, so everything passes `redacted`
on its way out: fields that name a person are blanked, telephone numbers, e-mail addresses and identity numbers
are cut out of texts, query strings are cut off addresses, and an exception keeps its kind and place but not
its words. What is to be known of a user's deeds stands in the audit log, under the same request number.
"""

import logging
import re
import traceback
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

Event = MutableMapping[str, Any]
Handler = Callable[[HttpRequest], HttpResponse]

HIDDEN = "▒"
# A field whose name holds one of these words, between underscores, is blanked whatever it holds.
PERSONAL = frozenset(
    [
        "name",
        "names",
        "surname",
        "username",
        "user_agent",
        "phone",
        "mobile",
        "telephone",
        "email",
        "address",
        "ip",
        "password",
        "passwd",
        "token",
        "secret",
        "key",
        "authorization",
        "cookie",
        "session",
        "sessionid",
        "csrftoken",
        "query",
        "text",
        "note",
        "content",
        "body",
        "params",
        "args",
        "kwargs",
        "row",
        "values",
        "birthday",
        "idcard",
        "姓名",
        "电话",
        "手机",
        "邮箱",
    ]
)
PATTERNS = (
    re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"),  # identity card
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),  # mobile phone
    re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),  # fixed line
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail
)
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")
# PostgreSQL quotes the offending row: `DETAIL:  Failing row contains (…)`, `Key (phone_index)=(…)`.
DETAIL = re.compile(r"(DETAIL:|CONTEXT:|Key \([^)]*\)=|Failing row contains).*", re.DOTALL)
DEEPEST = 6


def redacted(_logger: Any, _method: str, event: Event) -> Event:
    """The processor: the event without anything about a person. See the module's text."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any, depth: int = 0) -> Any:
    if _names_a_person(key) or depth > DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), found, depth + 1) for inner, found in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", found, depth + 1) for found in value]
    if value is None or isinstance(value, bool | float):
        return value
    text = without_people(str(value))
    return value if isinstance(value, int) and text == str(value) else text


def _names_a_person(key: str) -> bool:
    return key.lower() in PERSONAL or not PERSONAL.isdisjoint(key.lower().split("_"))


def without_people(text: str) -> str:
    """The text with numbers and addresses of people cut out, and without query strings and quoted rows."""
    text = DETAIL.sub(HIDDEN, QUERY.sub(r"\1", text))
    for pattern in PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def exception_without_words(_logger: Any, _method: str, event: Event) -> Event:
    """Replace `exc_info` by the exceptions' kinds and places; what they say may quote a row or a form."""
    error = _exception_of(event.pop("exc_info", None))
    event.pop("exception", None)
    event.pop("stack_info", None)
    if error is not None:
        event["exception"] = [_described(link) for link in _chain(error)]
    return event


def _exception_of(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1]
    return None


def _chain(error: BaseException) -> list[BaseException]:
    links = [error]
    while (before := links[-1].__cause__ or links[-1].__context__) and before not in links:
        links.append(before)
    return links


def _described(error: BaseException) -> dict[str, Any]:
    """Kind, PostgreSQL's code and constraint where it has them, and the frames from the outermost to the innermost."""
    kind = type(error)
    described: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if code := getattr(error, "pgcode", None):
        described["pgcode"] = code
    if constraint := getattr(getattr(error, "diag", None), "constraint_name", None):
        described["constraint"] = constraint
    frames = traceback.extract_tb(error.__traceback__)
    described["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return described


def configuration(*, debug: bool) -> dict[str, Any]:
    """The LOGGING setting; also tells structlog to go the same way.

    A developer (`debug`) reads colours and whole tracebacks on the own terminal instead of JSON.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    out: list[Any] = (
        [structlog.dev.ConsoleRenderer()] if debug else [exception_without_words, redacted, _json()]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(["request_id", "status_code"])],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *out],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django hangs handlers of its own on this one; ours is enough.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # It says who failed to sign in from where; the audit log does, for those who may know.
            "axes": {"level": "CRITICAL"},
            # A 404 or 403 is the access line's business.
            "django.request": {"level": "ERROR"},
        },
    }


def _json() -> structlog.processors.JSONRenderer:
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def numbered(get_response: Handler) -> Handler:
    """Middleware: gives each request a number, which every line, audit row and error page carries.

    A number sent by the client is not taken: it could be anything, also somebody's name.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        number = str(uuid.uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=number)
        try:
            response = get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers["X-Request-ID"] = number
        return response

    return answer


_ONE_TIME_LINK = re.compile(r"(/invitation/|^/l/)[^/]+")


def access_line(
    *, method: str, path: str, status: int, milliseconds: int, size: int, request_id: str
) -> None:
    """One line for one answer, written by the web server's hook; `path` comes without the query string.

    The secret of a one-time link stands in its path and is cut out: whoever reads the log must not get in with it.
    """
    level = logging.ERROR if status >= 500 else logging.INFO
    structlog.get_logger("access").log(
        level,
        "answered",
        method=method,
        path=_ONE_TIME_LINK.sub(r"\1…", path),
        status=status,
        milliseconds=milliseconds,
        bytes=size,
        request_id=request_id,
    )

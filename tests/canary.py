"""Every test is a canary run: what it saves about a person may turn up in no log, task, address or mail subject.

The columns' own classes say what is personal: names, telephones, e-mails and every sensitive text that a test saves
are its marks, row by row or in bulk (`bulk_create`, `update`, COPY, values sealed together). Whatever the program lets out while the test runs is looked at as it goes by: lines of the log as they
are written in production, messages to the broker, addresses the program leads to, asks a browser for or keeps things
under, and subjects of mails. A test that meets one of its marks there fails. Nothing runs twice.
"""

import csv
import io
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest
from celery.signals import before_task_publish
from django.core.cache.backends.db import DatabaseCache
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.mail.message import EmailMessage
from django.db import models
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core import copying, crypto, logs
from apps.core.privacy import Sensitivity, parse

# Shorter ones are found in anything.
SHORTEST = 2
# Of many rows written at once so many are known: what leaks of the others leaks of these.
OF_A_BULK = 500
# From so many marks of one length on, it is cheaper to look every piece of a text up.
MANY = 30
# Where a page says an address.
ADDRESS = re.compile(r"""\b(?:href|action|src|formaction|hx-\w+|data-url)=["']([^"']*)""")
LEADS = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh")


@dataclass
class Canary:
    """The marks of the running test by their length, and where they were met."""

    marks: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    met: list[str] = field(default_factory=list)

    def saved(self, sender: type[models.Model], instance: models.Model, **_: Any) -> None:
        """After each save: what it wrote about a person is a mark."""
        self.know(getattr(instance, name) for name in _personal_columns(sender))

    def know(self, values: Iterable[Any]) -> None:
        """Each text is a mark: plain, and as addresses write it."""
        for value in values:
            if isinstance(value, str) and len(value) >= SHORTEST:
                for mark in (value, quote(value)):
                    self.marks[len(mark)].add(mark)

    def look(self, place: str, text: str) -> None:
        """Something went out: is a mark in it?"""
        for length, marks in self.marks.items():
            self.met += [f"{place}: {mark!r} in {text[:300]!r}" for mark in _met(text, length, marks)]

    def forget(self) -> list[str]:
        """What was met; then everything is as new."""
        met, self.met = self.met, []
        self.marks.clear()
        return met


def _met(text: str, length: int, marks: set[str]) -> Iterable[str]:
    if len(marks) < MANY:
        return [mark for mark in marks if mark in text]
    return {text[at : at + length] for at in range(len(text) - length + 1)} & marks


@cache
def _personal_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Typed text about a person: whom it names or reaches, and what is sensitive. No choices, marks or copies."""
    if not model.__module__.startswith("apps."):
        return ()
    return tuple(each.attname for each in model._meta.concrete_fields if _is_personal(model, each))


def _is_personal(model: type[models.Model], column: "models.Field[Any, Any]") -> bool:
    says = parse(column.db_comment)
    if says is None or column.choices or not isinstance(column, models.CharField | models.TextField):
        return False
    names_a_member = says.sensitivity is Sensitivity.BASIC and column.name == "name" and says.end == "erase"
    is_a_mark = column.name.endswith(("_index", "_digest"))
    return names_a_member or (says.sensitivity is Sensitivity.SENSITIVE and not is_a_mark)


class _Lines(logging.Handler):
    """Reads the log as production writes it."""

    def __init__(self, canary: Canary) -> None:
        super().__init__(logging.INFO)
        self.canary = canary
        made = dict(logs.configuration(debug=False)["formatters"]["lines"])
        self.setFormatter(made.pop("()")(**made))

    def emit(self, record: logging.LogRecord) -> None:
        if self.canary.marks:
            self.canary.look("log", self.format(logging.makeLogRecord(record.__dict__)))


def _watch_broker(canary: Canary) -> Callable[..., None]:
    def published(body: object, headers: object, routing_key: str, **_: object) -> None:
        canary.look("task", f"{routing_key} {headers} {body}")

    before_task_publish.connect(published, weak=False)
    return published


def _watch_answers(canary: Canary, patch: pytest.MonkeyPatch) -> None:
    answered = BaseHandler.get_response

    def watched(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        answer = answered(self, request)
        if isinstance(self, WSGIHandler):  # a real client asked; a test's own client may ask for anything
            canary.look("address asked for", request.get_full_path())
        for place, address in _addresses(answer):
            canary.look(place, address)
        return answer

    patch.setattr(BaseHandler, "get_response", watched)


def _addresses(answer: HttpResponseBase) -> Iterator[tuple[str, str]]:
    """Where an answer leads: its headers, and the links of a page."""
    yield from ((name, answer.headers[name]) for name in LEADS if name in answer.headers)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if is_page and isinstance(answer, HttpResponse) and "Content-Encoding" not in answer.headers:
        yield "links of a page", "\n".join(set(ADDRESS.findall(answer.content.decode())))


def _watch_mail_and_cache(canary: Canary, patch: pytest.MonkeyPatch) -> None:
    written, keyed = EmailMessage.message, DatabaseCache.make_and_validate_key

    def watched_message(self: EmailMessage, *args: Any, **kwargs: Any) -> Any:
        canary.look("mail subject", str(self.subject))
        return written(self, *args, **kwargs)

    def watched_key(self: DatabaseCache, key: Any, *args: Any, **kwargs: Any) -> Any:
        canary.look("cache key", str(key))
        return keyed(self, key, *args, **kwargs)

    patch.setattr(EmailMessage, "message", watched_message)
    patch.setattr(DatabaseCache, "make_and_validate_key", watched_key)


def _watch_bulk(canary: Canary, patch: pytest.MonkeyPatch) -> None:
    """Writes that no row hears of: they pass no signal."""
    created, changed = QuerySet.bulk_create, QuerySet.update
    copied, sealed = copying._copy_into_temporary, crypto.encrypt_many

    def bulk_create(self: Any, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows[:OF_A_BULK]:
            canary.saved(self.model, row)
        return created(self, rows, *args, **kwargs)

    def update(self: Any, **values: Any) -> int:
        canary.know(values.get(name) for name in _personal_columns(self.model))
        return changed(self, **values)

    def copy(name: str, model: type[models.Model], fields: Sequence[Any], lines: io.StringIO) -> None:
        personal = [at for at, each in enumerate(fields) if each.attname in _personal_columns(model)]
        lines.seek(0)
        for row in islice(csv.reader(lines), OF_A_BULK if personal else 0):
            canary.know(row[at] for at in personal)
        copied(name, model, fields, lines)

    def encrypt_many(values: Sequence[tuple[Any, str]], **place: str) -> list[str]:
        canary.know(text for _row, text in values[:OF_A_BULK])
        return sealed(values, **place)

    patch.setattr(QuerySet, "bulk_create", bulk_create)
    patch.setattr(QuerySet, "update", update)
    patch.setattr(copying, "_copy_into_temporary", copy)
    patch.setattr(crypto, "encrypt_many", encrypt_many)


@pytest.fixture(scope="session", autouse=True)
def watching() -> Iterator[Canary]:
    """Hung into every way out, once for the whole run of this process."""
    canary = Canary()
    lines = _Lines(canary)
    logging.getLogger().addHandler(lines)
    post_save.connect(canary.saved, weak=False)
    published = _watch_broker(canary)
    with pytest.MonkeyPatch.context() as patch:
        _watch_answers(canary, patch)
        _watch_bulk(canary, patch)
        _watch_mail_and_cache(canary, patch)
        yield canary
    before_task_publish.disconnect(published)
    post_save.disconnect(canary.saved)
    logging.getLogger().removeHandler(lines)


@pytest.fixture(autouse=True)
def nothing_personal_gets_out(watching: Canary) -> Iterator[Canary]:
    """Fails the test in which something about a person went where it must not."""
    watching.forget()
    yield watching
    assert watching.forget() == []

"""The canary of the whole suite (tests/canary.py) notices each way out; without this it would prove nothing."""

import logging

import pytest
import structlog
from celery import current_app
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings
from django.urls import path
from django.utils.html import format_html

from apps.members.models import Member
from tests.canary import Canary, _personal_columns

NAME = "钱宜"
PHONE = "13912345678"


def leading(request: object) -> HttpResponse:
    return HttpResponseRedirect(f"/members/?q={NAME}")


def linking(request: object) -> HttpResponse:
    return HttpResponse(format_html('<a href="/members/?q={}">…</a>', NAME))


def naming(request: object) -> HttpResponse:
    return HttpResponse(format_html('<a href="/members/1/">{}</a>', NAME))


urlpatterns = [path(f"{view.__name__}/", view) for view in (leading, linking, naming)]


@pytest.fixture
def canary(nothing_personal_gets_out: Canary, member: Member) -> Canary:
    assert NAME in nothing_personal_gets_out.marks
    return nothing_personal_gets_out


def places(canary: Canary) -> list[str]:
    """Where something was met; forgotten, for the test means it."""
    return [met.partition(":")[0] for met in canary.forget()]


def test_text_in_a_log_is_noticed(canary: Canary) -> None:
    structlog.get_logger("apps.members").warning(f"not reached: {NAME}")
    logging.getLogger("some.library").error("%s failed", NAME)
    assert places(canary) == ["log", "log"]


def test_log_that_blanks_what_it_is_given_is_no_leak(canary: Canary) -> None:
    canary.marks.add(PHONE)
    structlog.get_logger("apps.members").warning("not_reached", name=NAME, why=f"no answer at {PHONE}")
    assert places(canary) == []


def test_argument_of_a_task_is_noticed(canary: Canary) -> None:
    with current_app.connection_for_write("memory://") as broker:
        current_app.send_task("jobs.run", args=[NAME], connection=broker, ignore_result=True)
    assert places(canary) == ["task"]


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
@pytest.mark.parametrize(
    ("view", "noticed"), [("leading", ["Location"]), ("linking", ["links of a page"]), ("naming", [])]
)
def test_address_is_noticed_and_text_is_not(
    canary: Canary, client: Client, view: str, noticed: list[str]
) -> None:
    client.get(f"/{view}/")
    assert places(canary) == noticed


def test_subject_and_key_are_noticed(canary: Canary) -> None:
    EmailMessage(subject=f"{NAME} 的事项", to=["x@example.org"]).message()
    cache.get(f"looked-{NAME}")
    assert places(canary) == ["mail subject", "cache key"]


def test_what_is_personal_follows_from_the_columns() -> None:
    assert set(_personal_columns(Member)) == {"name", "phone", "email"}

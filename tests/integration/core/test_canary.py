"""The canary of the whole suite (tests/canary.py) notices each way out; without this it would prove nothing."""

import logging
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
import structlog
from celery import current_app
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html

from apps.core.copying import insert_rows
from apps.members.models import Member
from tests.canary import MANY, Canary, _personal_columns
from tests.cast import Tree

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
    assert NAME in nothing_personal_gets_out.marks[len(NAME)]
    return nothing_personal_gets_out


def places(canary: Canary) -> list[str]:
    """Where something was met; forgotten, for the test means it."""
    return [met.partition(":")[0] for met in canary.forget()]


def test_text_in_a_log_is_noticed(canary: Canary) -> None:
    structlog.get_logger("apps.members").warning(f"not reached: {NAME}")
    logging.getLogger("some.library").error("%s failed", NAME)
    assert places(canary) == ["log", "log"]


def test_log_that_blanks_what_it_is_given_is_no_leak(canary: Canary) -> None:
    canary.know([PHONE])
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


def _rows(tree: Tree) -> list[Member]:
    return [
        Member(name=f"孙{letter}新", office=tree.town, status_since=date(2026, 3, 1)) for letter in "甲乙丙"
    ]


def _created(tree: Tree) -> None:
    Member.objects.bulk_create(_rows(tree))


def _updated(tree: Tree) -> None:
    Member.objects.filter(office=tree.far_town).update(name="孙乙新")


def _copied(tree: Tree) -> None:
    row = {
        "office_id": tree.town.pk,
        "status": "pending",
        "status_since": date(2026, 3, 1),
        "created_at": timezone.now(),
    }
    insert_rows(Member, [{**row, "name": one.name} for one in _rows(tree)])


def _sealed(tree: Tree) -> None:
    Member._meta.get_field("phone").sealed_many([(uuid4(), "孙乙新")])


@pytest.mark.parametrize("write", [_created, _updated, _copied, _sealed])
def test_what_is_written_in_bulk_is_noticed(
    canary: Canary, tree: Tree, write: Callable[[Tree], None]
) -> None:
    write(tree)
    logging.getLogger("some.library").error("failed for 孙乙新")
    assert places(canary) == ["log"]


def test_one_of_very_many_marks_is_noticed(canary: Canary) -> None:
    canary.know(f"孙{chr(0x4E00 + number)}" for number in range(MANY * 3))
    logging.getLogger("some.library").error("failed for 孙丁")
    assert places(canary) == ["log"]


def test_what_is_personal_follows_from_the_columns() -> None:
    assert set(_personal_columns(Member)) == {"name", "phone", "email"}

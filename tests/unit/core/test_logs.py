"""No line of any log says anything about a person."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from apps.core import logs

Lines = Callable[[], list[dict[str, Any]]]


def cleaned(**event: Any) -> dict[str, Any]:
    return dict(logs.redacted(None, "info", event))


@pytest.mark.parametrize(
    "text",
    [
        "致电 13812345678 未接",
        "138 1234 5678",
        "+86-138-1234-5678",
        "0523-86881234",
        "zhang.san@example.com",
        "320902198001011234",
        "32090219800101123X",
        "Key (phone_index)=(abc) already exists",
        'DETAIL:  Failing row contains (12, 张三, "x")',
    ],
)
def test_text_loses_what_identifies_a_person(text: str) -> None:
    assert logs.HIDDEN in cleaned(event=text)["event"]


@pytest.mark.parametrize(
    "text", ["12345 rows in 3 s", "2026-11-22T10:00:00Z", "0a1b2c3d-1380-4000-8000-00000000000a"]
)
def test_harmless_text_stays(text: str) -> None:
    assert cleaned(event=text)["event"] == text


def test_query_string_is_cut_off() -> None:
    assert cleaned(event="Not Found: /members/?q=张三 today")["event"] == "Not Found: /members/ today"


@pytest.mark.parametrize("key", ["name", "user_agent", "phone", "ip_address", "new_password", "params"])
def test_field_named_after_a_person_is_blanked(key: str) -> None:
    assert cleaned(event="x", **{key: "张三"})[key] == logs.HIDDEN


def test_nested_values_are_cleaned_too() -> None:
    assert cleaned(event="x", rows=[{"phone": "a"}, "13812345678"])["rows"] == [
        {"phone": logs.HIDDEN},
        logs.HIDDEN,
    ]


def test_numbers_stay_numbers_unless_they_are_telephones() -> None:
    assert cleaned(event="x", count=12, called=13812345678) == {
        "event": "x",
        "count": 12,
        "called": logs.HIDDEN,
    }


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Log as the program does, and read back the JSON lines."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    made_by = dict(logs.configuration(debug=False)["formatters"]["lines"])
    handler.setFormatter(made_by.pop("()")(**made_by))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_exception_keeps_its_kind_and_place_but_not_its_words(lines: Lines) -> None:
    try:
        try:
            raise KeyError("张三")
        except KeyError as cause:
            raise ValueError("李四 13812345678") from cause
    except ValueError:
        logging.getLogger("somebody.else").exception("failed")
    (line,) = lines()
    assert [link["type"] for link in line["exception"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_logs.py" in line["exception"][0]["frames"][0]
    assert "李四" not in json.dumps(line, ensure_ascii=False)
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_third_party_line_carries_the_request_number(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        logging.getLogger("somebody.else").info("%s rows", 3)
    (line,) = lines()
    assert (line["event"], line["request_id"], line["level"]) == ("3 rows", "r-1", "info")


def test_access_line_has_the_answer_and_no_more(lines: Lines) -> None:
    logs.access_line(method="GET", path="/members/", status=200, milliseconds=12, size=345, request_id="r-2")
    (line,) = lines()
    assert {key: line[key] for key in ("event", "path", "status", "milliseconds", "bytes")} == {
        "event": "answered",
        "path": "/members/",
        "status": 200,
        "milliseconds": 12,
        "bytes": 345,
    }


def test_access_line_keeps_no_secret_of_a_one_time_link(lines: Lines) -> None:
    path = "/accounts/invitation/s3cret-of-the-link/"
    logs.access_line(method="GET", path=path, status=200, milliseconds=1, size=2, request_id="r-3")
    assert lines()[0]["path"] == "/accounts/invitation/…/"

"""What a member does in the own file leaves no trace of when, from where or with what: no table, no log, no page."""

import datetime as dt
import logging
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.members.models import Member, OwnFileCode, OwnFileSession
from apps.members.ownfile import codes
from config.launcher.gunicorn import JsonLines

ADDRESS, DEVICE = "203.0.113.77", "Canary-Device/7.7"
# The session lives while the member is there; the cache holds a keyed hash of the address for twenty minutes.
LIVING = {"members_ownfilesession"}
READING = ("/my/", "/my/looks/", "/my/consent/", "/my/copy/", "/my/correct/phone/", "/my/cases/new/")


def rows_of_every_table() -> dict[str, str]:
    """Each table's content as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture
def inside(member: Member, town_cadre: User) -> Client:
    cache.clear()
    code = codes.code_by_letter(member=member, by=town_cadre)[1]
    browser = Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=DEVICE)
    browser.code = code  # type: ignore[attr-defined]
    return browser


def walk(browser: Client) -> None:
    assert browser.post("/l/my/", {"code": browser.code, "proof": ""}).status_code == 302  # type: ignore[attr-defined]
    for address in READING:
        assert browser.get(address).status_code == 200
    assert browser.post("/my/copy/", {"form": "json"}).status_code == 200


def test_reading_changes_no_table_but_the_living_session(inside: Client) -> None:
    before = rows_of_every_table()
    walk(inside)
    inside.post("/my/leave/")
    after = rows_of_every_table()
    changed = {table for table in after if after[table] != before[table]}
    # The used code got another random mark; the limit counted under a keyed hash.
    assert changed <= {"members_ownfilecode", "core_cache"}
    assert not OwnFileSession.objects.exists()


def test_used_code_looks_like_an_unused_one(inside: Client) -> None:
    before = dict(OwnFileCode.objects.values().get().items())
    walk(inside)
    after = dict(OwnFileCode.objects.values().get().items())
    assert {name for name in after if after[name] != before[name]} == {"mark"}
    assert len(str(after["mark"])) == len(str(before["mark"]))


def test_no_table_and_no_log_holds_address_or_device(
    inside: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    walk(inside)
    inside.post("/my/contact/", {"contact_preference": "phone_only"})
    held = "".join(rows_of_every_table().values())
    logged = "".join(record.getMessage() for record in caplog.records)
    for trace in (ADDRESS, DEVICE):
        assert trace not in held
        assert trace not in logged


def test_reading_writes_no_audit_row(inside: Client) -> None:
    before = AuditEvent.objects.count()
    walk(inside)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("path", ["/my/", "/my/cases/1/", "/l/my/", "/l/my-ABCD-EFGH-JKMN/", "/l/privacy/"])
def test_web_server_leaves_members_out_of_its_log(
    path: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, object]] = []
    monkeypatch.setattr("config.launcher.gunicorn.logs.access_line", lambda **line: lines.append(line))
    logger = JsonLines.__new__(JsonLines)
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}

    def answered(status: str) -> SimpleNamespace:
        return SimpleNamespace(status=status, headers=[("X-Request-ID", "7")], sent=1)

    logger.access(answered("200 OK"), None, environ, dt.timedelta())
    logger.access(answered("422 Unprocessable"), None, environ, dt.timedelta())
    assert lines == []
    logger.access(answered("500 Server Error"), None, environ, dt.timedelta())
    assert [(line["path"], line["request_id"]) for line in lines] == [("/my/…", "")]

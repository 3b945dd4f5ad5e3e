import datetime as dt
import io
from typing import Any
from unittest.mock import patch
from zipfile import ZipFile

import psycopg2.errors
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import NotForAudit, record
from apps.core.access import SYSTEM, Permission
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.models import Member
from tests.database import _owner

pytestmark = pytest.mark.django_db
READ, EXPORT = AuditEvent.Action.READ, AuditEvent.Action.EXPORT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'read'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_audit_application_can_only_add(member: Member, city_admin: User, statement: str) -> None:
    record(READ, target=member, by=city_admin)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'read'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_audit_owner_is_stopped_by_the_triggers(member: Member, city_admin: User, statement: str) -> None:
    record(EXPORT, target=member, by=city_admin)
    with (
        _owner(connection.settings_dict["NAME"]) as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"),
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.get().action == EXPORT


@pytest.mark.parametrize("value", [1.5, dt.date(2026, 1, 1), "长" * 121, b"x", ["ok", object()]])
def test_audit_refuses_values(member: Member, city_admin: User, value: Any) -> None:
    with pytest.raises(NotForAudit):
        record(READ, target=member, by=city_admin, what=value)


def test_audit_row_belongs_to_the_office_of_the_target_or_of_the_actor(
    member: Member, city_admin: User, county_admin: User
) -> None:
    assert record(READ, target=member, by=city_admin).office_path == member.office_path
    assert record(READ, by=county_admin).office_path == county_admin.current_grants[0].office.path
    assert record(READ, by=SYSTEM).office_path == ""


def test_audit_scope_is_the_auditors_offices(
    member: Member, tree: Any, make_user: Any, auditor: User, neighbour: User
) -> None:
    ours, nobodys = record(READ, target=member, by=neighbour), record(READ, by=None)
    next_door = make_user("next_auditor", "auditor", tree.other_county)
    assert set(AuditEvent.objects.visible_to(auditor, Permission.AUDIT_VIEW)) == {ours, nobodys}
    assert set(AuditEvent.objects.visible_to(next_door, Permission.AUDIT_VIEW)) == set()


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("audit:events"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_audit_page_finds_by_actor_target_and_time(
    client: Client, auditor: User, member: Member, city_admin: User, county_admin: User
) -> None:
    record(READ, target=member, by=city_admin, purpose="visit")
    record(EXPORT, target=member, by=county_admin, rows=3)
    client.force_login(auditor)
    assert "rows=3" in page(client)
    assert "rows=3" not in page(client, actor=city_admin.username)
    assert "rows=3" in page(client, target=f"members.member {member.pk}")
    assert "rows=3" not in page(client, target="members.member 999999")
    assert "rows=3" not in page(client, until="2020-01-01")
    assert "rows=3" in page(client, action="export", since="2026.1.1")
    assert "没有符合条件" in page(client, since="2027-01-01", until="2026-01-01")


def test_audit_page_is_flat(
    client: Client, auditor: User, member: Member, city_admin: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        record(READ, target=member, by=city_admin)
    client.force_login(auditor)
    with django_assert_max_num_queries(11):
        page(client)


def exported(client: Client, url: str, **asked: str) -> bytes:
    """Ask, let the job run, fetch the file."""
    answer = client.post(reverse(url), asked)
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.get(public_id=answer["Location"].strip("/").rpartition("/")[2])
    assert run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return b"".join(client.get(job.result["links"][0]["url"]).streaming_content)  # type: ignore[attr-defined]


def test_audit_export_holds_what_the_page_finds(
    client: Client, auditor: User, member: Member, city_admin: User, county_admin: User
) -> None:
    found = record(READ, target=member, by=city_admin, purpose="=1+1")
    record(READ, target=member, by=county_admin)
    client.force_login(auditor)
    book = load_workbook(io.BytesIO(exported(client, "files:export_audit", actor=city_admin.username)))
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows if row[0] and str(row[0]).isdigit()] == [str(found.pk)]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_audit_export_with_a_mistake_in_the_filter_is_refused(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    answer = client.post(reverse("files:export_audit"), {"since": "2027-01-01", "until": "2026-01-01"})
    assert answer.status_code == 400


def test_audit_kit_is_for_auditors_of_the_whole_tree(
    client: Client, tree: Any, make_user: Any, auditor: User, member: Member
) -> None:
    record(READ, target=member, by=None)
    client.force_login(make_user("county_auditor", "auditor", tree.county))
    assert client.post(reverse("files:audit_kit")).status_code == 404
    client.force_login(auditor)
    with ZipFile(io.BytesIO(exported(client, "files:audit_kit"))) as kit:
        assert kit.namelist() == ["events.csv", "seals.csv", "verify.py"]
        assert f",members.member,{member.pk}," in kit.read("events.csv").decode()


def test_audit_page_says_when_nobody_seals(client: Client, auditor: User, member: Member) -> None:
    record(READ, target=member, by=None)
    client.force_login(auditor)
    assert "没有按时封存" not in page(client)
    with patch("apps.audit.sealing.LATE", dt.timedelta(0)):
        assert "没有按时封存" in page(client)

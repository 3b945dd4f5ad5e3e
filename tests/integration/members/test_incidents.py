"""After an incident: whose records an account dealt with, neither one more nor one less."""

import csv
import datetime as dt
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.delivering import write_down
from apps.members.incidents import NotAnAuditor, people_touched
from apps.members.models import Delivery, Member
from apps.pairing.models import Pairing
from tests.cast import Tree

A = AuditEvent.Action


@pytest.fixture
def auditor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("审计", RoleName.AUDITOR, tree.city)


def window() -> tuple[dt.datetime, dt.datetime]:
    now = timezone.now()
    return now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)


def test_list_is_exactly_who_was_dealt_with(
    pairing: Pairing, make_member: Callable[..., Member], town_cadre: User, county_admin: User, auditor: User
) -> None:
    read, exported, others, _untouched = (make_member(name) for name in ("甲一", "乙一", "丙一", "丁一"))
    record(A.READ, target=read, by=town_cadre)
    record(A.REVEAL, target=read, by=town_cadre, purpose="visit")
    write_down([exported.pk], to=town_cadre, way=Delivery.Way.EXPORT, number="E0000001")
    record(A.CHANGE, target=pairing, by=town_cadre)
    record(A.READ, target=others, by=county_admin)
    found = {person.member: person.deeds for person in people_touched(town_cadre, *window(), by=auditor)}
    expected = {
        read.pk: {"read": 1, "reveal": 1},
        exported.pk: {"export": 1},
        pairing.member_id: {"change": 1},
    }
    assert found == expected


def test_list_fetched_in_the_window_counts_though_made_before(
    make_member: Callable[..., Member], town_cadre: User, auditor: User
) -> None:
    person = make_member("乙一")
    file = StoredFile(pk=77, office_path=person.office_path)
    write_down([person.pk], to=town_cadre, way=Delivery.Way.EXPORT, number="E0000009")
    record(A.EXPORT, target=file, by=town_cadre, what="E0000009", rows=1)
    since = timezone.now()
    record(A.DOWNLOAD, target=file, by=town_cadre)
    (found,) = people_touched(town_cadre, since, since + dt.timedelta(hours=1), by=auditor)
    assert (found.member, found.deeds) == (person.pk, {"download": 1})


def test_asking_is_written_down_and_only_auditors_ask(
    make_member: Callable[..., Member], town_cadre: User, county_admin: User, auditor: User
) -> None:
    record(A.READ, target=make_member("甲一"), by=town_cadre)
    since, until = window()
    out = StringIO()
    call_command(
        "people_touched",
        town_cadre.username,
        since=since,
        until=until,
        by=auditor.username,
        stdout=out,
        stderr=StringIO(),
    )
    assert len(list(csv.reader(StringIO(out.getvalue())))) == 2
    asked = AuditEvent.objects.get(actor=auditor)
    assert (asked.target_id, asked.detail["what"]) == (str(town_cadre.pk), "people_touched")
    with pytest.raises(NotAnAuditor):
        people_touched(town_cadre, since, until, by=county_admin)


def asked(account: User, **more: str) -> dict[str, str]:
    today = f"{timezone.localdate()}"
    return {"account": account.username, "since": today, "until": today, **more}


def test_auditor_reads_the_list_on_a_page_and_takes_it_along(
    client: Client,
    make_member: Callable[..., Member],
    town_cadre: User,
    auditor: User,
    settings: Settings,
) -> None:
    settings.DEMO = True
    person, other = make_member("甲一"), make_member("乙一")
    record(A.READ, target=person, by=town_cadre)
    client.force_login(auditor)
    page = client.post(reverse("members:touched"), asked(town_cadre)).text
    assert (person.record_number in page, other.record_number in page) == (True, False)
    assert "甲一" not in page
    client.post(reverse("members:touched"), asked(town_cadre, export="1"))
    job = Job.objects.get(kind="members.people_touched")
    assert run_job(job.pk)
    made = StoredFile.objects.get(purpose="export")
    rows = load_workbook(BytesIO(made.path.read_bytes())).worksheets[0].iter_rows(values_only=True)
    assert [row[0] for row in rows if str(row[0]).startswith("C0")] == [person.record_number]


def test_unknown_account_and_a_turned_window_are_told(
    client: Client, town_cadre: User, auditor: User, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(auditor)
    wrong = {"account": "nobody", "since": "2026-03-02", "until": "2026-03-01"}
    answer = client.post(reverse("members:touched"), wrong)
    assert answer.status_code == 422
    assert "没有这个用户名" in answer.text
    assert "止日不能早于起日" in answer.text

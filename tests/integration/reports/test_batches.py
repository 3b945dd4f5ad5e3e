"""All offices' reports at once: parts beside each other, one zip, nothing made twice."""

import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.models import Rollup, Scheme
from apps.files.models import StoredFile
from apps.jobs.actions import try_again
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.notifications.models import Notification
from apps.reports.batches import PART, ask_for_all
from apps.reports.models import Report
from tests.cast import Tree

pytestmark = pytest.mark.django_db
OFFICES = 6


def asked(by: User) -> Job:
    return ask_for_all(year=2026, formats=["xlsx"], by=by)


def run_parts(whole: Job) -> None:
    for part in whole.parts.filter(state="queued").order_by("pk"):
        run_job(part.pk)


def done(whole: Job) -> Job:
    run_job(whole.pk)
    whole.refresh_from_db()
    return whole


def contents(whole: Job) -> zipfile.ZipFile:
    public_id = whole.result["links"][0]["url"].rstrip("/").rpartition("/")[2]
    return zipfile.ZipFile(StoredFile.objects.get(public_id=public_id).path)


def test_batch_packs_a_file_of_every_office(scheme: Scheme, city_admin: User) -> None:
    whole = asked(city_admin)
    run_parts(whole)
    with contents(done(whole)) as archive:
        names = archive.namelist()
        told = archive.read("清单.txt").decode()
    assert len(names) == OFFICES + 1
    assert "T-2026_990001_甲县2026年度统战工作考核报告（送审稿）.xlsx" in names
    assert all(name in told for name in names if name != "清单.txt")
    assert Report.objects.count() == OFFICES


def test_batch_leaves_only_the_zip(
    scheme: Scheme, city_admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    whole = asked(city_admin)
    run_parts(whole)
    with django_capture_on_commit_callbacks(execute=True):
        done(whole)
    assert [stored.content_type for stored in StoredFile.objects.filter(purpose="report")] == [
        "application/zip"
    ]


def test_whole_waits_for_its_parts_and_shows_how_far_they_are(scheme: Scheme, city_admin: User) -> None:
    whole = asked(city_admin)
    assert not run_job(whole.pk)
    for part in whole.parts.order_by("pk")[:3]:
        run_job(part.pk)
    whole.refresh_from_db()
    assert (whole.state, whole.progress, whole.is_begun) == ("queued", 45, True)
    assert whole.parts_said() == {"total": OFFICES, "over": 3}
    assert not run_job(whole.pk)


def test_parts_are_neither_listed_nor_told(scheme: Scheme, client: Client, city_admin: User) -> None:
    whole = asked(city_admin)
    run_parts(whole)
    assert list(Job.objects.of(city_admin)) == [whole]
    assert Notification.objects.count() == 0
    client.force_login(city_admin)
    part = whole.parts.first()
    assert part
    assert client.get(reverse("jobs:detail", args=[part.public_id])).status_code == 404
    done(whole)
    assert Notification.objects.filter(to=city_admin).count() == 1


def test_batch_with_a_failure_says_which_and_tries_only_that_again(
    scheme: Scheme, city_admin: User, tree: Tree
) -> None:
    whole = asked(city_admin)
    broken = whole.parts.get(params__subject="2026:990001100")
    Job.objects.filter(pk=broken.pk).update(params={"subject": "2026:0", "formats": ["xlsx"]})
    run_parts(whole)
    done(whole)
    assert whole.state == "done"
    assert "1 份未能生成（2026:0：" in whole.result["note"]


def test_batch_that_failed_whole_is_tried_again_with_its_parts(scheme: Scheme, city_admin: User) -> None:
    whole = asked(city_admin)
    Rollup.objects.update(year=2020)
    run_parts(whole)
    assert done(whole).state == "failed"
    Rollup.objects.update(year=2026)
    try_again(whole)
    run_parts(whole)
    assert done(whole).state == "done"
    assert Job.objects.filter(kind=PART).count() == OFFICES


def test_batch_of_a_county_stays_in_the_county(scheme: Scheme, county_admin: User) -> None:
    whole = asked(county_admin)
    assert {part.params["subject"] for part in whole.parts.all()} == {
        "T-2026:990001",
        "2026:990001100",
        "2026:990001101",
    }


def test_page_asks_for_all_of_the_year(scheme: Scheme, client: Client, city_admin: User) -> None:
    client.force_login(city_admin)
    answer = client.post(reverse("reports:make_all") + "?year=2026", {"formats": ["pdf"]})
    whole = Job.objects.of(city_admin).get()
    assert answer["Location"] == reverse("jobs:detail", args=[whole.public_id])
    assert f"0 / {OFFICES}" in client.get(answer["Location"]).content.decode()
    assert client.post(reverse("reports:make_all"), {"formats": ["exe"]}).status_code == 422

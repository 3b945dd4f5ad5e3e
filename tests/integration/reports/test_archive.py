"""Final reports are made once and kept; who fetched them is written down."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.reports.actions import ask_for_report, make_report
from apps.reports.archive import keep_stamped
from apps.reports.models import ArchivedFile, Report
from apps.reports.subjects import Subject
from tests.cast import Tree

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"


def a_pdf(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.pdf", content, content_type="application/pdf")


@pytest.fixture
def decided(scheme: Scheme) -> Scheme:
    Scheme.objects.filter(pk=scheme.pk).update(state=Scheme.State.DECIDED)
    scheme.refresh_from_db()
    return scheme


def exported(subject: Subject, by: User, *formats: str) -> Report:
    job = ask_for_report(subject=subject, formats=formats or ["docx", "pdf", "xlsx"], by=by)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return Report.objects.get(public_id=job.result["report"])


def test_final_files_are_kept_with_their_hash(decided: Scheme, tree: Tree, city_admin: User) -> None:
    report = exported(Subject(tree.county, 2026, decided), city_admin)
    kept = list(report.archived.select_related("stored"))
    assert [entry.kind for entry in kept] == ["docx", "pdf", "xlsx"]
    for entry in kept:
        assert hashlib.sha256(entry.stored.path.read_bytes()).hexdigest() == entry.sha256
        assert entry.stored.expires_at is None


def test_asked_for_again_it_is_the_same_report_and_the_same_bytes(
    decided: Scheme, tree: Tree, city_admin: User, county_admin: User
) -> None:
    first = exported(Subject(tree.county, 2026, decided), city_admin)
    second = exported(Subject(tree.county, 2026, decided), county_admin, "pdf")
    assert first == second
    assert ArchivedFile.objects.count() == 3


def test_draft_is_not_archived(scheme: Scheme, tree: Tree, city_admin: User) -> None:
    report = exported(Subject(tree.county, 2026, scheme), city_admin)
    assert report.archived.count() == 0
    assert all(stored.expires_at for stored in StoredFile.objects.filter(purpose="report"))
    with pytest.raises(Refusal, match="送审稿不归档"):
        keep_stamped(report, a_pdf(), by=city_admin)


@pytest.mark.parametrize(
    "statement", ["UPDATE reports_archivedfile SET sha256 = ''", "DELETE FROM reports_archivedfile"]
)
def test_archive_cannot_be_changed(decided: Scheme, tree: Tree, city_admin: User, statement: str) -> None:
    exported(Subject(tree.county, 2026, decided), city_admin, "pdf")
    from django.db import connection

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_fetching_is_written_down_and_shown(
    client: Client, decided: Scheme, tree: Tree, city_admin: User, county_admin: User
) -> None:
    report = exported(Subject(tree.county, 2026, decided), city_admin, "pdf")
    entry = report.archived.get()
    client.force_login(county_admin)
    response: Any = client.get(reverse("reports:fetch", args=[report.public_id, entry.stored.public_id]))
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == entry.sha256
    page = client.get(reverse("reports:detail", args=[report.public_id])).content.decode()
    assert entry.sha256 in page
    assert page.count("贾管") >= 1


@pytest.mark.parametrize("route", ["detail", "fetch", "stamp"])
def test_neighbour_county_finds_nothing(
    client: Client, decided: Scheme, tree: Tree, city_admin: User, make_user: Any, route: str
) -> None:
    report = exported(Subject(tree.county, 2026, decided), city_admin, "pdf")
    client.force_login(make_user("next", "office_admin", tree.other_county))
    arguments = [report.public_id, *([report.archived.get().stored.public_id] if route == "fetch" else [])]
    url = reverse(f"reports:{route}", args=arguments)
    response = client.post(url, {"file": a_pdf()}) if route == "stamp" else client.get(url)
    assert response.status_code == 404


def test_damaged_file_is_not_handed_out(
    client: Client, decided: Scheme, tree: Tree, city_admin: User
) -> None:
    report = exported(Subject(tree.county, 2026, decided), city_admin, "pdf")
    stored = report.archived.get().stored
    stored.path.write_bytes(b"%PDF-other")
    client.force_login(city_admin)
    response = client.get(reverse("reports:fetch", args=[report.public_id, stored.public_id]))
    assert response.status_code == 410
    assert "校验码不符" in response.content.decode()


def test_stamped_stands_beside_and_another_stands_beside_that(
    client: Client, decided: Scheme, tree: Tree, city_admin: User
) -> None:
    report = exported(Subject(tree.county, 2026, decided), city_admin, "pdf")
    client.force_login(city_admin)
    for content in (PDF, PDF + b"\n"):
        answer = client.post(reverse("reports:stamp", args=[report.public_id]), {"file": a_pdf(content)})
        assert answer.status_code == 302
    assert [entry.kind for entry in report.archived.all()] == ["pdf", "stamped", "stamped"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "只能上传"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01", "只能上传 PDF"),
        (b"%PDF-1.4\n", "不完整"),
        (PDF.replace(b"<<>>", b"<</OpenAction 2 0 R>>"), "自动动作"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024) + PDF, "10 MB"),
    ],
)
def test_stamped_that_is_no_plain_pdf_is_refused(
    client: Client, decided: Scheme, tree: Tree, city_admin: User, content: bytes, words: str
) -> None:
    report = make_report(subject=Subject(tree.county, 2026, decided), by=city_admin)
    client.force_login(city_admin)
    answer = client.post(reverse("reports:stamp", args=[report.public_id]), {"file": a_pdf(content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ArchivedFile.objects.count() == 0

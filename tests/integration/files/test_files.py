import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.files.models import StoredFile
from apps.files.storage import new_file, store_upload, sweep
from apps.files.uploads import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_dir(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def report(county_admin: User) -> StoredFile:
    with new_file("年度报告.pdf", purpose=StoredFile.Purpose.REPORT, owner=county_admin) as draft:
        draft.path.write_bytes(b"%PDF-1.7 ...")
    return draft.stored


def url(stored: StoredFile) -> str:
    return reverse("files:download", args=[stored.public_id])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_download_by_the_owner_is_an_attachment_and_written_down(
    client: Client, county_admin: User, report: StoredFile
) -> None:
    client.force_login(county_admin)
    response = client.get(url(report))
    assert body(response) == b"%PDF-1.7 ..."
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action=AuditEvent.Action.DOWNLOAD)
    assert (event.actor, event.target_id) == (county_admin, str(report.pk))


@pytest.mark.parametrize("who", ["city_admin", "neighbour", "auditor", "system_admin"])
def test_download_by_anybody_else_finds_nothing(
    client: Client, report: StoredFile, request: pytest.FixtureRequest, who: str
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(report)).status_code == 404


def test_download_after_a_day_is_gone(client: Client, county_admin: User, report: StoredFile) -> None:
    StoredFile.objects.update(expires_at=timezone.now())
    client.force_login(county_admin)
    response = client.get(url(report))
    assert response.status_code == 410
    assert "请重新导出" in response.content.decode()


def test_new_file_lives_for_24_hours(report: StoredFile) -> None:
    assert report.expires_at is not None
    assert dt.timedelta(hours=23, minutes=59) < report.expires_at - timezone.now() <= dt.timedelta(hours=24)


def test_new_file_leaves_nothing_when_the_writer_fails(files_dir: Path, county_admin: User) -> None:
    def write() -> None:
        with new_file("a.xlsx", purpose=StoredFile.Purpose.EXPORT, owner=county_admin) as draft:
            draft.path.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert StoredFile.objects.count() == 0
    assert [file for file in files_dir.rglob("*") if file.is_file()] == []


def test_new_file_lies_under_a_random_name_for_nobody_else(report: StoredFile) -> None:
    assert report.path.name == report.public_id.hex
    assert report.path.stat().st_mode & 0o077 == 0


def test_sweep_takes_the_expired_and_old_orphans(
    files_dir: Path, report: StoredFile, county_admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    with new_file("b.pdf", purpose=StoredFile.Purpose.REPORT, owner=county_admin) as draft:
        draft.path.write_bytes(b"%PDF-")
    StoredFile.objects.filter(pk=report.pk).update(expires_at=timezone.now())
    old, young = files_dir / "tmp" / "old", files_dir / "tmp" / "young"
    old.write_bytes(b"")
    young.write_bytes(b"")
    os.utime(old, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep() == 2
    assert not report.path.exists()
    assert not old.exists()
    assert young.exists()
    assert draft.stored.path.exists()


def test_store_upload_keeps_the_bytes_and_a_safe_name(county_admin: User) -> None:
    upload = SimpleUploadedFile("../../同意书\u202e.pdf", b"%PDF-1.4")
    stored = store_upload(upload, PDF, purpose=StoredFile.Purpose.EVIDENCE, owner=county_admin)
    assert (stored.name, stored.size, stored.expires_at) == ("同意书.pdf", 8, None)
    assert stored.path.read_bytes() == b"%PDF-1.4"

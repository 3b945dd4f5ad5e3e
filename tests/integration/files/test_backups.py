"""A back-up is worth what can be restored from it."""

import os
import tarfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from apps.core import crypto
from apps.core.keycheck import claim_database
from apps.files import backups
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.models import Member
from tests.cast import Tree

PHONE = "13812345678"


@pytest.fixture
def var(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Run-time files of this test's own, with a key of their own."""
    settings.VAR_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_KEY_FILE = tmp_path / "keys" / "data.key"
    crypto.create_key_file(settings.DATA_KEY_FILE)
    crypto.forget_keys()
    yield tmp_path
    crypto.forget_keys()


@pytest.fixture
def archive(transactional_db: None, var: Path, tree: Tree, settings: Settings) -> Path:
    """An archive with one member and one stored file."""
    claim_database()
    Member.objects.create(name="单田芳", office=tree.town, status_since="2026-03-01", phone=PHONE)
    (settings.FILES_DIR / "ab").mkdir(parents=True)
    (settings.FILES_DIR / "ab" / "scan").write_bytes(b"signed sheet")
    return backups.make_backup(backups.backup_directory())


@pytest.fixture
def another_database(archive: Path, empty_database: str) -> Iterator[None]:
    """Our connection leads to an empty database, as on a new machine."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = empty_database
    yield
    connection.close()
    connection.settings_dict["NAME"] = before


@pytest.mark.usefixtures("another_database")
def test_restored_on_a_new_machine_an_encrypted_phone_is_read(
    archive: Path, var: Path, settings: Settings
) -> None:
    settings.DATA_KEY_FILE.unlink()
    settings.FILES_DIR.rename(var / "lost")
    call_command("restore", str(archive), "--yes", stdout=StringIO())
    assert Member.objects.get().phone == PHONE
    assert (settings.FILES_DIR / "ab" / "scan").read_bytes() == b"signed sheet"
    assert settings.DATA_KEY_FILE.stat().st_mode & 0o777 == 0o400
    assert not list(archive.parent.glob(".*"))


@pytest.mark.usefixtures("another_database")
def test_application_role_is_bound_again_after_a_restore(archive: Path) -> None:
    call_command("restore", str(archive), "--yes", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('members_member', 'UPDATE'), "
            "has_table_privilege('audit_auditevent', 'UPDATE'), has_schema_privilege('public', 'CREATE')"
        )
        assert cursor.fetchone() == (True, False, False)


def test_restore_replaces_what_was_written_since(archive: Path, tree: Tree, settings: Settings) -> None:
    Member.objects.create(name="后来者", office=tree.town, status_since="2026-03-02")
    (settings.FILES_DIR / "later").write_bytes(b"x")
    call_command("restore", str(archive), "--yes", stdout=StringIO())
    assert [member.name for member in Member.objects.all()] == ["单田芳"]
    assert not (settings.FILES_DIR / "later").exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "no archive"])
def test_damaged_archive_changes_nothing(archive: Path, tree: Tree, damage: str) -> None:
    Member.objects.create(name="后来者", office=tree.town, status_since="2026-03-02")
    content = archive.read_bytes()
    with tarfile.open(archive) as packed:
        inside = packed.getmember(backups.DUMP).offset_data + 100
    archive.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "changed": content[:inside] + b"XXXX" + content[inside + 4 :],
            "no archive": b"hello",
        }[damage]
    )
    with pytest.raises(CommandError):
        call_command("restore", str(archive), "--yes")
    assert Member.objects.count() == 2


def test_archive_that_climbs_out_is_refused(var: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    (tmp_path / "x").write_text("x")
    with tarfile.open(bad, "w") as packed:
        packed.add(tmp_path / "x", "../outside")
    with pytest.raises(backups.BackupFailed, match="no back-up holds"):
        backups.restore_backup(bad)
    assert not (backups.backup_directory().parent / "outside").exists()


def test_nightly_job_leaves_an_archive_only_we_can_read(archive: Path) -> None:
    archive.unlink()
    job = enqueue("files.backup")
    assert run_job(job.pk)
    made = archive.parent / Job.objects.get(pk=job.pk).result["archive"]
    assert made.stat().st_mode & 0o777 == 0o600


def test_old_archives_are_forgotten(archive: Path) -> None:
    old = archive.with_name("tongxin-20200101-000000.tar")
    old.touch()
    os.utime(old, (0, 0))
    backups.make_backup(archive.parent)
    assert not old.exists()

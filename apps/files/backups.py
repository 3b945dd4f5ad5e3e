"""Back-ups: database, key file and stored files of one moment in one archive, and the way back.

An archive opens everything it holds, since the key lies beside the ciphertext: who copies it off the machine
encrypts it first (docs/how-to/back-up.md).
"""

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg2.extensions
from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.audit import sealing
from apps.jobs.running import Work

DUMP = "database.dump"
KEY = "data.key"
FILES = "files"
MANIFEST = "manifest.json"
# Who was erased here (apps.members.erasing.ledger). It only grows: a back-up adds to what stands, never takes away.
ERASURES = "erasures.jsonl"
FORMAT = 1
# An erased person must also die in the archives: guide/security.md C5 allows 30 days.
DAYS_KEPT = 30

# In one transaction with what pg_restore writes: either all of the archive is there afterwards or nothing changed.
EMPTY = """
SET lock_timeout = '30s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


# What must happen before anybody sees a restored database; apps above add theirs in `ready()`.
_after_restoring: list[Callable[[], None]] = []


def when_restored(step: Callable[[], None]) -> None:
    """Register a step."""
    _after_restoring.append(step)


def finish_restoring() -> None:
    """The steps in order, once the tables are of this version's shape."""
    for step in _after_restoring:
        step()


class BackupFailed(Exception):
    """No archive was made, or it was not restored; the message says why and is fit to show."""


def backup_directory() -> Path:
    """Where archives go; readable by us alone."""
    directory: Path = settings.VAR_DIR / "backup"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def make_backup(directory: Path) -> Path:
    """Write an archive into the directory and forget those older than DAYS_KEPT. Raises BackupFailed.

    The files are packed after the database is dumped: a row may then lack its file's last minute, never a file
    its row, which nobody would find again.
    """
    sealing.seal()
    name = f"tongxin-{timezone.localtime():%Y%m%d-%H%M%S}.tar"
    with tempfile.TemporaryDirectory(prefix=".making-", dir=directory) as work:
        dump = Path(work) / DUMP
        sessions_stay_out = "--exclude-table-data=django_session"
        _run("pg_dump", "--format=custom", sessions_stay_out, "--no-owner", "--no-privileges", "-f", dump)
        half_written = Path(work) / name
        with tarfile.open(half_written, "w") as archive:
            _pack(archive, dump)
        half_written.chmod(0o600)
        half_written.replace(directory / name)
    _forget_old(directory)
    return directory / name


def _pack(archive: tarfile.TarFile, dump: Path) -> None:
    key = Path(settings.DATA_KEY_FILE)
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        # An anchor outside the database (`verify_audit --anchor`).
        "audit_head": str(sealing.state().head or ""),
        "sha256": {DUMP: _sha256(dump), KEY: _sha256(key)},
    }
    text = dump.with_name(MANIFEST)
    text.write_text(json.dumps(manifest))
    for path, name in ((text, MANIFEST), (dump, DUMP), (key, KEY)):
        archive.add(path, name)
    if erasure_ledger().exists():
        archive.add(erasure_ledger(), ERASURES)
    if settings.FILES_DIR.is_dir():
        archive.add(settings.FILES_DIR, FILES)


def erasure_ledger() -> Path:
    path: Path = settings.VAR_DIR / ERASURES
    return path


def _forget_old(directory: Path) -> None:
    oldest = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    for archive in directory.glob("tongxin-*.tar"):
        if archive.stat().st_mtime < oldest.timestamp():
            archive.unlink()


def restore_backup(archive: Path) -> None:
    """Replace database, key file and files by the archive's. What was there of the last two is put aside.

    Call `migrate` afterwards: the archive may be older than the program. Raises BackupFailed, and has then
    changed nothing, unless the disk fills up after the database was replaced.
    """
    connection.close()  # ours would wait for our own locks
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=backup_directory()) as unpacked:
        _unpack(archive, Path(unpacked))
        _check(Path(unpacked))
        _replace_database(Path(unpacked))
        _replace(Path(settings.DATA_KEY_FILE), Path(unpacked) / KEY)
        if (Path(unpacked) / FILES).is_dir():
            _replace(settings.FILES_DIR, Path(unpacked) / FILES)
        _add_erasures(Path(unpacked) / ERASURES)


def _add_erasures(brought: Path) -> None:
    """Whoever was erased where the archive was made stays erased here too."""
    if not brought.exists():
        return
    ledger = erasure_ledger()
    known = set(ledger.read_text().splitlines()) if ledger.exists() else set()
    with ledger.open("a") as file:
        file.writelines(f"{line}\n" for line in brought.read_text().splitlines() if line not in known)
    ledger.chmod(0o600)


def _unpack(archive: Path, into: Path) -> None:
    try:
        with tarfile.open(archive) as packed:
            for member in packed:
                _unpack_member(packed, member, into)
    except (OSError, tarfile.TarError) as error:
        raise BackupFailed(f"{archive} cannot be read: {error}") from error


def _unpack_member(packed: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    """Plain files below `into` and nothing else; Python's own filter for this came after Debian 12's 3.11.2."""
    name = Path(member.name)
    if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
        raise BackupFailed(f"The archive holds something that no back-up holds: {name}")
    if member.isdir():
        (into / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    content = packed.extractfile(member)
    assert content is not None  # noqa: S101 it is a file
    (into / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with content, (into / name).open("xb") as file:
        shutil.copyfileobj(content, file)
    (into / name).chmod(0o600)


def _check(unpacked: Path) -> None:
    """The archive is whole: nothing is touched before. Raises BackupFailed."""
    try:
        manifest = json.loads((unpacked / MANIFEST).read_text())
        sums = manifest["sha256"]
        whole = all(_sha256(unpacked / name) == sums[name] for name in (DUMP, KEY))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupFailed("This is no archive made by `backup`.") from error
    if manifest.get("format") != FORMAT:
        raise BackupFailed("The archive was made by a newer version of the program.")
    if not whole:
        raise BackupFailed("The archive is damaged: its checksums differ.")


def _replace_database(unpacked: Path) -> None:
    script = unpacked / "script.sql"
    _run("pg_restore", "--no-owner", "--no-privileges", "-f", script, unpacked / DUMP, connects=False)
    first = unpacked / "empty.sql"
    first.write_text(EMPTY)
    _run(
        "psql",
        "--quiet",
        "--no-psqlrc",
        "--single-transaction",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        first,
        "-f",
        script,
    )


def _replace(place: Path, by: Path) -> None:
    """Put a file or directory in its place, and what stood there aside, under the time of day."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.exists():
        place.rename(place.with_name(f"{place.name}.before-{timezone.localtime():%Y%m%d-%H%M%S-%f}"))
    shutil.move(by, place)
    if place.is_file():
        place.chmod(0o400)


def _run(program: str, *arguments: str | Path, connects: bool = True) -> None:
    """Run one of PostgreSQL's programs on our database as its owner. Raises BackupFailed with what it said."""
    dsn, secret = _address()
    target = ["--dbname", dsn] if connects else []
    try:
        subprocess.run(  # noqa: S603 our own programs and arguments
            [_path_of(program), *target, *map(str, arguments)],
            env={**os.environ, **secret},
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{program} failed: {error.stderr.strip()[-2000:]}") from error


def _address() -> tuple[str, Mapping[str, str]]:
    """Our database for libpq, as the owner; the password apart, since every user of the machine sees arguments."""
    owner = settings.DATABASE_OWNER_URL or os.environ["DATABASE_URL"]
    parts: dict[str, Any] = psycopg2.extensions.parse_dsn(owner)
    password = parts.pop("password", None)
    parts["dbname"] = connection.settings_dict["NAME"]
    return psycopg2.extensions.make_dsn(**parts), {"PGPASSWORD": password} if password else {}


def _path_of(program: str) -> str:
    """In PG_BIN (the launcher sets it), else in PATH. Raises BackupFailed."""
    if directory := os.environ.get("PG_BIN"):
        return str(Path(directory) / program)
    if found := shutil.which(program):
        return found
    raise BackupFailed(f"{program} is not here: install PostgreSQL's client programs or set PG_BIN.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(work: Work) -> dict[str, Any]:
    """The nightly job."""
    archive = make_backup(backup_directory())
    return {"archive": archive.name, "bytes": archive.stat().st_size}

"""Where files lie and how they come and go: whole or not at all, under random names outside the web root."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.files.naming import clean_file_name
from apps.files.uploads import Scan, without_metadata

# What somebody exported can be fetched for a day (guide: security, C11).
EXPORT_LIFE = timedelta(hours=24)
# A file on disk without a row is the rest of a killed attempt once it is older than any job.
ORPHAN_AGE = timedelta(days=1)

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "ics": "text/calendar; charset=utf-8",
    "jpg": "image/jpeg",
    "png": "image/png",
}


@dataclass
class Draft:
    """A file being written: write to `path`. `stored` becomes a row once the block has ended well."""

    path: Path
    stored: StoredFile


@contextmanager
def new_file(
    name: str,
    *,
    purpose: StoredFile.Purpose,
    owner: Actor | None,
    lives_for: timedelta | None = EXPORT_LIFE,
    office_path: str = "",
    content_type: str = "",
) -> Iterator[Draft]:
    """Write a file and keep it: `with new_file("报告.pdf", …) as draft: write(draft.path)`.

    The name's extension gives the content type. Nothing can be fetched before the block has ended without an
    exception; a killed process leaves at most a nameless rest that `sweep` takes away.
    """
    stored = StoredFile(
        purpose=purpose,
        owner_id=owner.pk if owner else None,
        name=clean_file_name(name),
        content_type=content_type or CONTENT_TYPES[name.rpartition(".")[2].lower()],
        office_path=office_path,
        expires_at=timezone.now() + lives_for if lives_for else None,
    )
    draft = Draft(_temporary(), stored)
    try:
        yield draft
        _keep(draft.path, stored)
    finally:
        draft.path.unlink(missing_ok=True)


def store_upload(
    upload: Any, scan: Scan, *, purpose: StoredFile.Purpose, owner: Actor | None, office_path: str = ""
) -> StoredFile:
    """Keep an uploaded scan that `uploads.check_scan` took, without its metadata; it ends with what it belongs to."""
    upload.seek(0)
    with new_file(
        upload.name,
        purpose=purpose,
        owner=owner,
        lives_for=None,
        office_path=office_path,
        content_type=scan.content_type,
    ) as draft:
        draft.path.write_bytes(without_metadata(upload.read(), scan))
    return draft.stored


def record_export(stored: StoredFile, *, by: Actor | None, what: str, rows: int | None = None) -> None:
    """Every export is written down where the file is made: what it holds and how many rows, never their content."""
    record(
        AuditEvent.Action.EXPORT, target=stored, by=by, what=what, rows=rows, format=stored.content_type[:100]
    )


def remove(stored: StoredFile) -> None:
    """The row and, after commit, the bytes: never a row without its file."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep() -> int:
    """Remove what has expired, and rests of killed attempts. Gives how many files went."""
    expired = list(StoredFile.objects.expired())
    for stored in expired:
        remove(stored)
    return len(expired) + _remove_orphans()


def _remove_orphans() -> int:
    root = Path(settings.FILES_DIR)
    known = {public_id.hex for public_id in StoredFile.objects.values_list("public_id", flat=True)}
    oldest = (timezone.now() - ORPHAN_AGE).timestamp()
    orphans = [
        file
        for file in root.rglob("*")
        if file.is_file() and file.name not in known and file.stat().st_mtime < oldest
    ]
    for file in orphans:
        file.unlink(missing_ok=True)
    return len(orphans)


def _temporary() -> Path:
    """In the same file system as the place it will be renamed to."""
    folder = Path(settings.FILES_DIR) / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / secrets.token_hex(16)


def _keep(written: Path, stored: StoredFile) -> None:
    stored.size, stored.sha256 = _measure(written)
    stored.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(written, 0o600)
    os.replace(written, stored.path)
    try:
        stored.save(force_insert=True)
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise


def _measure(path: Path) -> tuple[int, str]:
    """Size and sha256, after the bytes are safely on disk."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return path.stat().st_size, digest.hexdigest()

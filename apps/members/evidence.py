"""Scans of signed consent sheets: what is taken, and where it is kept."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.offices.models import Office

MB = 1024 * 1024
LARGEST_SCAN = 10 * MB
# By their first bytes, never by their name.
_KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class BadScan(Refusal):
    """The file is no scan that can serve as evidence."""

    code = "bad_scan"


def store_evidence(name: str, content: bytes, office: Office, by: Actor) -> StoredFile:
    """Keep a scan. Raises BadScan where it is empty, too large, or neither PDF nor a photo."""
    kind = _kind(content)
    scan = StoredFile(
        purpose=StoredFile.Purpose.EVIDENCE,
        owner_id=by.pk,
        name=Path(name).name[:120],
        content_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    path = Path(settings.VAR_DIR) / "files" / scan.public_id.hex[:2] / scan.public_id.hex
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    scan.save()
    return scan


def _kind(content: bytes) -> str:
    if not content:
        raise BadScan(_("扫描件是空文件，请重新扫描"))
    if len(content) > LARGEST_SCAN:
        raise BadScan(_("扫描件超过 %(limit)d MB，请降低分辨率后重新上传") % {"limit": LARGEST_SCAN // MB})
    for magic, kind in _KINDS.items():
        if content.startswith(magic):
            return kind
    raise BadScan(_("扫描件须为 PDF、JPG 或 PNG"))

"""Scans of signed consent sheets: checked by `apps.files`, kept as long as the consent they prove."""

from typing import Any

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.files.storage import store_upload
from apps.files.uploads import check_scan
from apps.offices.models import Office


def store_evidence(upload: Any, office: Office, by: Actor) -> StoredFile:
    """Keep an uploaded scan (a Django File). Raises apps.files.uploads.UploadRefused."""
    scan = check_scan(upload)
    return store_upload(upload, scan, purpose=StoredFile.Purpose.EVIDENCE, owner=by, office_path=office.path)

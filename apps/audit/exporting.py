"""What an outsider needs to check the trail: all rows, all seals, and a verifier that knows nothing of this program."""

import shutil
from pathlib import Path

from django.db import connection

VERIFIER = Path(__file__).parent / "outside" / "verify.py"
_EVENTS = """COPY (
    SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor_id, action, target_label,
        target_id, office_path, detail, request_id, xid
    FROM audit_auditevent ORDER BY id
) TO STDOUT WITH (FORMAT csv, HEADER)"""
_SEALS = """COPY (
    SELECT number, epoch, cluster, after_id, from_xid, until_xid, rows, root, previous, hash
    FROM audit_auditseal ORDER BY number
) TO STDOUT WITH (FORMAT csv, HEADER)"""


def write_kit(directory: Path) -> None:
    """events.csv, seals.csv and verify.py. For machines: cells stand as they are stored."""
    shutil.copy(VERIFIER, directory / "verify.py")
    for name, statement in (("events.csv", _EVENTS), ("seals.csv", _SEALS)):
        with (directory / name).open("wb") as file, connection.cursor() as cursor:
            cursor.copy_expert(statement, file)

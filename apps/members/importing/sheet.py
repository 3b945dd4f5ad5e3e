"""The cells of a roster: read once, blanked of what the registry does not keep, and only so kept until confirmed."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.files.storage import new_file
from apps.files.workbooks import read_workbook
from apps.members.importing.columns import find_head
from apps.offices.models import Office

# An upload that nobody confirms ends by itself.
UPLOAD_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Upload:
    """A roster as it came in: the rows of one sheet, the first being the sheet's row 1."""

    name: str
    sha256: str
    rows: Sequence[Sequence[Any]]
    left_out: tuple[str, ...] = ()

    @classmethod
    def read(cls, name: str, source: IO[bytes]) -> "Upload":
        """The first sheet that has a roster's header, else the first one. Raises apps.files.workbooks.WorkbookRefused."""
        sheets = list(read_workbook(source).values())
        source.seek(0)
        digest = hashlib.sha256(source.read()).hexdigest()
        rows = next((rows for rows in sheets if find_head(rows)), sheets[0])
        return cls(Path(name).name, digest, *_blanked(rows))

    def keep(self, office: Office, by: Actor) -> StoredFile:
        """Store the blanked rows until somebody confirms the import."""
        with new_file(
            f"{self.name}.json",
            purpose=StoredFile.Purpose.IMPORT,
            owner=by,
            lives_for=UPLOAD_LIFE,
            office_path=office.path,
            content_type="application/json",
        ) as draft:
            draft.path.write_text(json.dumps(self.__dict__, ensure_ascii=False, default=_iso))
        return draft.stored

    @classmethod
    def kept(cls, stored: StoredFile) -> "Upload":
        """What `keep` stored."""
        found = json.loads(stored.path.read_text())
        return cls(found["name"], found["sha256"], found["rows"], tuple(found["left_out"]))


def _blanked(rows: Sequence[Sequence[Any]]) -> tuple[list[list[Any]], tuple[str, ...]]:
    """The rows with every column emptied that the registry does not keep, and the names of those columns."""
    head = find_head(rows)
    if head is None:
        return [list(row) for row in rows], ()
    kept = set(head.columns.values())
    below = [
        [value if position in kept else "" for position, value in enumerate(row)] for row in rows[head.row :]
    ]
    # Lines above the header are titles and names of offices: not read, not kept.
    return [[""] for _line in rows[: head.row]] + below, head.left_out


def _iso(value: object) -> str:
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return str(value)

"""The erasure ledger: who was erased here, in a file beside the database, so that a restored back-up erases them again.

One line a person: the row's number and a hash of its public id, which says that a row of that number is the same
person and not somebody of another installation. Neither leads to anybody once the row is empty.
"""

import hashlib
import json
import os
from collections.abc import Iterable

from apps.files.backups import erasure_ledger
from apps.members.models import Member


def write_down(people: Iterable[Member]) -> None:
    """Add these people; on disk before the function ends."""
    path = erasure_ledger()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as file:
        for person in people:
            file.write(json.dumps({"row": person.pk, "mark": _mark(person)}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def not_erased_yet() -> list[int]:
    """The members who stand in the ledger and in the database as they were before: a back-up brought them back."""
    path = erasure_ledger()
    if not path.exists():
        return []
    marks = {
        line["row"]: line["mark"] for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    found = Member.objects.filter(pk__in=marks, erased_at__isnull=True)
    return [person.pk for person in found if _mark(person) == marks[person.pk]]


def _mark(person: Member) -> str:
    return hashlib.sha256(person.public_id.bytes).hexdigest()

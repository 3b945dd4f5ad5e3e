"""What was read of a roster, kept beside the upload from the dry run to the confirmation.

Rows are read once: the confirmation compares the very rows that the dry run showed with the registry as it stands by
then. They are read anew where anything they depend on changed: the upload, the columns, the day, the language of the
sentences, or the offices a cell may mean (decision 0020).
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import get_language

from apps.core.names import NameKeys
from apps.files.models import StoredFile
from apps.files.storage import new_file, remove
from apps.members.importing.closing import Progress
from apps.members.importing.findings import Finding
from apps.members.importing.mapping import Mapping
from apps.members.importing.rows import Roster, RosterRow, read_roster
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from apps.members.models import ImportBatch

# A change of what is kept, or of the rules by which cells are read, is a new form: what is kept in an older one is not used.
_FORM = 1


def roster_of(batch: ImportBatch, progress: Progress) -> Roster:
    """The rows of the upload of a batch. Raises RosterRefused."""
    towns = Towns(batch.office)
    key = _key(batch, towns)
    known = _kept(batch, key, towns)
    if known is not None:
        return known
    assert batch.upload is not None  # noqa: S101 - the job looked
    mapping = Mapping.from_store(batch.mapping)
    roster = read_roster(
        Upload.kept(batch.upload), mapping, towns, today=timezone.localdate(), progress=progress
    )
    forget(batch)
    batch.reading = _keep(batch, key, roster)
    return roster


def forget(batch: ImportBatch) -> None:
    """Once the rows stand in the registry, or are read otherwise."""
    old, batch.reading = batch.reading, None
    if old is not None:
        batch.save(update_fields=["reading"])
        remove(old)


def _key(batch: ImportBatch, towns: Towns) -> str:
    """Tells whether the rows would be read the same today."""
    assert batch.upload is not None  # noqa: S101 - the job looked
    parts = (
        _FORM,
        batch.upload.sha256,
        batch.mapping,
        timezone.localdate().isoformat(),
        get_language(),
        sorted((town.pk, town.name, town.path) for town in towns.by_id().values()),
    )
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _keep(batch: ImportBatch, key: str, roster: Roster) -> StoredFile:
    with new_file(
        f"{batch.file_name}.rows.json",
        purpose=StoredFile.Purpose.IMPORT,
        owner=batch.by,
        lives_for=batch.ends_at - timezone.now(),
        office_path=batch.office_path,
        content_type="application/json",
    ) as draft:
        draft.path.write_bytes(orjson.dumps(_stored(key, roster)))
    return draft.stored


def _stored(key: str, roster: Roster) -> dict[str, Any]:
    return {
        "key": key,
        "count": roster.count,
        "errors": [(f.row, f.column, f.message) for f in roster.errors],
        "skips": [(f.row, f.column, f.message) for f in roster.skips],
        "names": list(roster.names.items()),
        "columns": _columns(roster.rows),
    }


def _columns(rows: Sequence[RosterRow]) -> dict[str, Sequence[Any]]:
    """The rows, column by column: a tenth of the lists."""
    found = dict(zip(RosterRow._fields, zip(*rows, strict=True), strict=False))
    if not found:
        return {}
    days = {"birth_month", "consented_on"}
    plain = {name: values for name, values in found.items() if name not in {"office", "keys", *days}}
    told = {name: [day.isoformat() if day else "" for day in found[name]] for name in days}
    keys = dict(zip(NameKeys._fields, zip(*found["keys"], strict=True), strict=True))
    return {**plain, **told, **keys, "office": [office.pk for office in found["office"]]}


def _kept(batch: ImportBatch, key: str, towns: Towns) -> Roster | None:
    stored = batch.reading
    if stored is None or stored.is_expired or not stored.path.is_file():
        return None
    found = orjson.loads(stored.path.read_bytes())
    if found["key"] != key:
        return None
    mapping = Mapping.from_store(batch.mapping)
    return Roster(
        rows=_rows(found["columns"], towns),
        count=found["count"],
        errors=[Finding(*said) for said in found["errors"]],
        skips=[Finding(*said) for said in found["skips"]],
        left_out=mapping.names_left_out,
        titles=mapping.titles,
        names=dict(found["names"]),
    )


def _rows(columns: dict[str, list[Any]], towns: Towns) -> list[RosterRow]:
    if not columns:
        return []
    offices = towns.by_id()
    columns["office"] = [offices[pk] for pk in columns["office"]]
    for name in ("birth_month", "consented_on"):
        days = {day: dt.date.fromisoformat(day) if day else None for day in set(columns[name])}
        columns[name] = [days[day] for day in columns[name]]
    for name in ("categories", "associations"):
        columns[name] = list(map(tuple, columns[name]))
    keys = (columns[name] for name in NameKeys._fields)
    columns["keys"] = list(map(NameKeys._make, zip(*keys, strict=True)))
    return list(map(RosterRow._make, zip(*(columns[name] for name in RosterRow._fields), strict=True)))

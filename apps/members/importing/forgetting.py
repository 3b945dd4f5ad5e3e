"""An import forgets people who are erased: its kept files end where one of them stands in them."""

from collections.abc import Sequence

from apps.core.crypto import CryptoError
from apps.files.models import StoredFile
from apps.files.storage import remove
from apps.members.models import ImportBatch, Member

_KEPT = ("upload", "reading", "outcomes", "workbook")


def forget_in_imports(people: Sequence[Member]) -> None:
    """Call before their names and numbers are emptied. An import that waited for its confirmation is over then."""
    words = [word.encode() for person in people for word in _words(person)]
    ids = {person.pk for person in people}
    for batch in ImportBatch.objects.filter(upload__isnull=False).select_related(*_KEPT):
        if any(_names(file, words) for file in (batch.upload, batch.outcomes) if file):
            _end_files(batch)
    for batch in ImportBatch.objects.filter(changed_ids__overlap=list(ids)):
        batch.changed_ids = [each for each in batch.changed_ids if each not in ids]
        batch.save(update_fields=["changed_ids"])
    ImportBatch.objects.filter(members__in=ids).exclude(undoing={}).update(undoing={})


def _words(person: Member) -> list[str]:
    """What would give the person away: the name as it was typed or simplified, and the number."""
    try:
        phone = str(person.phone)
    except CryptoError:
        phone = ""
    return [word for word in (person.name, person.name_simplified, phone) if word]


def _names(file: StoredFile, words: Sequence[bytes]) -> bool:
    if not file.path.is_file():
        return False
    content = file.path.read_bytes()
    return any(word in content for word in words)


def _end_files(batch: ImportBatch) -> None:
    for name in _KEPT:
        stored = getattr(batch, name)
        setattr(batch, name, None)
        if stored:
            remove(stored)
    if batch.state in (ImportBatch.State.UPLOADED, ImportBatch.State.TRIED):
        batch.state = ImportBatch.State.ENDED
    batch.save(update_fields=[*_KEPT, "state"])

"""What an office mapped the headings of its lists to; its next ones of the same kind are guessed by it."""

from enum import StrEnum
from typing import Any, TypeVar

from django.db import transaction

from apps.members.importing.guessing import Memory
from apps.members.importing.mapping import Mapping
from apps.members.importing.roster_words import ROSTER
from apps.members.importing.sheet import Sheet
from apps.members.importing.vocabulary import Vocabulary, plain
from apps.members.models import ImportBatch, RosterMemory
from apps.offices.models import Office

C = TypeVar("C", bound=StrEnum)


def memory_of(
    office: Office, kind: str = ImportBatch.Kind.ROSTER, vocabulary: Vocabulary[Any] = ROSTER
) -> Memory[Any]:
    """Headings (plain) and their columns; None where the office chose not to read one."""
    rows = RosterMemory.objects.filter(office=office, kind=kind).values_list("heading", "column")
    # A column that the code no longer knows is as good as forgotten.
    return {
        heading: vocabulary.column(column) if column else None
        for heading, column in rows
        if column == "" or column in vocabulary.labels
    }


@transaction.atomic
def remember(batch: ImportBatch, sheet: Sheet, guessed: Mapping[C], chosen: Mapping[C]) -> int:
    """Keep what a person corrected: headings whose column is not the one that was guessed. Gives how many."""
    before = {at: column for column, at in guessed.columns.items()}
    after = {at: column for column, at in chosen.columns.items()}
    changed = {
        plain(sheet.titles[at].text): after.get(at)
        for at in range(len(sheet.titles))
        if before.get(at) != after.get(at) and plain(sheet.titles[at].text)
    }
    for heading, column in changed.items():
        RosterMemory.objects.update_or_create(
            office=batch.office, kind=batch.kind, heading=heading[:64], defaults={"column": column or ""}
        )
    return len(changed)

"""What an office mapped the headings of its rosters to; its next rosters are guessed by it."""

from django.db import transaction

from apps.members.importing.columns import Column, plain
from apps.members.importing.guessing import Memory
from apps.members.importing.mapping import Mapping
from apps.members.importing.sheet import Sheet
from apps.members.models import RosterMemory
from apps.offices.models import Office


def memory_of(office: Office) -> Memory:
    """Headings (plain) and their columns; None where the office chose not to read one."""
    rows = RosterMemory.objects.filter(office=office).values_list("heading", "column")
    # A column that the code no longer knows is as good as forgotten.
    return {
        heading: Column(column) if column else None for heading, column in rows if column in ("", *Column)
    }


@transaction.atomic
def remember(office: Office, sheet: Sheet, guessed: Mapping, chosen: Mapping) -> int:
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
            office=office, heading=heading[:64], defaults={"column": column or ""}
        )
    return len(changed)

"""Where a row stands when several sheets of a workbook are read at once: one number for sheet and row.

Rows of the first sheet keep the number that the spreadsheet shows; those of the next ones are counted on from STEP.
"""

from apps.members.importing.mapping import Mapping

# More than any sheet has rows (files.tables.MOST_ROWS).
STEP = 100_000


def number_of(sheet: int, row: int) -> int:
    """`sheet` counts from 0 in the order in which they are read; `row` is the spreadsheet's own number."""
    return sheet * STEP + row


def place_of(number: int, mapping: Mapping) -> tuple[str, int]:
    """The name of the sheet and the spreadsheet's own row number."""
    sheet, row = divmod(number, STEP)
    return mapping.sheets[sheet].sheet, row

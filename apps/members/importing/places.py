"""Where a row stands when several sheets of a workbook are read at once: one number for sheet and row.

Rows of the first sheet keep the number that the spreadsheet shows; those of the next ones are counted on from STEP.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

# More than any sheet has rows (files.tables.MOST_ROWS).
STEP = 100_000


def number_of(sheet: int, row: int) -> int:
    """`sheet` counts from 0 in the order in which they are read; `row` is the spreadsheet's own number."""
    return sheet * STEP + row


def place_of(number: int, sheets: Sequence[str]) -> tuple[str, int]:
    """The name of the sheet and the spreadsheet's own row number. `sheets`: their names, in the order of reading."""
    sheet, row = divmod(number, STEP)
    return sheets[sheet], row


def sheets_of(stored: dict[str, Any]) -> list[str]:
    """The names of the sheets that a stored mapping of any kind reads."""
    return [stored["sheet"], *(more["sheet"] for more in stored.get("more", ()))]


def told(number: int, sheets: Sequence[str]) -> str:
    """The place as people read it: with the sheet where there are several."""
    sheet, row = place_of(number, sheets)
    return f"{sheet} {row}" if len(sheets) > 1 else str(row)


def repeated(first: int, number: int, sheets: Sequence[str]) -> str:
    """That the line with this number says what an earlier one says."""
    (sheet, row), (here, _row) = place_of(first, sheets), place_of(number, sheets)
    if sheet == here:
        return _("与第 %(row)d 行重复") % {"row": row}
    return _("与工作表“%(sheet)s”第 %(row)d 行重复") % {"sheet": sheet, "row": row}

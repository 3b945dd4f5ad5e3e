"""What the tests of exports share."""

from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.members.exports import Wish, ask_for_export
from apps.members.list_rows import DEFAULT_COLUMNS
from apps.members.listing import ListState
from apps.members.models import RosterExport
from apps.members.purposes import ExportPurpose
from apps.members.roster_files import make_file

# Above the rows of a sheet: the watermark and the head.
TOP = 2


def ask(by: User, *, file_format: str = "xlsx", in_full: bool = False, **state: Any) -> RosterExport:
    wish = Wish(
        state=ListState(**{"columns": DEFAULT_COLUMNS, **state}),
        file_format=RosterExport.Format(file_format),
        purpose=ExportPurpose.CHECK,
        in_full=in_full,
    )
    return ask_for_export(wish=wish, by=by)


def export(by: User, **wanted: Any) -> StoredFile:
    return make_file(ask(by, **wanted))


def sheet_of(stored: StoredFile, number: int = 0) -> Worksheet:
    with stored.path.open("rb") as file:
        return openpyxl.load_workbook(file).worksheets[number]


def rows_of(stored: StoredFile) -> list[list[str]]:
    return [[cell.value or "" for cell in row] for row in sheet_of(stored).iter_rows(min_row=TOP + 1)]

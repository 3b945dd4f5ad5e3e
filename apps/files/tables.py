"""What a reader makes of an uploaded table, whatever its format, and the caps that hold for all of them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.files.uploads import UploadRefused

# A large county holds 25,000 people.
MOST_ROWS = 30_000
MOST_COLUMNS = 100
# Cells of all sheets together, counted as the rectangles that a reader makes room for.
MOST_CELLS = 3_500_000
MOST_SHEETS = 60

# str, float, int, bool, date, datetime, time, timedelta, or "" for an empty cell.
Cell = Any
Rows = list[list[Cell]]
# First and last row, first and last column, counted from 0 and inclusive.
Merged = tuple[int, int, int, int]


class WorkbookRefused(UploadRefused):
    """The workbook cannot be read, or not safely; the message says why and what to do."""

    code = "workbook_refused"


BROKEN = _("工作簿已损坏，无法读取，请用 Excel 或 WPS 重新另存后再试")
TOO_MANY_ROWS = _("表格超过 30000 行，请拆分后分批导入")
TOO_MANY_COLUMNS = _("表格超过 100 列，请删去多余的列后再导入")
TOO_MANY_CELLS = _("工作簿的单元格过多，请只留花名册一张表后再导入")
EMPTY_FILE = _("文件是空的，请重新选择")
NO_DATA = _("工作簿里没有数据")
HAS_PASSWORD = _("工作簿设有打开密码，请取消密码后再导入")


@dataclass(frozen=True)
class Table:
    """One sheet: rows from its row 1 and column A on."""

    name: str
    rows: Rows
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True)
class Book:
    """The visible sheets with anything in them; `hidden` are the names of the others."""

    tables: list[Table]
    hidden: tuple[str, ...] = ()
    # Whether bare serial numbers count from 1904 (old Macs); cells formatted as dates are dates already.
    is_1904: bool = False


def has_data(rows: Rows) -> bool:
    return any(any(cell != "" for cell in row) for row in rows)

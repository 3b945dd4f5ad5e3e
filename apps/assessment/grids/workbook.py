"""The grid as a workbook, and what was typed into one. Raises WorkbookRefused where it is none, or another scheme's."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.assessment.grids.standing import Grid
from apps.assessment.grids.texts import how_to_fill
from apps.assessment.models import Assessed, Indicator, Scheme
from apps.assessment.numbers import plain
from apps.files.models import StoredFile
from apps.files.sheets import Closed, Column, Sheet, ToFill, Value, write_workbook
from apps.files.storage import new_file, record_export
from apps.files.tables import Rows, WorkbookRefused
from apps.files.workbooks import ZIP, read_workbook

MOST_BYTES = 2_000_000
# A matter in each line; more is no entry any more.
LONGEST_CELL = 2_000
_KEYS = "#指标编号"
_NAMED = ("单位", "单位编码", "分组")


# Out ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def export_grid(scheme: Scheme, *, by: User) -> StoredFile:
    """The workbook of what the user may see and fill in, written down as an export; always in Chinese."""
    grid = Grid.load(scheme, by)
    with (
        new_file(
            f"单位指标表-{scheme.code}.xlsx",
            purpose=StoredFile.Purpose.EXPORT,
            owner=by,
            office_path=scheme.office.path,
        ) as draft,
        override("zh-hans"),
    ):
        write_workbook(draft.path, [_sheet(grid)], _about(scheme, by))
    record_export(draft.stored, by=by, what=f"grid:{scheme.code}", rows=len(grid.rows))
    return draft.stored


def _about(scheme: Scheme, by: User) -> list[tuple[str, str]]:
    return [
        ("考核方案", f"{scheme.code} {scheme.name}"),
        ("方案校验值", scheme.sha256),
        ("填写人", by.name),
        ("灰色单元格", "不由您填写，或不考核该单位"),
        ("空单元格", "导入时不改动原有内容，也不删除"),
    ]


def _sheet(grid: Grid) -> Sheet:
    columns = [Column(title, width=16) for title in _NAMED]
    columns += [Column(_head(each), width=24) for each in grid.items]
    keys: list[Value] = [Closed(_KEYS), Closed(grid.scheme.code), Closed(grid.scheme.sha256[:16])]
    hints: list[Value] = [Closed("填写方式"), Closed(), Closed()]
    rows = [
        [*keys, *(Closed(str(each.pk)) for each in grid.items)],
        [*hints, *(Closed(how_to_fill(each)) for each in grid.items)],
        *(_row(grid, each) for each in grid.rows),
    ]
    return Sheet("单位指标表", columns, rows, [grid.scheme.name], locked=True)


def _head(item: Indicator) -> str:
    """What adds to or takes from the total has no points of its own."""
    return f"{item.name}（{plain(item.points)} 分）" if item.points else item.name


def _row(grid: Grid, each: Assessed) -> list[Value]:
    named: list[Value] = [Closed(each.office.name), Closed(each.office.code), Closed(each.group.name)]
    return [*named, *(_cell(grid, (item.pk, each.office_id)) for item in grid.items)]


def _cell(grid: Grid, place: tuple[int, int]) -> Value:
    text = grid.texts.get(place, "")
    return ToFill(text) if place in grid.open else Closed(text)


# In -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """One cell as it was typed: office code and item key as the file says them."""

    office: str
    item: str
    text: str


def filled_in(content: bytes, scheme: Scheme) -> list[Filled]:
    """The cells with anything in them, each place once. Raises WorkbookRefused."""
    if len(content) > MOST_BYTES:
        raise WorkbookRefused(_("文件过大，不应超过 2 MB"))
    if not content.startswith(ZIP):
        raise WorkbookRefused(_("请选择导出后填写的 xlsx 文件"))
    rows = next(
        (table.rows for table in read_workbook(io.BytesIO(content)).tables if _key_row(table.rows)), None
    )
    if rows is None:
        raise WorkbookRefused(_("没有找到指标编号一行，请在导出的表格里填写，不要删除这一行"))
    _check_scheme(_key_row(rows), scheme)
    found = list(_cells(rows))
    if len({(each.office, each.item) for each in found}) < len(found):
        raise WorkbookRefused(_("同一单位或同一指标出现了两次，请删去重复的行或列"))
    return found


def _key_row(rows: Rows) -> list[str]:
    return next(([_text(cell) for cell in row] for row in rows if row and _text(row[0]) == _KEYS), [])


def _check_scheme(keys: list[str], scheme: Scheme) -> None:
    code, digest, *_items = [*keys[1:], "", ""]
    if code != scheme.code:
        raise WorkbookRefused(_("这份表格不是本方案的"))
    if digest != scheme.sha256[:16]:
        raise WorkbookRefused(_("方案在导出后有改动，请重新导出再填写"))


def _cells(rows: Rows) -> Iterator[Filled]:
    keys = _key_row(rows)
    start = next(number for number, row in enumerate(rows) if row and _text(row[0]) == _KEYS)
    for row in rows[start + 1 :]:
        texts = [_text(cell) for cell in row]
        if len(texts) < len(_NAMED) or not texts[1]:
            continue
        for key, text in list(zip(keys, texts, strict=False))[len(_NAMED) :]:
            if key and text:
                yield Filled(texts[1], key, text[: LONGEST_CELL + 1])


def _text(cell: Any) -> str:
    """Numbers as they are typed; a date stays one, and its form refuses it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

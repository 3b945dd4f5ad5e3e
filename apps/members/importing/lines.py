"""Which lines below a heading are people: not totals, signatures, notes, headings again, sections or samples."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from apps.members.importing.columns import Column
from apps.members.importing.vocabulary import plain

_TOTAL = re.compile(r".{0,12}(?:合计|总计|小计|共计|累计|汇总)[:：]?.{0,12}")
_SIGNATURE = re.compile(
    r"(?:单位|分管|主要|部门|填表|填报|制表|审核|审批|经办|复核|签批|校对)?(?:负责人|领导|人|单位|日期|时间|部门|意见)?(?:签字|签名|盖章|[(（].{1,6}[)）])?[:：].*|"
    r"(?:填表|制表|填报|审核|审批|经办|复核|联系)(?:人|单位|日期|时间).*|"
    r"(?:说明|备注|附注|备考)|(?:说明|备注|注|附注|附|附件|备)\s*[0-9一二三四五六七八九十]?\s*[:：、.].*"
)
_SECTION = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．].{1,40}|[（(][一二三四五六七八九十]{1,3}[)）].{1,40}|.{1,30}[（(]?\s*共?\s*[0-9]{1,5}\s*人\s*[)）]?"
)
# A name of which no rule below says that it is none.
_NAME = re.compile("(?!.*(?:[合总小共累]计|汇总|示例|姓名))[\u4e00-\u9fff]{2,4}")
_SAMPLE = re.compile(r"[（(\[【]?(?:示例|样例|例如|范例|填写示例|例[:：])")


def is_person(line: Sequence[Any], values: dict[Column, Any], titles: dict[Column, str]) -> bool:
    """`values` are the cells of the mapped columns, `titles` their headings."""
    name, title = values.get(Column.NAME), titles.get(Column.NAME, "")
    if is_plainly_person(line, name, title):
        return True
    known = sum(not _is_empty(value) for column, value in values.items() if column is not Column.NUMBER)
    return is_entry(line, name, title, known)


_plain = lru_cache(maxsize=64)(plain)


def is_plainly_person(line: Sequence[Any], name: Any, title: str) -> bool:
    """1, 王芳: most lines by far. No rule of `is_entry` finds anything in them."""
    written = next((cell for cell in line if cell is not None and cell != ""), None)
    return (
        isinstance(written, int | float)
        and isinstance(name, str)
        and bool(_NAME.fullmatch(name))
        and name != _plain(title)
    )


def is_entry(line: Sequence[Any], cell: Any, title: str, known: int) -> bool:
    """Whether a line of a list is an entry. `cell`: its name; `title`: the heading over it; `known`: cells that are read."""
    written = next((cell for cell in line if not _is_empty(cell)), None)
    if written is None:
        return False
    first = "".join(str(written).split())
    name = "" if _is_empty(cell) else str(cell).strip()
    if (
        _TOTAL.fullmatch(first)
        or _SIGNATURE.fullmatch(first)
        or _TOTAL.fullmatch("".join(name.split()) or "-")
    ):
        return False
    if _SAMPLE.match(first) or "示例" in name:
        return False
    if name and plain(name) in ("姓名", plain(title)):
        # Printed on every page.
        return False
    if _SECTION.fullmatch(first) and sum(not _is_empty(cell) for cell in line) == 1:
        return False
    return known >= 2 or bool(name)


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())

"""Which column of a roster is which: by the words of its head. What the registry does not keep is left out by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from apps.core.widths import half_width


class Column(StrEnum):
    NUMBER = auto()
    NAME = auto()
    GENDER = auto()
    BIRTH = auto()
    PHONE = auto()
    EMAIL = auto()
    EMPLOYER = auto()
    TITLE = auto()
    CATEGORY = auto()
    TOWN = auto()
    ASSOCIATION = auto()
    CONSENT = auto()
    CONSENTED_ON = auto()


_WORDS: dict[Column, str] = {
    Column.NUMBER: "序号|编号|序",
    Column.NAME: "姓名|名字|成员姓名|人员姓名|成员",
    Column.GENDER: "性别",
    Column.BIRTH: "出生年月|出生日期|出生年月日|出生时间|生日",
    Column.PHONE: "联系电话|手机|手机号|手机号码|电话|电话号码|联系方式|移动电话|联系手机|联系电话手机",
    Column.EMAIL: "邮箱|电子邮箱|电子邮件|email|e-mail|邮件地址",
    Column.EMPLOYER: "工作单位|单位|所在单位|单位名称|企业名称|单位及部门|工作单位及部门|现工作单位|所在企业|公司名称",
    Column.TITLE: "职务|职位|现任职务|职务职称|岗位|职务职位|单位职务",
    Column.CATEGORY: "界别|成员类别|类别|人员类别|统战类别|所属界别|统战对象类别|人员类型|身份类别",
    Column.TOWN: "所在乡镇|所在乡镇街道|乡镇|乡镇街道|镇街道|镇街|街道|所属乡镇|所属乡镇街道|所属镇街|镇街道园区|所在镇街|所在镇街道|属地|所在镇",
    Column.ASSOCIATION: "所属团体|团体|社会团体|参加团体|所在团体|社会组织|所属社会组织|所属社团|所在社团",
    Column.CONSENT: "本人是否同意登记|是否同意登记|是否同意|本人同意|同意登记|本人是否同意",
    Column.CONSENTED_ON: "同意日期|签字日期|同意时间|签署日期|签字时间|同意登记日期",
}
_COLUMNS = {word: column for column, words in _WORDS.items() for word in words.split("|")}
_HEAD_ROWS = 20


@dataclass(frozen=True)
class Head:
    """The header row: where it stands (index into the rows), which column is which, and what is left out."""

    row: int
    columns: dict[Column, int]
    titles: dict[Column, str]
    left_out: tuple[str, ...]


def plain(title: object) -> str:
    """A heading without spaces, brackets and line ends, in half width and lower case."""
    return re.sub(r"[\s()\[\]*/、:_]", "", half_width(str(title or ""))).lower()


def find_head(rows: Sequence[Sequence[Any]]) -> Head | None:
    """The row that reads like a header: a name column and at least one other that we know. None: no roster."""
    found = [head for index in range(min(len(rows), _HEAD_ROWS)) if (head := _read_head(index, rows[index]))]
    return max(found, key=lambda head: len(head.columns), default=None)


def _read_head(index: int, row: Sequence[Any]) -> Head | None:
    columns: dict[Column, int] = {}
    left_out: list[str] = []
    for position, title in enumerate(row):
        text = str(title or "").strip()
        column = _COLUMNS.get(plain(text))
        if column is not None and column not in columns:
            columns[column] = position
        elif text:
            # A second 电话 column is named as left out too: nobody may believe it was read.
            left_out.append(re.sub(r"\s+", " ", text)[:30])
    if Column.NAME not in columns or len(columns) < 2:
        return None
    titles = {column: _title(row[position]) for column, position in columns.items()}
    return Head(index, columns, titles, tuple(left_out))


def _title(value: object) -> str:
    return re.sub(r"\s+", "", str(value))[:30]

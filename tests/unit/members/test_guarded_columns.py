"""No column of any imported table is a way round the wording guard: each is listed with how its cells are read.

A column that somebody adds and lists nowhere fails here.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from apps.members.importing import cells
from apps.members.importing.columns import Column
from apps.members.importing.findings import BadCell
from apps.pairing.importing.columns import ListColumn

TODAY = dt.date(2026, 3, 5)
HELD_BACK = [
    "比较难缠，少来往",
    "本人信教",
    "确诊肺癌",
    "政治上可靠",
    "手机13912345678",
    "320312199001011234",
]

Read = Callable[[Any], Any]
# How the cells of a column are read before anything of them is kept.
ROSTER: dict[Column, Read] = {
    Column.NAME: cells.name,
    Column.GENDER: cells.gender,
    Column.BIRTH: lambda cell: cells.birth_month(cell, today=TODAY),
    Column.PHONE: cells.phone,
    Column.EMAIL: cells.email,
    Column.EMPLOYER: cells.unit,
    Column.EMPLOYER_DEPARTMENT: cells.unit_of_department,
    Column.EMPLOYER_TITLE: cells.unit_and_title,
    Column.TITLE: cells.title,
    Column.CATEGORY: cells.categories,
    Column.ASSOCIATION: cells.organization,
    Column.CONSENT: cells.yes_or_no,
    Column.CONSENTED_ON: lambda cell: cells.consent_day(cell, today=TODAY),
}
LISTS: dict[ListColumn, Read] = {
    ListColumn.CONTENT: lambda cell: cells.note(cell, 300),
    ListColumn.ASKED: lambda cell: cells.note(cell, 300),
    ListColumn.DATE: cells.day_or_none,
    ListColumn.START: cells.day_or_none,
    ListColumn.END: cells.day_or_none,
    ListColumn.DUE: cells.day_or_none,
    ListColumn.PHONE: cells.phone,
}
# Of these nothing is kept. (Members of two enums of texts are equal where their texts are: hence two lists.)
ROSTER_LOOKED_UP = {Column.NUMBER: "not read", Column.TOWN: "finds an office"}
LISTS_LOOKED_UP = {
    ListColumn.NUMBER: "not read",
    ListColumn.NAME: "finds a member",
    ListColumn.RECORD: "finds a member",
    ListColumn.BIRTH: "tells two of one name apart",
    ListColumn.TOWN: "finds an office",
    ListColumn.CADRE: "finds a user",
    ListColumn.KIND: "finds one of four kinds",
    ListColumn.UNIT: "finds an organization",
    ListColumn.CODE: "finds an organization",
}


def test_every_column_is_listed() -> None:
    assert ROSTER.keys() | ROSTER_LOOKED_UP.keys() == set(Column)
    assert LISTS.keys() | LISTS_LOOKED_UP.keys() == set(ListColumn)


@pytest.mark.parametrize("column", ROSTER)
def test_no_column_of_a_roster_keeps_what_is_held_back(column: Column) -> None:
    assert [text for text in HELD_BACK if _kept(ROSTER[column], text)] == []


@pytest.mark.parametrize("column", LISTS)
def test_no_column_of_a_list_keeps_what_is_held_back(column: ListColumn) -> None:
    assert [text for text in HELD_BACK if _kept(LISTS[column], text)] == []


def _kept(read: Read, text: str) -> bool:
    try:
        found = read(text)
    except BadCell:
        return False
    return bool(found) and not isinstance(found, dt.date)

"""What an export writes, the import reads as the same person: import(export(x)) = x for names, months and numbers."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.names import BadName, clean_name
from apps.files.bulk import Table, write_csv, write_table
from apps.files.sheets import Column as SheetColumn
from apps.members.importing import cells
from apps.members.importing.columns import Column
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.list_rows import COLUMNS, ListedMember

TODAY = dt.date(2026, 11, 22)
KEYS = ("name", "gender", "birth_month", "phone", "office")
Write = Callable[[Path, Table, Any], int]


def is_name(text: str) -> bool:
    try:
        return clean_name(text) == text
    except BadName:
        return False


HAN = st.text(st.sampled_from("王李张欧阳单曾仇解小明芳建国𠮷㛃龘"), min_size=2, max_size=4)
LONG = st.builds(lambda a, b: f"{a}·{b}", HAN, HAN)
LATIN = st.from_regex(re.compile(r"[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}", re.ASCII), fullmatch=True)
NAMES = (HAN | LONG | LATIN).filter(is_name)
MONTHS = st.dates(dt.date(1910, 1, 1), dt.date(2010, 12, 1)).map(lambda day: day.replace(day=1))
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
PEOPLE = st.lists(
    st.tuples(NAMES, st.sampled_from(["male", "female"]), MONTHS, PHONES), min_size=1, max_size=8
)


def texts(person: tuple[str, str, dt.date, str]) -> list[str]:
    """The row as the export makes it for who may see the numbers."""
    name, gender, month, phone = person
    values = {"gender": gender, "birth_month": month, "office__name": "东镇"}
    line = ListedMember(1, None, name, "0001", values)  # type: ignore[arg-type]
    return [phone if key == "phone" else COLUMNS[key].shown(line) for key in KEYS]


def read_back(path: Path, people: int) -> list[tuple[str, str, dt.date | None, str]]:
    with path.open("rb") as source:
        upload = Upload.read(path.name, source)
    mapping = guess(upload)
    at = mapping.columns
    rows = upload.sheet(mapping.sheet).rows[mapping.head_to + 1 :][:people]
    return [
        (
            cells.name(row[at[Column.NAME]]),
            cells.gender(row[at[Column.GENDER]]),
            cells.birth_month(row[at[Column.BIRTH]], today=TODAY),
            cells.phone(row[at[Column.PHONE]]),
        )
        for row in rows
    ]


@pytest.mark.parametrize(("write", "extension"), [(write_table, "xlsx"), (write_csv, "csv")])
@settings(max_examples=30)
@given(people=PEOPLE)
def test_import_reads_what_export_wrote(
    tmp_path_factory: pytest.TempPathFactory, write: Write, extension: str, people: list[Any]
) -> None:
    columns = [SheetColumn(str(COLUMNS[key].label)) for key in KEYS]
    out = tmp_path_factory.mktemp("export") / f"members.{extension}"
    write(out, Table("成员名单", columns, map(texts, people), "贾管 2026-11-22 E0000001"), lambda _count: [])
    assert read_back(out, len(people)) == people

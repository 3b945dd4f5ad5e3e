"""Numbers where text or a word is expected: 44 inputs of the corpus of bad input (docs/security.md).

Whatever number a spreadsheet has made of a cell, every reader gives a value or a sentence; identity and bank numbers are
recognised in any form; yes and no are read from figures too.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.members.importing import cells
from apps.members.importing.findings import BadCell
from apps.members.importing.looks import holds_identity

NUMBERS: list[Any] = [
    0, -0.0, 1, -1, 0.1, -0.5, 1.0, 2.5, 60, 1978, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**63 - 1, 2**63, 2**64, 10**18,
    1e15, 1e16, 1e22, 1e300, -1e300, 5e-324, float("inf"), float("-inf"), float("nan"), True, False, Decimal("1.5"),
    Decimal("NaN"), "1e400", "NaN", "-0", "１２３", "１２万", "1,234", "1 234", "12%", "0x10", "1_000", "²", "٣",
]  # fmt: skip
READERS: dict[str, Callable[[Any], Any]] = {
    "name": cells.name,
    "gender": cells.gender,
    "birth": lambda value: cells.birth_month(value, today=dt.date(2026, 11, 22)),
    "phone": cells.phone,
    "email": cells.email,
    "title": cells.title,
    "categories": cells.categories,
    "yes or no": cells.yes_or_no,
    "unit": cells.unit,
    "unit and title": cells.unit_and_title,
    "department": cells.unit_of_department,
}


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(NUMBERS) >= 44


@pytest.mark.parametrize("value", NUMBERS, ids=[str(n) for n in range(len(NUMBERS))])
def test_number_gives_a_value_or_a_sentence_everywhere(value: Any) -> None:
    assert all(said(read, value) for read in READERS.values())


def said(read: Callable[[Any], Any], value: Any) -> str:
    try:
        read(value)
    except BadCell as error:
        return str(error)
    return "read"


# NaN as text may be somebody's name.
@pytest.mark.parametrize("value", [value for value in NUMBERS if value != "NaN"], ids=str)
def test_number_is_no_name(value: Any) -> None:
    with pytest.raises(BadCell):
        cells.name(value)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (1, True), (1.0, True), (True, True), ("1", True), ("１", True), ("是", True), ("√", True), ("✓", True), ("✔", True),
        ("同意", True), (" 同 意 ".replace(" ", ""), True), ("有", True), ("Y", True), (0, False), (0.0, False), (False, False),
        ("0", False), ("否", False), ("不同意", False), ("无", False), ("×", False), ("", None), (None, None), ("　", None),
    ],
)  # fmt: skip
def test_yes_and_no(value: Any, meant: bool | None) -> None:
    assert cells.yes_or_no(value) is meant


@pytest.mark.parametrize("value", [2, -1, 1.5, "也许", "是/否", "○", "11", "是是"])
def test_neither_yes_nor_no(value: Any) -> None:
    with pytest.raises(BadCell):
        cells.yes_or_no(value)


@pytest.mark.parametrize(
    "value",
    [
        "320102195601011234", "32010219560101123X", "32010219560101123x", "３２０１０２１９５６０１０１１２３４", "320102560101123",
        "320102 19560101 1234", "320102-19560101-1234", "王芳320102195601011234", "身份证：320102195601011234。", 320102195601011234,
        3.20102195601011e17, 320102560101123, "6222021234567890123", "6222021234567890",
    ],
)  # fmt: skip
def test_identity_and_bank_numbers_are_recognised(value: Any) -> None:
    assert holds_identity(value)


@pytest.mark.parametrize(
    "value",
    ["13812345678", "8613812345678", "0085291234567", "+8613812345678", "0523-86881234", "2026-11-22 10:00:00.000", 13812345678,
     13812345678.0, "13812345678 13912345678", "91321283MA1ABCDE1X", 28622, "", None, True, "王芳"],
)  # fmt: skip
def test_other_numbers_are_not_taken_for_identity(value: Any) -> None:
    assert not holds_identity(value)

"""What docs/security.md says of the corpus is counted here from the corpus itself: no number in it is older than the code."""

from collections.abc import Callable, Sized
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.fixtures import formulas
from tests.guards import overposting, payloads
from tests.guards import test_made_files as made_files
from tests.integration.core import test_web_surface as surface
from tests.integration.members import test_bad_rosters as rosters
from tests.integration.members import test_reading as reading
from tests.unit.core import test_names as cleaning
from tests.unit.core import test_wording as wording
from tests.unit.core import test_wording_in_names as in_names
from tests.unit.members import test_guessing as guessing
from tests.unit.members.corpus import test_dates as dates
from tests.unit.members.corpus import test_files as files
from tests.unit.members.corpus import test_names as names
from tests.unit.members.corpus import test_numbers as numbers
from tests.unit.members.corpus import test_phones as phones


def cases(*tests: Callable[..., Any]) -> int:
    """How many inputs these tests are given."""
    marks = (mark for test in tests for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize")
    return sum(len(mark.args[1]) for mark in marks)


def sizes(*parts: Sized) -> int:
    return sum(map(len, parts))


PAGE = Path(settings.BASE_DIR, "docs", "security.md")
# Each sentence as it stands there, with the figures of today.
SAID = [
    f"| names | {sizes(names.READ, names.REFUSED)} |",
    f"({cases(cleaning.test_clean_name_keeps, cleaning.test_clean_name_refuses)} more of the cleaning itself:",
    f"| phones | {sizes(phones.READ, phones.REFUSED)} |",
    f"| dates | {sizes(dates.READ, dates.REFUSED)} |",
    f"| numbers | {len(numbers.NUMBERS)} in {len(numbers.READERS)} readers, "
    f"{cases(numbers.test_yes_and_no, numbers.test_neither_yes_nor_no)} yes and no, "
    f"{cases(numbers.test_identity_and_bank_numbers_are_recognised)} identity and bank numbers, "
    f"{cases(numbers.test_other_numbers_are_not_taken_for_identity)} that are none |",
    f"| files | {len(files.READ)} read, {len(files.REFUSED)} refused, {cases(files.test_damaged_xls_is_read_or_refused)} damaged xls |",
    f"| headings that are never read | {cases(guessing.test_heading_that_is_never_read)} |",
    f"| lines that are no people | {cases(reading.test_line_that_is_no_person)} |",
    f"| rosters through the browser | {len(rosters.FILES)} files, {cases(rosters.test_bad_cell_is_reported_and_left_out, rosters.test_bad_value_in_another_column)} cells |",
    f"| formulas | {len(formulas.PAYLOADS)} |",
    f"| words that are no names, and names that spell such words | {len(in_names.NO_NAMES)}, {len(in_names.NAMES)} |",
    f"Wording: {len(wording.HELD_BACK) + len(wording.lines('held_back.txt'))} sentences are held back and "
    f"{len(wording.PASSES) + len(wording.lines('passes.txt'))} pass",
    f"| {len(payloads.PAYLOADS)} payloads in every text column,",
    f"| {len(surface.ELSEWHERE)} addresses at every open form |",
    f"with the {len(overposting.names_of_columns()) // 100 * 100} names that columns have",
    f"all files of {len(made_files.MAKERS)} requests",
]


@pytest.mark.parametrize("sentence", SAID)
def test_security_page_says_how_many(sentence: str) -> None:
    assert sentence in PAGE.read_text(encoding="utf-8")

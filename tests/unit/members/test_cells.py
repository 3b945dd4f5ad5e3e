"""Cells of rosters: whatever stands in one gives a value or a sentence, never anything else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.members.categories import BadCategory, read_categories
from apps.members.importing import cells
from apps.members.importing.findings import BadCell
from apps.members.importing.heads import find_head
from apps.members.importing.roster_words import ROSTER
from apps.members.models import Category, OrganizationKind
from apps.members.organization_words import association_kind, employer_kind

TODAY = dt.date(2026, 11, 22)
ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
READERS: dict[str, Callable[[Any], Any]] = {
    "name": cells.name,
    "gender": cells.gender,
    "birth month": lambda value: cells.birth_month(value, today=TODAY),
    "consent day": lambda value: cells.consent_day(value, today=TODAY),
    "phone": cells.phone,
    "email": cells.email,
    "title": cells.title,
    "categories": cells.categories,
    "yes or no": cells.yes_or_no,
    "organization": lambda value: cells.organization(cells.text(value, 100)),
}


@pytest.mark.parametrize("reader", READERS)
@given(value=ANYTHING)
def test_any_cell_gives_a_value_or_a_sentence(reader: str, value: Any) -> None:
    said = ""
    try:
        READERS[reader](value)
    except BadCell as error:
        said = str(error)
    else:
        return
    assert said


@given(value=st.text(max_size=60))
def test_a_name_that_was_read_reads_the_same_again(value: str) -> None:
    try:
        once = cells.name(value)
    except BadCell:
        return
    assert cells.name(once) == once


@given(rows=st.lists(st.lists(ANYTHING, max_size=8), max_size=8))
def test_any_sheet_has_a_head_or_none(rows: list[list[Any]]) -> None:
    head = find_head(rows, (), ROSTER)
    assert head is None or len(head.columns(ROSTER)) >= 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("香港同胞、澳门同胞", [Category.HK_MACAO]),
        ("台湾同胞及其在大陆的亲属", [Category.TAIWAN]),
        ("华侨、归侨及侨眷", [Category.OVERSEAS]),
        ("其他需要联系和团结的人员", [Category.OTHER]),
        ("新阶层", [Category.NEW_STRATUM]),
        ("留学归国人员", [Category.RETURNED_STUDENT]),
        ("非公经济、新阶层", [Category.PRIVATE_ECONOMY, Category.NEW_STRATUM]),
        (" 民主 党派 ", [Category.PARTY]),
        ("", []),
    ],
)
def test_categories_by_alias(written: str, meant: list[Category]) -> None:
    assert read_categories(written) == meant


@pytest.mark.parametrize("written", ["少数民族人士", "宗教界人士", "重点对象", "一类"])
def test_categories_that_are_none(written: str) -> None:
    with pytest.raises(BadCategory):
        read_categories(written)


@pytest.mark.parametrize("category", Category)
def test_every_category_is_its_own_alias(category: Category) -> None:
    assert read_categories(str(category.label)) == [category]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("工商业联合会", OrganizationKind.CHAMBER),
        ("欧美同学会", OrganizationKind.FRIENDSHIP),
        ("新的社会阶层人士联谊会", OrganizationKind.FRIENDSHIP),
        ("民盟泰兴市支部", OrganizationKind.PARTY_BRANCH),
        ("律师协会", OrganizationKind.PROFESSIONAL),
        ("发展研究会", OrganizationKind.THINK_TANK),
    ],
)
def test_association_by_its_name(name: str, kind: OrganizationKind) -> None:
    assert association_kind(name) is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [("东风人民医院", OrganizationKind.INSTITUTION), ("凤城纺织有限公司", OrganizationKind.ENTERPRISE)],
)
def test_employer_by_its_name(name: str, kind: OrganizationKind) -> None:
    assert employer_kind(name) is kind

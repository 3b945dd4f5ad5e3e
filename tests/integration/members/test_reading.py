"""From a file to rows: which lines are people, what merged and joined cells mean, and that nothing is lost on the way."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.names import BadName, clean_name
from apps.files.tables import Book, Table
from apps.members.importing.columns import Column
from apps.members.importing.findings import RosterRefused
from apps.members.importing.lines import is_entry
from apps.members.importing.mapping import guess
from apps.members.importing.rows import Roster, read_roster
from apps.members.importing.sheet import Upload
from apps.members.importing.towns import Towns
from tests.cast import Tree
from tests.unit.members.rosters import HEAD, PEOPLE, upload, xlsx

TODAY = dt.date(2026, 11, 22)
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def towns(tree: Tree) -> Towns:
    return Towns(tree.county)


def read(found: Upload, towns: Towns) -> Roster:
    return read_roster(found, guess(found), towns, today=TODAY)


def rows(towns: Towns, lines: Sequence[Sequence[Any]], **more: Any) -> Roster:
    return read(upload(xlsx(("表", lines), **more)), towns)


@pytest.mark.parametrize(
    "line",
    [
        ["合计", "", "", "", ""],
        ["合 计", "4", "", "4人", ""],
        ["总计：4人"],
        ["小计", 4],
        ["东镇小计", 2],
        ["共计4人"],
        ["", "合计", "4"],
        ["填表人：张三", "", "", "13812345678"],
        ["审核人：", "李四"],
        ["单位负责人（签字）：", "", "联系电话：", "0523-86881234"],
        ["制表日期：2026年10月"],
        ["说明：一、请如实填写。"],
        ["注：本表一式两份"],
        ["备注", "请勿修改"],
        ["一、东镇（2人）"],
        ["（二）无党派人士"],
        ["示例：张三", "男", "1980.01", "13800000000", "东镇"],
        ["示例", "男", "1980.01", "13800000000", "东镇"],
        HEAD,
        ["", "", "", "", ""],
        ["　", " "],
    ],
)
def test_line_that_is_no_person(towns: Towns, line: list[Any]) -> None:
    found = rows(towns, [HEAD, *PEOPLE[:2], line, *PEOPLE[2:]])
    assert (found.count, found.errors) == (4, [])


@pytest.mark.parametrize(
    "line",
    [
        ["合一鸣", "男", "1980.01", "13800000001", "东镇"],
        ["计春花", "女", "1980.01", "13800000001", "东镇"],
        ["注春花", "女", "1980.01", "13800000001", "东镇"],
        ["", "男", "1980.01", "13800000001", "东镇"],
        ["王芳2", "", "", "", "东镇"],
    ],
)
def test_line_that_is_a_person_right_or_wrong(towns: Towns, line: list[Any]) -> None:
    assert rows(towns, [HEAD, *PEOPLE, line]).count == 5


def test_a_town_merged_over_several_people_is_meant_for_each(towns: Towns) -> None:
    lines = [HEAD, *[[*p[:4], "东镇" if n == 0 else ""] for n, p in enumerate(PEOPLE)]]
    found = rows(towns, lines, merged=["E2:E5"])
    assert [row.office.name for row in found.rows] == ["东镇"] * 4


def test_a_town_that_is_only_missing_is_an_error(towns: Towns) -> None:
    found = rows(towns, [HEAD, *[[*p[:4], "东镇" if n == 0 else ""] for n, p in enumerate(PEOPLE)]])
    assert len(found.errors) == 3


@pytest.mark.parametrize(
    ("heading", "cell", "unit", "title"),
    [
        ("工作单位及职务", "东风人民医院副院长", "东风人民医院", "副院长"),
        ("工作单位及职务", "江海农业有限公司 董事长、总经理", "江海农业有限公司", "董事长、总经理"),
        ("工作单位及职务", "甲县教育局局长", "甲县教育局", "局长"),
        ("工作单位及职务", "甲县中学教师", "甲县中学", "教师"),
        ("工作单位及职务", "个体", "个体", ""),
        ("工作单位及职务", "无", "", ""),
        ("单位及部门", "东风人民医院内科", "东风人民医院", ""),
        ("单位及部门", "东风人民医院", "东风人民医院", ""),
        ("工作单位", "江海农业(集团)有限公司", "江海农业（集团）有限公司", ""),
    ],
)
def test_unit_with_more_in_its_cell(towns: Towns, heading: str, cell: str, unit: str, title: str) -> None:
    found = rows(towns, [[*HEAD, heading], [*PEOPLE[0], cell]])
    assert (found.rows[0].employer, found.rows[0].title) == (unit, title)


def test_identity_number_in_another_column_is_removed_and_said(towns: Towns) -> None:
    lines = [HEAD, *PEOPLE, ["孙丽", "女", "1985.03", "320102198503011234", "东镇"]]
    found = rows(towns, lines)
    (error,) = found.errors
    assert (error.row, error.column) == (6, "联系电话")
    assert "证件" in error.message


@pytest.mark.parametrize(("name", "month"), [("roster.xls", "1968-06"), ("roster_1904.xls", "1972-06")])
def test_bare_serial_numbers_count_from_the_year_of_the_workbook(towns: Towns, name: str, month: str) -> None:
    found = read(upload((FIXTURES / name).read_bytes()), towns)
    assert [f"{row.birth_month:%Y-%m}" for row in found.rows] == ["1978-05", "1980-12", month]


def test_without_a_column_of_names_it_is_said(towns: Towns) -> None:
    lines = [["联系电话", "性别", "所在乡镇"], *[[p[3], p[1], p[4]] for p in PEOPLE]]
    with pytest.raises(RosterRefused, match="姓名"):
        rows(towns, lines)


def test_what_was_kept_reads_as_what_came_in(towns: Towns, tree: Tree, city_admin: Any) -> None:
    lines: list[list[Any]] = [HEAD, *PEOPLE, ["孙丽", "女", dt.date(1985, 3, 1), 13812345675, "东镇"]]
    found = upload(xlsx(("表", lines), default_date_format="yyyy-mm-dd"))
    again = Upload.kept(found.keep(tree.county, city_admin))
    assert again == found
    assert read(again, towns) == read(found, towns)
    assert len(read(again, towns).rows) == 5


# -- properties ---------------------------------------------------------------------------------------------

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


def is_name(text: str) -> bool:
    """Not 汇总, 示例 or 审核人 either: such lines are no people, as the tests above say."""
    try:
        return clean_name(text) == text and is_entry([text], text, "姓名", known=5)
    except BadName:
        return False


people: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": st.text(HAN, min_size=2, max_size=4).filter(is_name),
        "gender": st.sampled_from(["男", "女", ""]),
        "birth": st.dates(dt.date(1930, 1, 1), dt.date(2005, 12, 31)).map(lambda day: day.replace(day=1)),
        "phone": st.integers(13_000_000_000, 19_999_999_999).map(str),
        "town": st.sampled_from(["东镇", "西镇"]),
    }
)
orders = st.permutations(range(5))
writings = st.sampled_from(["%Y.%m", "%Y-%m-%d", "%Y年%m月", "%Y%m"])


@settings(max_examples=40)
@given(data=st.data())
def check_round_trip(towns: Towns, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(people, min_size=1, max_size=8, unique_by=lambda one: one["phone"]))
    order, writing = data.draw(orders), data.draw(writings)
    lines = [[p["name"], p["gender"], p["birth"].strftime(writing), p["phone"], p["town"]] for p in wanted]
    found = rows(towns, [[line[n] for n in order] for line in [HEAD, *lines]])
    written = {(p["name"], p["gender"], p["birth"], p["phone"], p["town"]) for p in wanted}
    genders = {"male": "男", "female": "女", "": ""}
    got = {(r.name, genders[r.gender], r.birth_month, r.phone, r.office.name) for r in found.rows}
    refused = {error.row - 2 for error in found.errors} | {skip.row - 2 for skip in found.skips}
    # Whatever the wording guard holds back or repeats another is said; everything else comes back as it was.
    assert got == {tuple(w) for n, w in enumerate(_as_tuples(wanted)) if n not in refused}
    assert got <= written


def _as_tuples(wanted: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(p["name"], p["gender"], p["birth"], p["phone"], p["town"]) for p in wanted]


def test_a_roster_written_and_read_back_gives_the_same_rows(towns: Towns) -> None:
    check_round_trip(towns)


anything = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(-(2**40), 2**70),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@settings(max_examples=60)
@given(data=st.data())
def check_anything(towns: Towns, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.lists(anything, max_size=6), max_size=6))
    found = Upload.of("x.xlsx", Book([Table("表", [list(HEAD), *lines])]))
    try:
        roster = read(found, towns)
    except RosterRefused:
        return
    assert roster.count >= len(roster.rows)
    assert all(error.message and error.column is not None for error in roster.errors)


def test_any_cells_give_rows_or_findings(towns: Towns) -> None:
    check_anything(towns)


def test_left_out_columns_are_told_in_their_order(towns: Towns) -> None:
    found = rows(towns, [["备注", *HEAD, "民族"], *[["x", *p, "y"] for p in PEOPLE]])
    assert found.left_out == ("备注", "民族")
    assert Column.NAME in found.titles

"""Which column is which: by words and by values, with a doubt where they differ."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.members.importing.columns import Column
from apps.members.importing.findings import RosterRefused
from apps.members.importing.mapping import Mapping, guess
from apps.members.importing.roster_words import ROSTER
from apps.members.importing.vocabulary import Reason, plain
from tests.unit.members.rosters import HEAD, PEOPLE, csv_of, roster, upload, xlsx

MANY = [*PEOPLE, ["孙丽", "女", "1985.03", "13812345675", "东镇"]]


def read(*columns: tuple[str, Sequence[object]]) -> Mapping[Column]:
    """The guess for a roster of names and towns with further columns."""
    head = ["姓名", "所在乡镇", *(title for title, _values in columns)]
    rows = [
        [person[0], person[4], *(values[n % len(values)] for _title, values in columns)]
        for n, person in enumerate(MANY)
    ]
    return guess(roster(head, *rows))


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("手机", Column.PHONE), ("联系电话", Column.PHONE), ("电话", Column.PHONE), ("手机号码（必填）", Column.PHONE),
        ("联 系 电 话", Column.PHONE), ("联系\n电话", Column.PHONE), ("移动电话", Column.PHONE), ("Mobile", Column.PHONE),
        ("*姓名", Column.NAME), ("姓 名", Column.NAME), ("统战成员姓名", Column.NAME), ("姓名（中文）", Column.NAME),
        ("出生年月日", Column.BIRTH), ("出生日期(公历)", Column.BIRTH), ("单位及部门", Column.EMPLOYER_DEPARTMENT),
        ("工作单位及职务", Column.EMPLOYER_TITLE), ("单位职务", Column.EMPLOYER_TITLE), ("工作单位", Column.EMPLOYER),
        ("镇（街道）", Column.TOWN), ("所在乡镇", Column.TOWN), ("乡镇（街道、园区）", Column.TOWN), ("所在镇街", Column.TOWN),
        ("界别", Column.CATEGORY), ("统战对象类别", Column.CATEGORY), ("电子邮箱", Column.EMAIL), ("E-mail", Column.EMAIL),
        ("职务/职称", Column.TITLE), ("所属商会", Column.ASSOCIATION), ("本人是否同意登记", Column.CONSENT),
        ("签字同意日期", Column.CONSENTED_ON), ("序号", Column.NUMBER), ("性 别", Column.GENDER),
    ],
)  # fmt: skip
def test_heading_is_known(title: str, column: Column) -> None:
    words = ROSTER.meaning_of(title)
    assert words is not None
    assert words.column is column


@pytest.mark.parametrize(
    "title",
    [
        "身份证号", "公民身份号码", "证件号码", "民族", "族别", "宗教信仰", "是否信教", "政治面貌", "入党时间", "家庭住址", "通讯地址",
        "户籍所在地", "籍贯", "出生地", "健康状况", "备注", "说明", "附注", "remarks", "Note", "微信号", "银行账号", "现实表现", "重点人员",
        "等级", "配偶姓名", "子女电话", "紧急联系人电话", "联系人", "结对干部姓名", "填表人", "社会关系", "电话备注", "身份证号码/姓名",
    ],
)  # fmt: skip
def test_heading_that_is_never_read(title: str) -> None:
    assert ROSTER.meaning_of(title) is None
    mapping = read((title, ["甲", "乙", "丙", "丁", "戊"]))
    assert mapping.names_left_out == (title,)
    assert mapping.left_out[0].reason in (Reason.NOT_KEPT, Reason.OTHERS)


def test_known_words_are_certain() -> None:
    assert guess(roster(HEAD, *PEOPLE)).is_certain


@pytest.mark.parametrize("title", ["备用1", "", "列6", "常用号"])
def test_phones_are_known_by_their_values(title: str) -> None:
    mapping = read((title, [person[3] for person in PEOPLE]))
    assert mapping.columns[Column.PHONE] == 2
    assert not mapping.is_certain


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["男", "女", "女"], Column.GENDER),
        (["无党派人士", "新阶层", "港澳同胞"], Column.CATEGORY),
        (["a@b.cn", "c@d.com"], Column.EMAIL),
        (["1978.05", "1980-12-01", "1966年3月"], Column.BIRTH),
        (["经理", "副局长", "教师"], Column.TITLE),
        (["东风纺织厂", "泰兴市人民医院", "华瑞律师事务所"], Column.EMPLOYER),
    ],
)
def test_values_under_a_heading_that_says_nothing(values: list[object], column: Column) -> None:
    assert read(("备用2", values)).columns[column] == 2


def test_dates_under_another_heading_are_not_taken_for_the_birth() -> None:
    mapping = read(("参会情况", ["2025.01", "2025.02", "2025.03"]))
    assert Column.BIRTH not in mapping.columns
    assert mapping.left_out[0].reason is Reason.UNKNOWN


def test_phone_heading_over_dates_is_doubted() -> None:
    mapping = read(("电话", ["1978.05", "1980.12", "1966年3月"]))
    assert Column.PHONE not in mapping.columns
    assert mapping.left_out[0].reason is Reason.DOUBTED
    assert not mapping.is_certain


def test_heading_over_broken_values_is_believed() -> None:
    assert read(("电话", ["1.38E+10", "1.39E+10", "1.37E+10"])).columns[Column.PHONE] == 2


@pytest.mark.parametrize("titles", [("手机", "办公电话"), ("办公电话", "手机")])
def test_of_two_phones_the_better_is_read_and_the_other_named(titles: tuple[str, str]) -> None:
    values = {"手机": [person[3] for person in PEOPLE], "办公电话": ["0523-86881234"]}
    mapping = read(*[(title, [*values[title]]) for title in titles])
    assert mapping.title(Column.PHONE) == "手机"
    assert [(left.title, left.reason) for left in mapping.left_out] == [("办公电话", Reason.DOUBLE)]


def test_of_two_phones_of_one_wording_the_filled_one() -> None:
    mapping = read(("联系电话", ["见备注", "无", "同上"]), ("手机", [person[3] for person in PEOPLE]))
    assert mapping.title(Column.PHONE) == "手机"


def test_own_number_without_a_word_is_better_than_the_office_with_one() -> None:
    mapping = read(("备用1", [person[3] for person in PEOPLE]), ("办公电话", ["0523-86881234"]))
    assert mapping.title(Column.PHONE) == "备用1"


def test_unknown_column_is_named_and_blanked() -> None:
    mapping = read(("特长", ["书法", "篮球", "唱歌"]))
    assert [(left.title, left.reason) for left in mapping.left_out] == [("特长", Reason.UNKNOWN)]


def test_column_without_heading_is_named_by_its_letter() -> None:
    assert read(("", ["甲乙", "丙丁", "戊己"])).names_left_out == ("C 列",)


def test_memory_decides_the_next_time() -> None:
    head = ["姓名", "所在乡镇", "常用号", "手机"]
    rows = [[p[0], p[4], p[3], f"139{p[3][3:]}"] for p in PEOPLE]
    found = roster(head, *rows)
    assert guess(found).title(Column.PHONE) == "手机"
    assert guess(found, {plain("常用号"): Column.PHONE}).title(Column.PHONE) == "常用号"
    declined = guess(found, {plain("手机"): None})
    assert declined.title(Column.PHONE) == "常用号"
    assert declined.left_out[0].reason is Reason.CHOSEN


def test_memory_does_not_bring_back_a_blanked_column() -> None:
    found = roster(["姓名", "所在乡镇", "备注"], *[[p[0], p[4], p[3]] for p in PEOPLE])
    mapping = guess(found, {"备注": Column.PHONE})
    assert Column.PHONE not in mapping.columns


def test_columns_in_any_order() -> None:
    order = [4, 2, 0, 3, 1]
    mapping = guess(roster([HEAD[n] for n in order], *[[p[n] for n in order] for p in PEOPLE]))
    assert [
        mapping.columns[c] for c in (Column.TOWN, Column.BIRTH, Column.NAME, Column.PHONE, Column.GENDER)
    ] == [0, 1, 2, 3, 4]


def test_titles_above_are_passed_over() -> None:
    rows = [["东镇统战成员花名册"], ["填报单位：东镇", "", "", "填报日期：2026年10月"], [], HEAD, *PEOPLE]
    mapping = guess(upload(xlsx(("表", rows), merged=["A1:E1"])))
    assert (mapping.head_from, mapping.head_to) == (3, 3)


GROUPED: list[list[Any]] = [
    ["序号", "基本情况", "", "", "联系方式", "", "所在乡镇"],
    ["", "姓名", "性别", "出生年月", "手机", "办公电话", ""],
    *([n, p[0], p[1], p[2], p[3], "0523-86881234", p[4]] for n, p in enumerate(PEOPLE, 1)),
]


@pytest.mark.parametrize("kind", ["merged", "csv", "unmerged"])
def test_heading_of_two_rows(kind: str) -> None:
    merged = ["A1:A2", "B1:D1", "E1:F1", "G1:G2"]
    content = {
        "merged": lambda: xlsx(("表", GROUPED), merged=merged),
        "csv": lambda: csv_of(GROUPED),
        "unmerged": lambda: xlsx(("表", GROUPED)),
    }[kind]()
    mapping = guess(upload(content))
    assert (mapping.head_from, mapping.head_to) == (0, 1)
    read = {column.value: at for column, at in mapping.columns.items()}
    assert read == {"number": 0, "name": 1, "gender": 2, "birth": 3, "phone": 4, "town": 6}
    assert mapping.names_left_out == ("联系方式/办公电话",)


@pytest.mark.parametrize("merged", [True, False])
def test_family_under_a_group_heading_is_never_read(merged: bool) -> None:
    rows = [
        ["姓名", "所在乡镇", "家庭成员", ""],
        ["", "", "姓名", "电话"],
        *([p[0], p[4], f"王{p[0][1]}", p[3]] for p in PEOPLE),
    ]
    found = upload(xlsx(("表", rows), merged=["A1:A2", "B1:B2", "C1:D1"] if merged else []))
    mapping = guess(found)
    assert mapping.columns == {Column.NAME: 0, Column.TOWN: 1}
    assert {left.position for left in found.sheets[0].blanked} == {2, 3}


def test_first_person_is_no_second_row_of_the_heading() -> None:
    mapping = guess(roster(HEAD, ["王芳", "", "", "", ""], *PEOPLE))
    assert (mapping.head_from, mapping.head_to) == (0, 0)


def test_list_without_any_heading() -> None:
    mapping = guess(upload(xlsx(("表", PEOPLE))))
    assert mapping.head_to < mapping.head_from
    assert (mapping.columns[Column.NAME], mapping.columns[Column.PHONE]) == (0, 3)
    assert not mapping.is_certain


def test_heading_in_words_nobody_knows() -> None:
    mapping = guess(upload(xlsx(("表", [["谁", "牝牡", "何时", "几号", "何处"], *PEOPLE]))))
    assert (mapping.head_from, mapping.head_to) == (0, 0)
    assert mapping.columns[Column.NAME] == 0


def test_best_of_several_sheets_and_hidden_ones_are_named() -> None:
    content = xlsx(
        ("汇总", [["乡镇", "人数"], ["东镇", 2], ["西镇", 2]]),
        ("名单", [["姓名", "电话"], *[[p[0], p[3]] for p in PEOPLE]]),
        ("花名册", [HEAD, *PEOPLE]),
        ("字典", [["乡镇"], ["东镇"]]),
        hidden=["字典"],
    )
    found = upload(content)
    assert guess(found).sheet == "花名册"
    assert not guess(found).is_certain
    assert guess(found, sheet="名单").sheet == "名单"
    assert [sheet.name for sheet in found.sheets] == ["名单", "花名册"]
    assert (found.hidden, found.others) == (("字典",), ("汇总",))


def test_no_roster_is_said_plainly() -> None:
    found = upload(xlsx(("表", [["项目", "金额"], ["办公用品", 300], ["印刷", 200]])))
    with pytest.raises(RosterRefused, match="表头"):
        guess(found)


def test_mapping_is_stored_and_read_back() -> None:
    mapping = guess(roster(["备注", *HEAD], *[["x", *p] for p in PEOPLE]))
    assert Mapping.from_store(mapping.to_store()) == mapping

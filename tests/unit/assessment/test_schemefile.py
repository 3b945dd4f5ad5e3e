"""Scheme files: the real ones load whole, a bad one says every fault with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.assessment.rulefile import MetricFacts
from apps.assessment.schemefile import Surroundings, read_scheme
from apps.assessment.schemeyaml import SchemeRefused

SCHEMES = Path(__file__).parents[3] / "apps" / "assessment" / "fixtures" / "schemes"
RATE, COUNT = MetricFacts("%", True, about_members=True), MetricFacts("次", False)

SMALL = """
code: X-2026
name: 试验方案
year: 2026
assessed: county
groups:
  - {name: 甲组, offices: ["1", "2"]}
calendar:
  open: 2026-01-15
  entry_deadline: 2027-01-05
  self_statement: 2026-12-10/2027-01-05
  review: 2027-01-06/2027-01-15
  objection_workdays: 5
  decision: 2027-01-26
  publish: 2027-01-31
grades:
  - {name: 优秀, at_least: 90, quota: 0.30}
  - {name: 合格, at_least: 0}
indicators:
  - name: 一、全部
    points: 100
    items:
      - {name: 覆盖率, points: 60, rule: ratio, metric: a.rate, target: 0.9}
      - {name: 会议, points: 40, rule: ratio, metric: a.count, target: 2}
"""


@pytest.fixture
def around() -> Surroundings:
    return Surroundings(
        metrics={"a.rate": RATE, "a.count": COUNT, "a.context": MetricFacts("次", False, scorable=False)},
        parents={"1": "0", "2": "0", "3": "9"},
        kinds={"1": "county", "2": "county", "3": "county"},
    )


@pytest.fixture
def faults(around: Surroundings) -> Callable[..., str]:
    """What is said about the small scheme with one thing replaced."""

    def check(old: str, new: str) -> str:
        assert old in SMALL
        with pytest.raises(SchemeRefused) as refused:
            read_scheme(SMALL.replace(old, new), around)
        return "\n".join(str(finding) for finding in refused.value.findings)

    return check


def test_small_scheme_loads(around: Surroundings) -> None:
    plan = read_scheme(SMALL, around)
    assert plan.assessor == "0"
    assert [item.rule.text() for item in plan.items()] == [
        "达到 90% 得 60 分，不足的按比例得分。",
        "达到 2 次得 40 分，不足的按比例得分。",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points: 40", "points: 41", "一、全部：各指标合计 101 分，与本部分的 100 分不符"),
        ("points: 100", "points: 90", "indicators：各部分分值合计 90 分，应为 100 分"),
        ("a.rate", "a.unknown", "一、全部 › 覆盖率 › metric：没有名为“a.unknown”的指标数据"),
        ("a.count", "a.context", "这项指标数据只作背景，不得计分"),
        ('["1", "2"]', '["1", "8"]', "甲组 › offices：没有编码为“8”的机构"),
        ('["1", "2"]', '["1", "3"]', "考核对象应属于同一个上级机构"),
        ('["1", "2"]', '["1", "1"]', "机构“1”出现在不止一个组里"),
        ("target: 0.9", "target: 1.2", "超过 100%"),
        ("target: 0.9", "target: 多", "一、全部 › 覆盖率 › target：“多”不是数字"),
        ("rule: ratio, metric: a.rate, target: 0.9", "rule: best, metric: a.rate", "没有“best”这种计分规则"),
        (
            "rule: ratio, metric: a.rate, target: 0.9",
            "rule: ladder, metric: a.rate, steps: [[0.7, 60], [0.9, 30]]",
            "各档应从高到低排列",
        ),
        (
            "rule: ratio, metric: a.rate, target: 0.9",
            "rule: ladder, metric: a.rate, steps: [[1.5, 60]]",
            "高于 1 的档达不到",
        ),
        (
            "rule: ratio, metric: a.rate, target: 0.9",
            "rule: ladder, metric: a.rate, steps: [[0.9, 50]]",
            "最高档得 50 分，与满分 60 分不符",
        ),
        ("rule: ratio, metric: a.rate, target: 0.9", "rule: rank, metric: a.rate", "一人退出会影响别的单位"),
        ("rule: ratio, metric: a.rate, target: 0.9", "rule: rank, declared: true", "不能用申报数"),
        ("metric: a.rate, ", "", "应写明 metric"),
        ("target: 0.9", "target: 0.9, goal: 1", "不认识的项目“goal”"),
        ("year: 2026", "year: 26", "year：年度应在"),
        ("at_least: 0}", "at_least: 10}", "最低等次的分数线应为 0"),
        ("quota: 0.30", "quota: 30", "比例应在 0 到 1 之间"),
        ("open: 2026-01-15", "open: 2026-02-30", "calendar › open：应是日期"),
        ("publish: 2027-01-31", "publish: 2026-12-31", "日期应依次为"),
        ("name: 会议", "name: 覆盖率", "指标“覆盖率”出现了不止一次"),
        ("code: X-2026", "code:", "code：必填"),
        ("code: X-2026", "code: X-2026\ncode: Y", "第 3 行"),
        ("code: X-2026", "code: [", "YAML 格式有误"),
    ],
)
def test_fault_is_named_with_its_place(faults: Callable[..., str], old: str, new: str, said: str) -> None:
    assert said in faults(old, new)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"- 1\n- 2", b"x" * 300_000, b"a: &a [*a]", b"\x00"]
)
def test_what_is_no_scheme_is_refused_in_words(content: bytes, around: Surroundings) -> None:
    with pytest.raises(SchemeRefused) as refused:
        read_scheme(content, around)
    assert str(refused.value)


def test_all_faults_are_told_at_once(faults: Callable[..., str]) -> None:
    assert len(faults("year: 2026\nassessed: county", "year: x").splitlines()) >= 2


# Groups with items and weights of their own --------------------------------------------------------------------------

TWO_GROUPS = SMALL.replace(
    '{name: 甲组, offices: ["1", "2"]}', '{name: 甲组, offices: ["1"]}\n  - {name: 乙组, offices: ["2"]}'
).replace(
    "{name: 会议, points: 40, rule: ratio, metric: a.count, target: 2}",
    """{name: 会议, points: 40, rule: ratio, metric: a.count, target: 2, groups: [甲组]}
      - {name: 会议, points: 30, rule: ratio, metric: a.count, target: 1, groups: [乙组]}
      - {name: 专项, points: 10, rule: manual, groups: [乙组]}""",
)


def test_groups_have_items_and_weights_of_their_own(around: Surroundings) -> None:
    section = read_scheme(TWO_GROUPS, around).sections[0]
    assert [(item.name, item.points) for item in section.items_of("甲组")] == [("覆盖率", 60), ("会议", 40)]
    assert [(item.name, item.points) for item in section.items_of("乙组")] == [
        ("覆盖率", 60),
        ("会议", 30),
        ("专项", 10),
    ]


def test_section_may_weigh_differently_by_group(around: Surroundings) -> None:
    differing = TWO_GROUPS.replace("points: 100", "points: {甲组: 100, 乙组: 90}").replace(
        "points: 10, rule: manual, groups: [乙组]}",
        """points: 0.5, rule: manual, groups: [乙组]}
  - name: 二、乙组另加
    points: {乙组: 10}
    items: [{name: 项目, points: 10, rule: manual, groups: [乙组]}]""",
    )
    with pytest.raises(SchemeRefused) as refused:
        read_scheme(differing, around)
    assert "“乙组”的指标合计 90.5 分，与本部分的 90 分不符" in str(refused.value)
    plan = read_scheme(differing.replace("points: 30,", "points: 29.5,"), around)
    assert [section.points_of("甲组") for section in plan.sections] == [100, 0]
    assert [section.points_of("乙组") for section in plan.sections] == [90, 10]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("groups: [甲组]", "groups: [丙组]", "没有名为“丙组”的组"),
        ("points: 30", "points: 31", "“乙组”的指标合计 101 分，与本部分的 100 分不符"),
        ("target: 2, groups: [甲组]}", "target: 2}", "指标“会议”出现了不止一次"),
        ("name: 乙组", "name: 甲组", "组名“甲组”出现了不止一次"),
    ],
)
def test_fault_of_groups_is_named(around: Surroundings, old: str, new: str, said: str) -> None:
    assert old in TWO_GROUPS
    with pytest.raises(SchemeRefused) as refused:
        read_scheme(TWO_GROUPS.replace(old, new), around)
    assert said in str(refused.value)


# Who assesses, and what no file may smuggle in ----------------------------------------------------------------------


def test_assessor_may_be_named_where_parents_differ(around: Surroundings) -> None:
    deep = Surroundings(around.metrics, {**around.parents, "0": "", "9": "0"}, {**around.kinds, "0": "city"})
    with_assessor = SMALL.replace('["1", "2"]', '["1", "3"]').replace(
        "year: 2026", 'year: 2026\nassessor: "0"'
    )
    assert read_scheme(with_assessor, deep).assessor == "0"
    with pytest.raises(SchemeRefused, match="应是考核机构的下级"):
        read_scheme(with_assessor.replace('assessor: "0"', 'assessor: "3"'), deep)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: X-2026", "code: X/2026", "代码只用字母、数字和连字符"),
        ("name: 试验方案", 'name: "a\\0b"', "应是一行文字"),
        ("name: 试验方案", 'name: "\\ud800"', ""),
        ("name: 会议", f"name: {'长' * 61}", "应是一行文字，不超过 60 字"),
        ("points: 40", "points: 40.001", "最多两位小数"),
        ("target: 2", "target: 0x" + "f" * 9000, "不是数字"),
        ("target: 2", "target: .inf", "不是数字"),
        ("target: 2", "target: 2.00000001", "小数最多 6 位"),
        ("objection_workdays: 5", "objection_workdays: 99999", "应是整数，不超过 30"),
        ("assessed: county", "assessed: person", "没有“person”这类考核对象"),
        ("quota: 0.30", "quota: [1]", "不是数字"),
        ("name: 优秀", "name: 合格", "等次“合格”出现了不止一次"),
    ],
)
def test_hostile_value_is_a_finding(faults: Callable[..., str], old: str, new: str, said: str) -> None:
    assert said in faults(old, new)

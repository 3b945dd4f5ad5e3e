"""Two counties under the whole scheme of 2026, item by item as worked out by hand in docs/scoring.md."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from apps.assessment.editing.surroundings import facts_about
from apps.assessment.evidence import Answers, Evidence, Figure, Item
from apps.assessment.plan import Plan
from apps.assessment.schemefile import Surroundings, read_scheme
from apps.assessment.scoring import apply_rule
from apps.assessment.totals import ScoredItem, ScoredSection, Standing, Total, add_up, grade_group
from apps.core.metrics import all_metrics

FILE = Path(__file__).parents[3] / "apps" / "assessment" / "fixtures" / "schemes" / "TZ-2026.yaml"
COUNTIES = ("321202", "321203", "321204", "321281", "321282", "321283")


def of(numerator: int, denominator: int | None = None) -> Figure:
    return Figure(D(numerator), None if denominator is None else D(denominator))


def marks(*given: int) -> tuple[D, ...]:
    return tuple(D(mark) for mark in given)


# What was counted, judged, answered and declared, and the points worked out from it.
HAILING: dict[str, tuple[Evidence, str]] = {
    "统战工作领导小组全体会议": (of(2), "4.00"),
    "专题会议": (of(1), "1.50"),
    "乡镇（街道）统战干部配备率": (of(117, 120), "4.88"),
    "结对覆盖率": (of(41, 50), "4.92"),
    "“五个一”完成率": (of(171, 200), "9.00"),
    "季度联系率": (of(180, 200), "4.00"),
    "新成员30日内首次联系率": (of(7, 9), "3.46"),
    "诉求建议按期办结率": (of(18, 20), "7.58"),
    "建言献策采纳": (of(7), "3.50"),
    "成员满意度": (Answers(17, 20), "5.67"),
    "统战组织乡镇覆盖率": (of(12, 15), "3.56"),
    "阵地年活动4次以上比例": (of(3, 5), "3.75"),
    "年度活动计划完成率": (of(5, 6), "5.00"),
    "宣讲覆盖城乡社区比例": (of(90, 100), "5.00"),
    "经验案例": (marks(5, 4, 4, 3, 1), "3.67"),
    "品牌创新": (marks(8, 6, 6, 6, 4), "6.00"),
    "调研质量": (marks(5, 5, 3, 3, 1), "3.67"),
    "工作落实": (marks(5, 5, 5, 3, 3), "4.33"),
    "获得表彰": (
        (
            Item("先进集体", frozenset({"市级"})),
            Item("先进集体", frozenset({"省级"})),
            Item("示范基地", frozenset({"国家级"})),
        ),
        "7.00",
    ),
    "承办省级以上现场会": (of(3), "4.00"),
    "督办红灯": (of(3), "-1.50"),
    "统计数据失实": (of(1), "-1.00"),
}
TAIXING: dict[str, tuple[Evidence, str]] = {
    "统战工作领导小组全体会议": (of(3), "4.65"),
    "专题会议": (of(2), "3.49"),
    "乡镇（街道）统战干部配备率": (of(168, 168), "5.81"),
    "结对覆盖率": (of(30, 30), "6.98"),
    "“五个一”完成率": (of(190, 200), "11.63"),
    "季度联系率": (of(190, 200), "5.81"),
    "新成员30日内首次联系率": (of(9, 10), "4.65"),
    "诉求建议按期办结率": (of(0, 0), ""),
    "建言献策采纳": (of(14), "6.98"),
    "成员满意度": (Answers(9, 9), ""),
    "统战组织乡镇覆盖率": (of(14, 14), "4.65"),
    "阵地年活动4次以上比例": (of(0, 0), "0.00"),
    "年度活动计划完成率": (of(3, 4), "5.23"),
    "宣讲覆盖城乡社区比例": (of(40, 100), "2.91"),
    "经验案例": (marks(4, 4, 4, 4, 4), "4.65"),
    "品牌创新": (marks(6, 6, 4, 4, 2), "5.43"),
    "调研质量": (marks(3, 3, 3, 1, 1), "2.71"),
    "工作落实": (marks(5, 5, 5, 5, 5), "5.81"),
    "获得表彰": ((), "0.00"),
    "承办省级以上现场会": (of(0), "0.00"),
    "督办红灯": (of(24), "-12.00"),
    "统计数据失实": (of(0), "0.00"),
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The scheme of the product, with the real metrics."""
    around = Surroundings(
        metrics={metric.code: facts_about(metric) for metric in all_metrics()},
        parents=dict.fromkeys(COUNTIES, "3212") | {"3212": ""},
        kinds=dict.fromkeys(COUNTIES, "county") | {"3212": "city"},
    )
    return read_scheme(FILE.read_bytes(), around)


def total_of(plan: Plan, county: dict[str, tuple[Evidence, str]]) -> Total:
    return add_up(
        [
            ScoredSection(
                section.part,
                tuple(
                    ScoredItem(apply_rule(item.rule, county[item.name][0]), item.points)
                    for item in section.items
                ),
                section.cap,
            )
            for section in plan.sections
        ]
    )


@pytest.mark.parametrize("county", [HAILING, TAIXING], ids=["海陵", "泰兴"])
def test_every_item_by_hand(plan: Plan, county: dict[str, tuple[Evidence, str]]) -> None:
    given = [points for section in total_of(plan, county).item_points for points in section]
    counted = {item.name: points for item, points in zip(plan.items(), given, strict=True)}
    assert counted == {name: D(points) if points else None for name, (_evidence, points) in county.items()}


def test_totals_and_grades_by_hand(plan: Plan) -> None:
    first, second = total_of(plan, HAILING), total_of(plan, TAIXING)
    assert (first.base, first.bonus, first.deduction, first.total) == (
        D("83.49"),
        D(10),
        D("2.50"),
        D("90.99"),
    )
    # 8 points of cases and 6 of the survey do not apply: the other 86 are worth 100.
    assert (second.not_applicable, second.standing) == (D(14), Standing.FINAL)
    assert (second.base, second.bonus, second.deduction, second.total) == (
        D("81.39"),
        D(0),
        D(10),
        D("71.39"),
    )
    assert grade_group(plan.grades, {"海陵": first.total, "泰兴": second.total}) == {
        "海陵": "优秀",
        "泰兴": "合格",
    }

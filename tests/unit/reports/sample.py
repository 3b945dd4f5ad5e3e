"""Invented figures of a city with six counties, and of one county, large enough to fill a real report."""

import dataclasses
import datetime as dt
from decimal import Decimal as D

from apps.reports.figures import (
    AnnualFigures,
    Figure,
    Indicator,
    Outcome,
    Part,
    Record,
    Row,
    Series,
    Standing,
    State,
    without_small_figures,
)

COUNTIES = (
    ("321202", "海陵区", "城区组"),
    ("321203", "高港区", "城区组"),
    ("321204", "姜堰区", "城区组"),
    ("321281", "兴化市", "县市组"),
    ("321282", "靖江市", "县市组"),
    ("321283", "泰兴市", "县市组"),
)
AS_OF = dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)

ITEMS = (
    (
        "1.1",
        "一、组织领导",
        "统战工作领导小组全体会议",
        Part.BASE,
        4,
        "每年不少于2次，按完成比例得分",
        "meetings.plenary",
    ),
    ("1.2", "一、组织领导", "专题会议", Part.BASE, 3, "每年不少于2次，按完成比例得分", "meetings.topical"),
    (
        "1.3",
        "一、组织领导",
        "乡镇（街道）统战干部配备率",
        Part.BASE,
        5,
        "达到100%得满分，未达到的按比例得分",
        "offices.staffed",
    ),
    (
        "2.1",
        "二、联谊交友",
        "结对覆盖率",
        Part.BASE,
        6,
        "达到100%得满分，未达到的按比例得分",
        "pairing.coverage",
    ),
    (
        "2.2",
        "二、联谊交友",
        "“五个一”完成率",
        Part.BASE,
        10,
        "达到95%得满分，未达到的按比例得分",
        "duties.fulfilled",
    ),
    (
        "2.3",
        "二、联谊交友",
        "季度联系率",
        Part.BASE,
        5,
        "95%以上5分，85%以上4分，70%以上3分，其余0分",
        "pairing.contacted_in_quarter",
    ),
    ("3.1", "三、服务成员", "成员满意度", Part.BASE, 6, "达到90%得满分，有效答卷不足10份不适用", ""),
    (
        "6.1",
        "六、软标准评价",
        "品牌创新",
        Part.BASE,
        8,
        "由5名评委评议，去掉一个最高分和一个最低分取平均",
        "",
    ),
    ("7.1", "加分项", "承办省级以上现场会", Part.BONUS, None, "每次加2分，最高4分", ""),
    ("8.1", "扣分项", "督办红灯", Part.DEDUCTION, None, "每次扣0.5分", "supervision.red"),
)


def figure(
    code: str, name: str, above: int, below: int | None, unit: str = "次", people: bool = False
) -> Figure:
    return Figure(code, name, unit, D(above), None if below is None else D(below), people=people)


def outcome_of(item: int, office: int) -> Outcome:
    """Deterministic texture: two items undecided, one not applicable somewhere, one declared figure."""
    code, name, _ = COUNTIES[office]
    number, _, title, part, worth, _, metric = ITEMS[item]
    if number == "6.1":
        return Outcome(code, name, State.UNDECIDED)
    if number == "3.1":
        return Outcome(code, name, State.NOT_APPLICABLE if office == 0 else State.UNDECIDED)
    if part is not Part.BASE:
        amount = (office * 3 + item) % 4
        counted = Figure(metric or "declared", title, "次", D(amount), declared=part is Part.BONUS)
        return Outcome(
            code, name, State.DECIDED, D(amount) * (D(2) if part is Part.BONUS else D("0.5")), counted
        )
    below = 40 + 13 * office
    above = below - (office * 5 + item * 2) % (below // 2)
    counted = figure(metric, title, above, below, people=metric.startswith("pairing"))
    score = (D(worth or 0) * D(above) / D(below)).quantize(D("0.01"))
    return Outcome(code, name, State.DECIDED, score, counted)


def indicators(offices: range = range(6)) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(
            number,
            chapter,
            name,
            part,
            None if worth is None else D(worth),
            rule,
            tuple(outcome_of(i, o) for o in offices),
        )
        for i, (number, chapter, name, part, worth, rule, _) in enumerate(ITEMS)
    )


def standing(office: int, items: tuple[Indicator, ...]) -> Standing:
    code, name, group = COUNTIES[office]
    parts = {part: D(0) for part in Part}
    for item in items:
        got = next(o for o in item.outcomes if o.code == code)
        parts[item.part] += got.score or D(0)
    base, bonus, deduction = parts[Part.BASE], parts[Part.BONUS], parts[Part.DEDUCTION]
    return Standing(code, name, group, base, bonus, deduction, base + bonus - deduction, D(33), undecided=2)


def records() -> tuple[Record, ...]:
    return tuple(
        Record("2.2", f"LX2026{n:06d}", COUNTIES[n % 6][1], "方式：走访；日期：2026-03-01") for n in range(40)
    )


def city() -> AnnualFigures:
    items = indicators()
    standings = [standing(office, items) for office in range(6)]
    ordered = sorted(standings, key=lambda s: (s.group != "城区组", -s.total))
    return AnnualFigures(
        office_code="3212",
        office="泰州市",
        year=2026,
        scheme_code="TZ-2026",
        scheme="泰州市2026年度统战工作目标管理考核方案（示例）",
        basis="",
        as_of=AS_OF,
        is_final=False,
        about_itself=False,
        offices_word="县（市、区）",
        headline=(
            figure("pairing.coverage", "结对覆盖率", 784, 812, "人", people=True),
            figure("duties.fulfilled", "“五个一”完成率", 5120, 6496, "项"),
            figure("pairing.contacted_in_quarter", "季度联系率", 2130, 2352, "对"),
            figure("cases.closed_on_time", "诉求建议按期办结率", 118, 121, "件"),
            figure("visits.made", "走访联系", 4312, None, "次"),
            figure("supervision.red", "督办红灯", 0, None, "次"),
        ),
        series=(Series("走访联系次数", "次", (310, 205, 512, 466, 421, 398, 322, 301, 415, 498, 464, None)),),
        breakdown=tuple(
            Row(
                code,
                name,
                (
                    figure("members", "统战成员", 90 + 17 * i, None, "人", people=True),
                    figure("pairing.coverage", "结对覆盖率", 80 + 17 * i, 90 + 17 * i, "人", people=True),
                    figure("duties.fulfilled", "“五个一”完成率", 610 + 31 * i, 700 + 43 * i, "项"),
                    figure("visits.made", "走访联系", 500 + 73 * i, None, "次"),
                ),
            )
            for i, (code, name, _) in enumerate(COUNTIES)
        ),
        standings=tuple(ordered),
        indicators=items,
        records=records(),
        below_word="县（市、区）",
    )


def county() -> AnnualFigures:
    """The report of one county about itself: the same figures as the city's, of that county alone."""
    items = indicators(range(1))
    return dataclasses.replace(
        city(),
        office_code="321202",
        office="海陵区",
        about_itself=True,
        breakdown=(),
        standings=(standing(0, items),),
        indicators=items,
        records=tuple(record for record in records() if record.office == "海陵区"),
    )


def town() -> AnnualFigures:
    """A town that nobody assesses: figures, no score, nothing below it."""
    return dataclasses.replace(
        city(),
        office_code="321202001",
        office="城东街道",
        scheme_code="",
        scheme="",
        basis="",
        breakdown=(),
        below_word="",
        standings=(),
        indicators=(),
        records=(),
    )


def final() -> AnnualFigures:
    """The city once everything is decided and published."""
    items = tuple(
        dataclasses.replace(
            item,
            outcomes=tuple(
                dataclasses.replace(o, state=State.DECIDED, score=o.score if o.score is not None else D(5))
                for o in item.outcomes
            ),
        )
        for item in indicators()
    )
    grades = ("优秀", "良好", "良好", "优秀", "良好", "合格")
    standings = tuple(
        dataclasses.replace(s, countable=D(100), undecided=0, grade=grade)
        for s, grade in zip(city().standings, grades, strict=True)
    )
    return dataclasses.replace(
        city(),
        is_final=True,
        indicators=items,
        standings=standings,
        publication="TZ-2026-1",
        publication_sha256="a" * 64,
    )


def small() -> AnnualFigures:
    """A town of three pairs, as somebody outside it reads it."""
    few = dataclasses.replace(
        town(),
        headline=(figure("pairing.coverage", "结对覆盖率", 3, 4, "人", people=True), *town().headline[1:]),
    )
    return without_small_figures(few)

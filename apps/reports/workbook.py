"""The workbook of an annual report: summary, main figures, months, a sheet per indicator, records by number."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from apps.files.sheets import Column, Formula, Kind, Sheet, Value
from apps.reports import phrases
from apps.reports.figures import (
    HIDDEN_TEXT,
    SMALL,
    AnnualFigures,
    Figure,
    Indicator,
    Outcome,
    Standing,
    State,
)

_FIGURE_COLUMNS = (
    Column("完成数", Kind.COUNT, 12),
    Column("应完成数", Kind.COUNT, 12),
    Column("完成率", Kind.RATE, 12),
)
SUM = "=SUM({column}{first}:{column}{above})"


@dataclass(frozen=True)
class Requested:
    """Who asked for the file and when; it stands in the sheet 筛选条件."""

    by: str
    at: dt.datetime
    # The Word template that stands over the office; None: the built-in one.
    template: Path | None = None
    # Of the snapshot, where it is known; reckoned from the figures otherwise.
    checksum: str = ""


def sheets(figures: AnnualFigures) -> Iterator[Sheet]:
    if figures.is_scored:
        yield _summary(figures)
    yield _main_figures(figures)
    if figures.breakdown:
        yield _below(figures)
    if figures.series:
        yield _months(figures)
    for indicator in figures.indicators:
        yield _indicator(figures, indicator)
    yield _records(figures)


def about(figures: AnnualFigures, requested: Requested, mark: str) -> list[tuple[str, str]]:
    return [
        ("报告", f"{figures.office}{figures.year}年度{figures.title}"),
        (
            "考核方案",
            f"{figures.scheme}（{figures.scheme_code}）" if figures.is_scored else "无，只列数据不计得分",
        ),
        ("机构", f"{figures.office}（{figures.office_code}）"),
        ("期间", f"{figures.year}年1月1日至{figures.year}年12月31日"),
        ("数据截至", phrases.moment(figures.as_of)),
        ("数据性质", _nature(figures)),
        ("导出人", requested.by),
        ("导出时间", phrases.moment(requested.at)),
        ("校验码", mark),
        ("小数隐去", f"涉及人数不足{SMALL}人的数据显示为{HIDDEN_TEXT}"),
        ("说明", "带*的为申报数；本表只列汇总数据和记录编号，不列个人信息。"),
        ("保密提示", "本系统为非涉密系统，严禁录入国家秘密和工作秘密。"),
    ]


def _nature(figures: AnnualFigures) -> str:
    if figures.publication:
        return f"审定公布数据，公布编号{figures.publication}，校验码{figures.publication_sha256[:16]}"
    if figures.is_final:
        return "审定数据" if figures.is_scored else "已封账数据"
    return "送审稿，阶段性数据" + ("，以审定公布为准" if figures.is_scored else "，尚未封账")


def _titles(figures: AnnualFigures, part: str) -> tuple[str, ...]:
    """Two lines above each table: what it is, and how far the data reach."""
    draft = "" if figures.is_final else "（送审稿）"
    return (f"{figures.office}{figures.year}年度{part}{draft}", f"数据截至{phrases.moment(figures.as_of)}")


def _summary(figures: AnnualFigures) -> Sheet:
    points = ("基础得分", "加分", "扣分", "总得分", "可计分")
    columns = [
        Column("分组", width=12),
        Column("机构代码", width=12),
        Column("单位", width=18),
        *(Column(title, Kind.POINTS, 11) for title in points),
        Column("未评项数", Kind.COUNT, 11),
        Column("等次", width=10),
    ]
    rows: list[list[Value]] = [
        [
            s.group,
            s.code,
            s.name,
            s.base,
            s.bonus,
            s.deduction,
            _total(s),
            s.countable,
            s.undecided,
            s.grade or "—",
        ]
        for s in figures.standings
    ]
    return Sheet("考核得分汇总", columns, rows, _titles(figures, "考核得分汇总"))


def _total(standing: Standing) -> Value:
    """基础得分＋加分－扣分, to be checked in the sheet; a plain number where rounding or a cap made it another."""
    if standing.base + standing.bonus - standing.deduction != standing.total:
        return standing.total
    return Formula("=D{row}+E{row}-F{row}", standing.total)


def _main_figures(figures: AnnualFigures) -> Sheet:
    columns = [
        Column("单位", width=18),
        Column("指标", width=28),
        Column("单位（量）", width=10),
        *_FIGURE_COLUMNS,
    ]
    rows = [
        [figures.office, _named(figure), figure.unit, *_cells(figure, "D", "E")]
        for figure in figures.headline
    ]
    return Sheet("主要数据", columns, rows, _titles(figures, "主要数据"))


def _named(figure: Figure) -> str:
    return f"{figure.name}*" if figure.declared else figure.name


def _below(figures: AnnualFigures) -> Sheet:
    """The offices below side by side, with numerator and denominator of each rate, and what they sum to."""
    columns = [Column("机构代码", width=14), Column("单位", width=18)]
    rows: list[list[Value]] = [[row.code, row.name] for row in figures.breakdown]
    sums: list[Value] = ["", "合计"]
    for column in zip(*(row.figures for row in figures.breakdown), strict=True):
        done, due = xl_col_to_name(len(columns)), xl_col_to_name(len(columns) + 1)
        shown = _FIGURE_COLUMNS if any(figure.is_ratio for figure in column) else _FIGURE_COLUMNS[:1]
        name = column[0].name
        columns += [
            Column(f"{name}：{part.title}" if len(shown) > 1 else name, part.kind, 13) for part in shown
        ]
        for row, figure in zip(rows, column, strict=True):
            row += _cells(figure, done, due)[: len(shown)]
        sums += _sum_of(column, done, due)[: len(shown)]
    return Sheet("下级单位数据", columns, [*rows, sums], _titles(figures, f"各{figures.below_word}主要数据"))


def _sum_of(column: Sequence[Figure], done: str, due: str) -> list[Value]:
    """Sums over offices; none where a figure is hidden, since the hidden one would follow from it."""
    if any(figure.hidden or figure.numerator is None for figure in column):
        return ["—", "—", "—"]
    above = sum((figure.numerator or Decimal(0) for figure in column), Decimal(0))
    below = sum((figure.denominator or Decimal(0) for figure in column), Decimal(0))
    return [Formula(SUM, above), Formula(SUM, below), _rate(above, below, done, due)]


def _cells(figure: Figure | None, done: str, due: str) -> list[Value]:
    """Numerator, denominator, rate: numbers and a formula where there are any, words otherwise.

    `done` and `due` are the letters of the first two columns.
    """
    if figure is None:
        return ["—", "—", "—"]
    if figure.hidden:
        return [HIDDEN_TEXT, HIDDEN_TEXT, HIDDEN_TEXT]
    if figure.numerator is None:
        return (
            [phrases.NO_DATA, "—", "—"]
            if figure.denominator is None
            else [phrases.NO_DATA, figure.denominator, phrases.value_of(figure)]
        )
    if figure.denominator is None:
        return [figure.numerator, "—", "—"]
    return [figure.numerator, figure.denominator, _rate(figure.numerator, figure.denominator, done, due)]


def _rate(above: Decimal, below: Decimal, done: str, due: str) -> Formula:
    share = f'=IF({due}{{row}}=0,"{phrases.NOT_APPLICABLE}",{done}{{row}}/{due}{{row}})'
    return Formula(share, above / below if below else phrases.NOT_APPLICABLE)


def _months(figures: AnnualFigures) -> Sheet:
    columns = [
        Column("月份", width=10),
        *(Column(f"{s.name}（{s.unit}）", Kind.COUNT, 20) for s in figures.series),
    ]
    rows: list[list[Value]] = [
        [f"{month + 1}月", *("—" if s.months[month] is None else s.months[month] for s in figures.series)]
        for month in range(12)
    ]
    rows.append(["合计", *(Formula(SUM, series.total) for series in figures.series)])
    return Sheet("月度数据", columns, rows, _titles(figures, "月度数据"))


def _indicator(figures: AnnualFigures, indicator: Indicator) -> Sheet:
    columns = [
        Column("机构代码", width=12),
        Column("单位", width=18),
        *_FIGURE_COLUMNS,
        Column("得分", Kind.POINTS, 10),
        Column("状态", width=10),
        Column("备注", width=30),
    ]
    worth = f"分值：{phrases.points(indicator.points)}　计分规则：{indicator.rule or '—'}"
    lines = (f"{indicator.number} {indicator.name}（{indicator.chapter}）", worth, _titles(figures, "")[1])
    name = f"{indicator.number} {indicator.name}"
    return Sheet(name, columns, [_outcome(outcome) for outcome in indicator.outcomes], lines)


def _outcome(outcome: Outcome) -> list[Value]:
    score = outcome.score if outcome.state == State.DECIDED else phrases.state_of(outcome)
    declared = "申报数" if outcome.figure and outcome.figure.declared else ""
    note = "；".join(part for part in (declared, outcome.note) if part)
    return [
        outcome.code,
        outcome.name,
        *_cells(outcome.figure, "C", "D"),
        score,
        phrases.state_of(outcome),
        note,
    ]


def _records(figures: AnnualFigures) -> Sheet:
    columns = [
        Column("指标", width=10),
        Column("记录编号", width=20),
        Column("单位", width=18),
        Column("类型、日期和数量", width=60),
    ]
    return Sheet("支撑记录", columns, figures.records, _titles(figures, "支撑记录（按编号）"))

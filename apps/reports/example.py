"""Invented figures for a test print, so that nobody's real ones are needed to try a template."""

import dataclasses
import datetime as dt
from decimal import Decimal as D

from apps.reports.figures import AnnualFigures, Figure, Indicator, Outcome, Part, Row, Series, Standing, State

_OFFICES = (("000001", "甲县"), ("000002", "乙县"), ("000003", "丙区"))
_MONTHS = (31, 20, 51, 46, 42, 39, 32, 30, 41, 49, 46, None)


def _headline() -> tuple[Figure, ...]:
    return (
        Figure("pairing.coverage", "结对覆盖率", "人", D(784), D(812), people=True),
        Figure("duties.fulfilled", "“五个一”完成率", "项", D(5120), D(6496)),
        Figure("cases.closed_on_time", "诉求建议按期办结率", "件", D(66), D(121)),
        Figure("visits.made", "走访联系", "次", D(427)),
        Figure("supervision.red", "督办红灯", "次", D(0)),
    )


def _indicator(number: str, name: str, scores: tuple[D | None, ...]) -> Indicator:
    outcomes = tuple(
        Outcome(code, office, State.DECIDED if score is not None else State.UNDECIDED, score)
        for (code, office), score in zip(_OFFICES, scores, strict=True)
    )
    return Indicator(number, "一、示例部分", name, Part.BASE, D(50), "按完成比例得分", outcomes)


def assessed() -> AnnualFigures:
    """A city with three counties, one of them with an item still open."""
    totals = (D("88.00"), D("66.50"), D("40.00"))
    return AnnualFigures(
        office_code="000000",
        office="示例市",
        year=2026,
        scheme_code="SL-2026",
        scheme="示例市2026年度考核方案",
        basis="示统〔2026〕1号",
        as_of=dt.datetime(2026, 12, 31, 4, 0, tzinfo=dt.UTC),
        is_final=False,
        about_itself=False,
        offices_word="县（市、区）",
        headline=_headline(),
        series=(Series("走访联系次数", "次", _MONTHS),),
        breakdown=tuple(Row(code, name, _headline()[:3]) for code, name in _OFFICES),
        standings=tuple(
            Standing(code, name, "示例组", total, D(0), D(0), total, D(100), undecided=int(total < 50))
            for (code, name), total in zip(_OFFICES, totals, strict=True)
        ),
        indicators=(
            _indicator("1.1", "示例指标一", (D(48), D(41), D(40))),
            _indicator("1.2", "示例指标二", (D(40), D("25.50"), None)),
        ),
        records=(),
        below_word="县（市、区）",
    )


def unscored() -> AnnualFigures:
    """A town that nobody assesses, with nothing below it."""
    return dataclasses.replace(
        assessed(),
        office="示例镇",
        scheme_code="",
        scheme="",
        basis="",
        breakdown=(),
        standings=(),
        indicators=(),
        below_word="",
    )

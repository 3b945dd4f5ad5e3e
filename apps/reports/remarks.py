"""The closing parts of the annual report: 需要关注的问题 and 有关说明."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from apps.reports import phrases
from apps.reports.blocks import Block, Paragraph
from apps.reports.figures import HIDDEN_TEXT, SMALL, AnnualFigures, Figure, Part, State

# Below this share of its points an item is named as a weakness.
WEAK = Decimal("0.6")


def weak_points(figures: AnnualFigures) -> Iterator[str]:
    """What falls short, in words: items below 60 % of their points, or rates below 60 % where nothing is scored."""
    if figures.is_scored:
        yield from _weak_items(figures)
        return
    rates = ((figure, figure.rate) for figure in figures.headline)
    yield from (
        f"{figure.name}，为{phrases.percent(rate)}"
        for figure, rate in rates
        if rate is not None and rate < WEAK
    )


def weaknesses(figures: AnnualFigures) -> Iterator[Block]:
    """Items below 60 % of their points."""
    findings = list(weak_points(figures))
    share = phrases.percent(WEAK)
    if not any(indicator.decided for indicator in figures.indicators):
        yield Paragraph("各项指标尚未评定，暂不作分析。")
    elif not findings:
        yield Paragraph(f"已评指标得分率均在{share}以上，未发现明显短板。")
    elif len(findings) == 1:
        yield Paragraph(f"得分率低于{share}的指标1项：{findings[0]}。")
    else:
        yield Paragraph(f"得分率低于{share}的指标共{len(findings)}项，需重点改进：")
        yield from _listed(findings)


def low_rates(figures: AnnualFigures) -> Iterator[Block]:
    """The same for a report without scores: main figures below 60 %."""
    low = list(weak_points(figures))
    share = phrases.percent(WEAK)
    if not any(figure.rate is not None for figure in figures.headline):
        yield Paragraph("暂无可供比较的完成率，暂不作分析。")
    elif not low:
        yield Paragraph(f"各项完成率均在{share}以上，未发现明显短板。")
    elif len(low) == 1:
        yield Paragraph(f"完成率低于{share}的工作1项：{low[0]}。")
    else:
        yield Paragraph(f"完成率低于{share}的工作共{len(low)}项，需重点改进：")
        yield from _listed(low)


def _listed(findings: Sequence[str]) -> Iterator[Block]:
    for index, finding in enumerate(findings, start=1):
        yield Paragraph(f"{index}. {finding}{'。' if index == len(findings) else '；'}")


def _weak_items(figures: AnnualFigures) -> Iterator[str]:
    for indicator in figures.indicators:
        if indicator.part != Part.BASE or not indicator.points:
            continue
        weak = [o for o in indicator.decided if (o.score or Decimal(0)) < indicator.points * WEAK]
        if not weak:
            continue
        worth = f"（{phrases.points(indicator.points)}分）"
        if figures.about_itself:
            yield f"{indicator.name}{worth}，得{phrases.score(weak[0].score)}分"
        else:
            got = phrases.names(f"{o.name}{phrases.score(o.score)}分" for o in weak)
            yield f"{indicator.name}{worth}，涉及{len(weak)}个单位：{got}"


def notes(figures: AnnualFigures) -> Iterator[Block]:
    texts = list(_note_texts(figures))
    for index, note in enumerate(texts, start=1):
        yield Paragraph(f"{index}. {note}" if len(texts) > 1 else note)


def _note_texts(figures: AnnualFigures) -> Iterator[str]:
    outcomes = [outcome for indicator in figures.indicators for outcome in indicator.outcomes]
    if figures.is_scored:
        yield "各项得分按方案所列规则计算，逐项四舍五入保留两位小数，总得分为基础得分加加分减扣分。"
    if any(outcome.state == State.NOT_APPLICABLE for outcome in outcomes):
        yield f"“{phrases.NOT_APPLICABLE}”指单位当年没有该项工作对象，该项不计分，其余项目按比例折算。"
    if any(outcome.state == State.UNDECIDED for outcome in outcomes):
        yield f"“{phrases.UNDECIDED}”指尚未评定的指标，不计入已计得分；“可计分”为已评定指标的分值。"
    if _is_declared(figures):
        yield "带“*”的为申报数，由单位填报并附佐证，经审核后计分。"
    if _is_hidden(figures):
        yield f"涉及人数不足{SMALL}人的数据以“{HIDDEN_TEXT}”表示，为防止推算，个别相邻数据一并隐去。"
    yield _records_note(len(figures.records))


def _is_declared(figures: AnnualFigures) -> bool:
    return any(f.declared for f in _all_figures(figures))


def _is_hidden(figures: AnnualFigures) -> bool:
    return any(f.hidden for f in _all_figures(figures))


def _all_figures(figures: AnnualFigures) -> Iterable[Figure]:
    yield from figures.headline
    for row in figures.breakdown:
        yield from row.figures
    for indicator in figures.indicators:
        yield from (outcome.figure for outcome in indicator.outcomes if outcome.figure)


def _records_note(number: int) -> str:
    if number == 0:
        return "本报告只列汇总数据，不列个人信息。"
    return f"本报告只列汇总数据，不列个人信息；支撑数据的{number}条记录按编号列于同批生成的电子表格。"

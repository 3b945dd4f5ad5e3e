"""The text of the annual report: one list of headings, paragraphs, tables and charts for both Word and PDF.

Sentences end differently for none, one and many, and a part that has nothing to say is left out, so that an office
can print the document as it is. Word leaves the charts out; every chart stands beside a table with its numbers.
"""

from collections.abc import Iterator
from decimal import Decimal

from apps.reports import phrases
from apps.reports.blocks import Block, Captions, Chapters, Chart, Document, Paragraph, SubHeadings, Table
from apps.reports.figures import HIDDEN_TEXT, SMALL, AnnualFigures, Figure, Indicator, Part, Standing, State
from apps.reports.remarks import low_rates, notes, weaknesses

# Offices beside each other in one table of the annex: more do not fit the 156 mm of the page.
OFFICES_ACROSS = 6
# A sentence of more figures than this is read by nobody; the table below it has them all.
SPOKEN_FIGURES = 6
ANNEX_TITLE = "指标计分规则及得分明细"
DRAFT = "送审稿"


def compose(figures: AnnualFigures, checksum: str) -> Document:
    """The whole document in reading order."""
    captions, chapter = Captions(), Chapters()
    body = [*_overview(figures, chapter("总体情况"), captions)]
    if figures.is_scored:
        body += _scores(figures, chapter("考核得分情况"), captions)
        body += _chapters(figures, chapter("各项指标完成情况"), captions)
    body += [chapter("需要关注的问题"), *(weaknesses if figures.is_scored else low_rates)(figures)]
    body += [chapter("有关说明"), *notes(figures)]
    return Document(
        title=(f"{figures.office}{figures.year}年度", figures.title),
        subtitle=f"（数据截至{_until(figures)}）",
        lead=_lead(figures),
        body=tuple(body),
        annex_title=ANNEX_TITLE,
        annex=tuple(_annex(figures, captions)),
        signature=f"{figures.office}统战部门",
        date=_until(figures),
        checksum=checksum,
        watermark="" if figures.is_final else DRAFT,
        publication=_publication(figures),
    )


def _until(figures: AnnualFigures) -> str:
    return phrases.day(figures.as_of.astimezone(phrases.CHINA))


def _publication(figures: AnnualFigures) -> str:
    if not figures.publication:
        return ""
    return f"公布编号：{figures.publication}，公布数据校验码：{figures.publication_sha256[:16]}"


def _lead(figures: AnnualFigures) -> str:
    return _lead_of_scores(figures) if figures.is_scored else _lead_of_figures(figures)


def _lead_of_figures(figures: AnnualFigures) -> str:
    state = "" if figures.is_final else "，数据尚未封账，为阶段性数据"
    return (
        f"现将{figures.office}{figures.year}年度统战工作主要数据报告如下"
        f"（本年度未对本单位制定考核方案，只列数据，不计得分{state}）："
    )


def _lead_of_scores(figures: AnnualFigures) -> str:
    basis = f"（{phrases.with_brackets(figures.basis)}）" if figures.basis else ""
    whom = "" if figures.about_itself else f"对{len(figures.standings)}个{figures.offices_word}"
    decided = "审定公布" if figures.publication else "审定"
    ending = (
        f"考核结果已经{decided}，现将有关情况报告如下："
        if figures.is_final
        else "目前考核尚在进行，本报告所列为阶段性数据，最终结果以审定公布为准。现将有关情况报告如下："
    )
    purpose = (
        f"，{whom}{figures.year}年度统战工作进行考核。"
        if whom
        else f"，{figures.office}开展了{figures.year}年度统战工作目标管理考核。"
    )
    return f"根据{phrases.titled(figures.scheme)}{basis}{purpose}{ending}"


# --- 总体情况 ------------------------------------------------------------------------------------------------


def _overview(figures: AnnualFigures, heading: Block, caption: Captions) -> Iterator[Block]:
    yield heading
    sub = SubHeadings()
    if figures.headline:
        yield sub("主要工作数据")
        yield Paragraph(_headline_sentence(figures))
        yield _headline_table(figures, caption)
    for series in figures.series:
        yield sub(series.name)
        yield from _monthly(series.name, series.unit, series.months, series.total, caption)
    if figures.breakdown:
        yield sub(f"各{figures.below_word}主要数据")
        yield _breakdown_table(figures, caption)


def _headline_sentence(figures: AnnualFigures) -> str:
    until = _until(figures)
    parts = [_spoken(figure) for figure in figures.headline[:SPOKEN_FIGURES]]
    rest = "其余数据见下表。" if len(figures.headline) > SPOKEN_FIGURES else ""
    return f"截至{until}，{'；'.join(parts)}。{rest}"


def _spoken(figure: Figure) -> str:
    value = phrases.value_of(figure)
    mark = "（申报数）" if figure.declared else ""
    if figure.hidden:
        return f"{figure.name}涉及人数不足{SMALL}人，不予列示"
    if figure.numerator is None:
        return f"{figure.name}尚无数据"
    if figure.is_ratio and figure.rate is None:
        return f"{figure.name}{phrases.NOT_APPLICABLE}"
    if figure.denominator is not None:
        due, done = phrases.count(figure.denominator), phrases.count(figure.numerator)
        return f"{figure.name}{mark}为{value}（应完成{due}{figure.unit}，已完成{done}{figure.unit}）"
    if figure.numerator == 0:
        return f"无{figure.name}{mark}"
    return f"{figure.name}{mark}{value}"


def _headline_table(figures: AnnualFigures, caption: Captions) -> Table:
    rows = tuple(
        (
            figure.name + ("*" if figure.declared else ""),
            _side(figure, figure.numerator),
            _side(figure, figure.denominator) if figure.is_ratio or figure.hidden else "—",
            phrases.value_of(figure) if figure.is_ratio or figure.hidden else "—",
        )
        for figure in figures.headline
    )
    return Table(caption("主要工作数据"), ("指标", "完成数", "应完成数", "完成率"), rows, (40, 20, 20, 20))


def _side(figure: Figure, side: Decimal | None) -> str:
    if figure.hidden:
        return HIDDEN_TEXT
    return phrases.NO_DATA if side is None else phrases.count(side)


def _monthly(
    name: str, unit: str, months: tuple[int | None, ...], total: int, caption: Captions
) -> Iterator[Block]:
    yield Paragraph(_monthly_sentence(name, unit, months, total))
    if not total:
        return
    labels = tuple(f"{month}月" for month in range(1, 13))
    yield Chart(
        "bars", f"{name}（{unit}）", unit, labels, tuple(None if v is None else str(v) for v in months)
    )
    spelled = ["—" if value is None else str(value) for value in months]
    rows = tuple((labels[i], spelled[i], labels[i + 6], spelled[i + 6]) for i in range(6))
    yield Table(caption(f"{name}（单位：{unit}）"), ("月份", "数量", "月份", "数量"), rows, (25, 25, 25, 25))


def _monthly_sentence(name: str, unit: str, months: tuple[int | None, ...], total: int) -> str:
    if total == 0:
        return f"本年度尚未产生{name}数据。"
    first = f"本年度共计{total}{unit}"
    ends = phrases.extremes(months)
    if ends is None:
        return f"{first}。"
    high, low = ends
    return f"{first}，其中{high}月最多，为{months[high - 1]}{unit}；{low}月最少，为{months[low - 1]}{unit}。"


def _breakdown_table(figures: AnnualFigures, caption: Captions) -> Table:
    columns = figures.breakdown[0].figures
    head = ("单位", *(figure.name for figure in columns))
    rows = tuple((row.name, *(_cell(figure) for figure in row.figures)) for row in figures.breakdown)
    widths = (22, *([78 // max(len(columns), 1)] * len(columns)))
    return Table(caption(f"各{figures.below_word}主要数据"), head, rows, widths)


def _cell(figure: Figure) -> str:
    """Without its unit: the heading of the column says what is counted."""
    return phrases.value_of(figure) if figure.is_ratio else phrases.sides_of(figure)


# --- 考核得分 ------------------------------------------------------------------------------------------------


def _scores(figures: AnnualFigures, heading: Block, caption: Captions) -> Iterator[Block]:
    yield heading
    if not figures.standings:
        yield Paragraph("本年度考核尚未形成得分。")
        return
    if figures.about_itself:
        yield from _own_score(figures, caption)
        return
    sub = SubHeadings()
    for group, standings in figures.groups:
        yield sub(group or f"各{figures.offices_word}")
        yield Paragraph(_group_sentence(standings, figures.is_final))
        yield Chart(
            "ranking",
            f"{group}总得分（分）",
            "分",
            tuple(s.name for s in standings),
            tuple(phrases.score(s.total) for s in standings),
        )
        yield _standings_table(group, standings, caption)


def _own_score(figures: AnnualFigures, caption: Captions) -> Iterator[Block]:
    standing = figures.standings[0]
    yield Paragraph(_standing_sentence(standing))
    yield _standings_table(standing.group, figures.standings, caption)


def _standing_sentence(standing: Standing) -> str:
    base = f"基础得分{phrases.score(standing.base)}分"
    bonus = f"加分{phrases.score(standing.bonus)}分" if standing.bonus else "无加分"
    deduction = f"扣分{phrases.score(standing.deduction)}分" if standing.deduction else "无扣分"
    total = f"{standing.name}{base}，{bonus}，{deduction}，合计{phrases.score(standing.total)}分"
    if not standing.is_complete:
        counted = f"已计{phrases.score(standing.base)}分/可计{phrases.points(standing.countable)}分"
        return f"{total}。尚有{standing.undecided}项指标未评，基础分{counted}，暂不评定等次。"
    if standing.for_decision:
        return f"{total}。不适用的指标超过20分，由考核机构集体研究后评定。"
    return f"{total}，等次为“{standing.grade}”。" if standing.grade else f"{total}。"


def _group_sentence(standings: tuple[Standing, ...], is_final: bool) -> str:
    best = standings[0].total
    leaders = [s.name for s in standings if s.total == best]
    intro = f"本组共{len(standings)}个单位。" if len(standings) > 1 else "本组仅1个单位。"
    first = (
        f"{phrases.names(leaders)}{'并列' if len(leaders) > 1 else ''}得分最高，为{phrases.score(best)}分。"
    )
    return (
        intro
        + first
        + _grades_sentence(standings, is_final)
        + _open_sentence(standings)
        + _for_decision_sentence(standings)
    )


def _grades_sentence(standings: tuple[Standing, ...], is_final: bool) -> str:
    by_grade: dict[str, list[str]] = {}
    for standing in standings:
        if standing.grade:
            by_grade.setdefault(standing.grade, []).append(standing.name)
    parts = [f"“{grade}”{len(named)}个（{phrases.names(named)}）" for grade, named in by_grade.items()]
    intro = "评定等次" if is_final else "按现有得分测算等次"
    return f"{intro}：{'，'.join(parts)}。" if parts else ""


def _open_sentence(standings: tuple[Standing, ...]) -> str:
    waiting = [s for s in standings if not s.is_complete]
    if not waiting:
        return ""
    if len(waiting) == len(standings):
        return "各单位均有指标未评，现列已计得分，暂不评定等次。"
    if len(waiting) == 1:
        return f"{waiting[0].name}尚有{waiting[0].undecided}项指标未评，暂不评定等次。"
    return f"{phrases.names(s.name for s in waiting)}等{len(waiting)}个单位尚有指标未评，暂不评定等次。"


def _for_decision_sentence(standings: tuple[Standing, ...]) -> str:
    marked = [s.name for s in standings if s.for_decision]
    return f"{phrases.names(marked)}不适用的指标超过20分，由考核机构集体研究后评定。" if marked else ""


def _standings_table(group: str, standings: tuple[Standing, ...], caption: Captions) -> Table:
    rows = tuple(
        (
            s.name,
            phrases.score(s.base),
            phrases.score(s.bonus),
            phrases.score(s.deduction),
            phrases.score(s.total),
            phrases.points(s.countable),
            s.grade or "—",
        )
        for s in standings
    )
    head = ("单位", "基础得分", "加分", "扣分", "总得分", "可计分", "等次")
    return Table(caption(f"{group}得分情况（单位：分）"), head, rows, (22, 15, 12, 12, 15, 12, 12))


# --- 各项指标 ------------------------------------------------------------------------------------------------


def _chapters(figures: AnnualFigures, heading: Block, caption: Captions) -> Iterator[Block]:
    yield heading
    if not figures.indicators:
        yield Paragraph("本方案未设指标。")
    sub = SubHeadings()
    for chapter, indicators in figures.chapters:
        yield sub(_bare(chapter))
        yield Paragraph(_chapter_sentence(indicators, figures.about_itself))
        table = _own_indicators if figures.about_itself else _indicator_averages
        yield table(_bare(chapter), indicators, caption)


def _bare(chapter: str) -> str:
    """The chapter without the number it carries in the scheme: 一、组织领导 → 组织领导."""
    number, mark, name = chapter.partition("、")
    return name if mark and set(number) <= set("一二三四五六七八九十") else chapter


def _chapter_sentence(indicators: tuple[Indicator, ...], about_itself: bool) -> str:
    worth = sum((indicator.points or Decimal(0) for indicator in indicators), Decimal(0))
    base = indicators[0].part == Part.BASE
    intro = f"本部分{len(indicators)}项指标" + (f"，共{phrases.points(worth)}分。" if base else "。")
    open_ones = [
        i.name for i in indicators if not i.decided and any(o.state == State.UNDECIDED for o in i.outcomes)
    ]
    if not open_ones:
        return intro + ("均已评定。" if base else "")
    if len(open_ones) == len(indicators):
        return intro + ("均未评定。" if len(indicators) > 1 else "尚未评定。")
    return intro + f"其中{phrases.names(open_ones)}尚未评定。"


def _own_indicators(chapter: str, indicators: tuple[Indicator, ...], caption: Captions) -> Table:
    rows = tuple(_own_indicator(indicator) for indicator in indicators)
    return Table(
        caption(f"{chapter}指标得分"), ("指标", "分值", "数据", "完成率", "得分"), rows, (44, 12, 18, 13, 13)
    )


def _own_indicator(indicator: Indicator) -> tuple[str, ...]:
    outcome = indicator.outcomes[0]
    figure = outcome.figure
    declared = "*" if figure and figure.declared else ""
    return (
        f"{indicator.number} {indicator.name}{declared}",
        phrases.points(indicator.points),
        phrases.sides_of(figure) if figure else "—",
        phrases.value_of(figure) if figure and figure.is_ratio else "—",
        phrases.score_of(outcome),
    )


def _indicator_averages(chapter: str, indicators: tuple[Indicator, ...], caption: Captions) -> Table:
    rows = tuple(_averages(indicator) for indicator in indicators)
    head = ("指标", "分值", "已评单位", "平均得分", "最高", "最低")
    return Table(caption(f"{chapter}指标得分"), head, rows, (44, 10, 13, 13, 10, 10))


def _averages(indicator: Indicator) -> tuple[str, ...]:
    scores = [outcome.score for outcome in indicator.decided if outcome.score is not None]
    declared = "*" if any(o.figure and o.figure.declared for o in indicator.outcomes) else ""
    name = f"{indicator.number} {indicator.name}{declared}"
    if not scores:
        return (
            name,
            phrases.points(indicator.points),
            f"0/{len(indicator.outcomes)}",
            _without_scores(indicator),
            "—",
            "—",
        )
    average = sum(scores, Decimal(0)) / len(scores)
    return (
        name,
        phrases.points(indicator.points),
        f"{len(scores)}/{len(indicator.outcomes)}",
        phrases.score(average),
        phrases.score(max(scores)),
        phrases.score(min(scores)),
    )


def _without_scores(indicator: Indicator) -> str:
    states = {outcome.state for outcome in indicator.outcomes}
    return phrases.NOT_APPLICABLE if states == {State.NOT_APPLICABLE} else phrases.UNDECIDED


# --- 附件 ------------------------------------------------------------------------------------------------------


def _annex(figures: AnnualFigures, caption: Captions) -> Iterator[Block]:
    """Rules in words; with several offices also who got what for each item, six offices to a table."""
    if not figures.indicators:
        return
    rows = tuple(
        (f"{i.number} {i.name}", phrases.points(i.points), i.rule or "—") for i in figures.indicators
    )
    yield Table(caption("指标及计分规则"), ("指标", "分值", "计分规则"), rows, (34, 10, 56))
    if figures.about_itself:
        return
    for start in range(0, len(figures.standings), OFFICES_ACROSS):
        yield _matrix(figures, figures.standings[start : start + OFFICES_ACROSS], caption)


def _matrix(figures: AnnualFigures, offices: tuple[Standing, ...], caption: Captions) -> Table:
    rows = [
        (f"{i.number} {i.name}", phrases.points(i.points), *_scores_of(i, offices))
        for i in figures.indicators
    ]
    rows.append(("总得分", "—", *(phrases.score(office.total) for office in offices)))
    head = ("指标", "分值", *(office.name for office in offices))
    widths = (30, 8, *([62 // len(offices)] * len(offices)))
    return Table(caption("各单位指标得分（单位：分）"), head, tuple(rows), widths)


def _scores_of(indicator: Indicator, offices: tuple[Standing, ...]) -> list[str]:
    got = {outcome.code: outcome for outcome in indicator.outcomes}
    return [phrases.score_of(got[office.code]) if office.code in got else "—" for office in offices]

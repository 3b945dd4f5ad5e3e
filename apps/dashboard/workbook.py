"""The board as a workbook: a sheet for each card, with the figures of the page and nothing it hides."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.dashboard.board import Board
from apps.dashboard.figures import Figure, Headline
from apps.dashboard.standing import Standing
from apps.files.sheets import Column, Kind, Sheet, Value

OFFICE_WIDTH, FIGURE_WIDTH = 22, 16


def sheets(board: Board, standings: Sequence[Standing]) -> Iterator[Sheet]:
    """The cards that the page shows, in its order."""
    yield _headlines(board)
    if board.slips:
        yield _slips(board)
    if board.duties:
        yield _shares(board, _("五个一进度"), board.duties)
    yield _counts(board, _("事项亮灯"), board.lights)
    yield _counts(board, _("活动"), board.activities)
    if board.trend and board.trend.moments:
        yield _trend(board)
    yield _quarters(board)
    if board.grid:
        yield _tiles(board)
    if board.rows:
        yield _rows(board)
    for standing in standings:
        yield _standing(board, standing)


def about(board: Board, *, by: str, at: dt.datetime) -> list[tuple[str, str]]:
    """The filter sheet: what was chosen, how far the data reach, who asked and when."""
    return [
        (_("机构"), f"{board.office.name}（{board.office.code}）"),
        (_("期间"), f"{board.period.label}（{board.period.start:%Y-%m-%d} – {board.period.end:%Y-%m-%d}）"),
        (_("数据截至"), _moment(board.rollup.counted_at) if board.rollup else _("本年度尚未汇总")),
        (_("走势指标"), str(board.trend.metric.name) if board.trend else ""),
        (_("方格图指标"), str(board.grid.metric.name) if board.grid else ""),
        (_("导出人"), by),
        (_("导出时间"), _moment(at)),
        (_("小数隐去"), _("涉及人数不足5人的数据不显示。")),
        (_("说明"), _("只列汇总数据，不列个人信息。")),
        (_("保密提示"), _("本系统为非涉密系统，严禁录入国家秘密和工作秘密。")),
    ]


def cell(figure: Figure) -> Value:
    """A number where the page shows one; else its words."""
    if figure.value is None:
        return figure.text
    return figure.value if figure.metric.has_denominator else int(figure.value)


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _kind(figure: Figure) -> Kind:
    return Kind.RATE if figure.metric.has_denominator else Kind.COUNT


def _sides(figure: Figure) -> list[Value]:
    """Numerator and denominator, of shares that are shown."""
    return [None, None] if figure.share is None else [figure.numerator, figure.denominator]


def _lines(board: Board, title: str) -> list[str]:
    until = _moment(board.rollup.counted_at) if board.rollup else "—"
    return [
        f"{board.office.name} · {board.period.label} · {title}",
        _("数据截至 %(at)s") % {"at": until},
    ]


def _headlines(board: Board) -> Sheet:
    title = _("主要指标")
    columns = [
        Column(_("指标"), width=26),
        Column(_("数据"), width=FIGURE_WIDTH),
        Column(_("分子"), Kind.COUNT),
        Column(_("分母"), Kind.COUNT),
        Column(_("环比"), width=FIGURE_WIDTH),
        Column(_("同比"), width=FIGURE_WIDTH),
        Column(_("说明"), width=FIGURE_WIDTH),
    ]
    return Sheet(title, columns, [_headline(each) for each in board.headlines], _lines(board, title))


def _headline(headline: Headline) -> list[Value]:
    figure, before, year_before = headline.figure, headline.from_before, headline.from_year_before
    said = figure.said if figure.metric.has_denominator else cell(figure)
    changes: list[Value] = [change.text if change else "—" for change in (before, year_before)]
    return [str(figure.metric.name), said, *_sides(figure), *changes, headline.note]


def _slips(board: Board) -> Sheet:
    title = _("需要关注")
    columns = [
        Column(_("机构"), width=OFFICE_WIDTH),
        Column(_("指标"), width=26),
        Column(_("数据"), Kind.RATE),
        Column(_("差距"), width=26),
        Column(_("缺口"), width=26),
    ]
    rows: list[list[Value]] = [
        [s.figure.office.name, str(s.figure.metric.name), cell(s.figure), s.how, s.why] for s in board.slips
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _shares(board: Board, title: str, figures: Sequence[Figure]) -> Sheet:
    columns = [
        Column(_("项目"), width=26),
        Column(_("数据"), Kind.RATE),
        Column(_("分子"), Kind.COUNT),
        Column(_("分母"), Kind.COUNT),
    ]
    rows: list[list[Value]] = [[str(figure.metric.name), cell(figure), *_sides(figure)] for figure in figures]
    return Sheet(title, columns, rows, _lines(board, title))


def _counts(board: Board, title: str, figures: Sequence[Figure]) -> Sheet:
    columns = [Column(_("项目"), width=26), Column(_("数据"), width=FIGURE_WIDTH), Column(_("单位"), width=8)]
    rows: list[list[Value]] = [
        [
            str(figure.metric.name),
            figure.said if figure.metric.has_denominator else cell(figure),
            "" if figure.metric.has_denominator else str(figure.metric.unit),
        ]
        for figure in figures
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _trend(board: Board) -> Sheet:
    assert board.trend is not None  # noqa: S101 the caller looked
    title = _("各月走势")
    kind = _kind(board.trend.moments[0].figure)
    columns = [
        Column(_("月份"), width=14),
        Column(str(board.trend.metric.name), kind, 26),
        Column(_("上年同月"), kind, FIGURE_WIDTH),
    ]
    rows: list[list[Value]] = [
        [moment.figure.period.label, cell(moment.figure), cell(moment.year_before)]
        for moment in board.trend.moments
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _quarters(board: Board) -> Sheet:
    title = _("各季度进度")
    metrics = [figure.metric for figure in board.quarters[0][1]]
    columns = [
        Column(_("季度"), width=18),
        *(Column(str(metric.name), Kind.RATE, FIGURE_WIDTH) for metric in metrics),
    ]
    rows: list[list[Value]] = [
        [quarter.label, *(cell(figure) for figure in figures)] for quarter, figures in board.quarters
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _tiles(board: Board) -> Sheet:
    assert board.grid is not None  # noqa: S101 the caller looked
    title = _("方格图")
    kind = _kind(board.grid.whole)
    columns = [
        Column(_("机构代码"), width=14),
        Column(_("机构"), width=OFFICE_WIDTH),
        Column(str(board.grid.metric.name), kind, 26),
        Column(_("与本级相比"), width=18),
    ]
    rows: list[list[Value]] = [
        [tile.figure.office.code, tile.figure.office.name, cell(tile.figure), str(tile.level.word)]
        for tile in board.grid.tiles
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _rows(board: Board) -> Sheet:
    title = _("下级机构")
    columns = [
        Column(_("机构代码"), width=14),
        Column(_("机构"), width=OFFICE_WIDTH),
        *(Column(str(h.figure.metric.name), _kind(h.figure), FIGURE_WIDTH) for h in board.headlines),
    ]
    rows: list[list[Value]] = [
        [row.office.code, row.office.name, *(cell(figure) for figure in row.figures)] for row in board.rows
    ]
    return Sheet(title, columns, rows, _lines(board, title))


def _standing(board: Board, standing: Standing) -> Sheet:
    title = f"{_('考核')}-{standing.group.name}"
    points = (_("得分"), _("已计"), _("可计"), _("加分"), _("扣分"))
    columns = [
        Column(_("机构"), width=OFFICE_WIDTH),
        *(Column(point, Kind.POINTS, 10) for point in points),
        Column(_("状态"), width=FIGURE_WIDTH),
    ]
    rows: list[list[Value]] = [
        [
            result.office.name,
            result.total,
            result.earned,
            result.countable,
            result.bonus,
            result.deduction,
            result.grade or result.get_standing_display(),
        ]
        for result in standing.results
    ]
    return Sheet(title, columns, rows, _lines(board, f"{standing.scheme.name} {standing.group.name}"))

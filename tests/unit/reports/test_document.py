import dataclasses
from decimal import Decimal as D

import pytest

from apps.reports import phrases
from apps.reports.blocks import Chart
from apps.reports.document import compose
from apps.reports.figures import AnnualFigures, Figure, Series, State
from tests.unit.reports import sample


def text_of(figures: AnnualFigures) -> str:
    document = compose(figures, "0" * 64)
    return document.lead + "".join(block.text for block in document.body if hasattr(block, "text"))


def decided(*undecided: str) -> AnnualFigures:
    """The city with every item decided but for those of the named offices, all graded."""
    figures = sample.city()
    standings = tuple(
        dataclasses.replace(
            s, undecided=int(s.name in undecided), grade="" if s.name in undecided else "良好"
        )
        for s in figures.standings
    )
    return dataclasses.replace(figures, standings=standings)


@pytest.mark.parametrize(
    ("number", "spelled"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_ordinal_counts_as_headings_do(number: int, spelled: str) -> None:
    assert phrases.ordinal(number) == spelled


@pytest.mark.parametrize(
    ("rate", "spelled"),
    [("0.9655", "96.6%"), ("1", "100%"), ("0", "0%"), ("0.96449", "96.4%"), ("0.0005", "0.1%")],
)
def test_percent_rounds_half_up(rate: str, spelled: str) -> None:
    assert phrases.percent(D(rate)) == spelled


def test_basis_has_the_brackets_of_the_standard() -> None:
    assert phrases.with_brackets("泰统[2026]3号") == "泰统〔2026〕3号"


def test_basis_loses_the_brackets_around_it() -> None:
    assert phrases.with_brackets("（示例，无文号）") == "示例，无文号"


def test_tight_takes_out_the_spaces_of_screens() -> None:
    assert phrases.tight("达到 95% 得 8 分，不足的 A B 不变") == "达到95%得8分，不足的 A B 不变"


def test_lead_says_whether_the_result_is_final() -> None:
    assert "阶段性数据" in text_of(sample.city())
    assert "已经审定，现将" in text_of(dataclasses.replace(sample.city(), is_final=True))
    assert "已经审定公布，现将" in text_of(sample.final())


@pytest.mark.parametrize(
    ("waiting", "ending"),
    [
        ((), "“良好”3个（"),
        (("姜堰区",), "姜堰区尚有1项指标未评，暂不评定等次。"),
        (("姜堰区", "海陵区"), "等2个单位尚有指标未评"),
        (("姜堰区", "海陵区", "高港区"), "各单位均有指标未评"),
    ],
)
def test_group_sentence_none_one_many(waiting: tuple[str, ...], ending: str) -> None:
    assert ending in text_of(decided(*waiting))


def test_grades_before_the_decision_are_only_reckoned() -> None:
    assert "按现有得分测算等次：“良好”3个" in text_of(decided())
    assert "评定等次：“良好”3个" in text_of(dataclasses.replace(decided(), is_final=True))


def weak(count: int) -> AnnualFigures:
    """The county with its first items lowered to nothing."""
    figures = sample.county()
    items = tuple(
        dataclasses.replace(item, outcomes=(dataclasses.replace(item.outcomes[0], score=D(0)),))
        if n < count
        else item
        for n, item in enumerate(figures.indicators)
    )
    return dataclasses.replace(figures, indicators=items)


@pytest.mark.parametrize(
    ("count", "ending"),
    [(0, "未发现明显短板"), (1, "低于60%的指标1项："), (3, "低于60%的指标共3项，需重点改进")],
)
def test_weaknesses_none_one_many(count: int, ending: str) -> None:
    assert ending in text_of(weak(count))


def test_weaknesses_nothing_decided_yet() -> None:
    figures = sample.county()
    items = tuple(
        dataclasses.replace(
            i, outcomes=(dataclasses.replace(i.outcomes[0], state=State.UNDECIDED, score=None),)
        )
        for i in figures.indicators
    )
    assert "尚未评定，暂不作分析" in text_of(dataclasses.replace(figures, indicators=items))


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure("a", "督办红灯", "次", D(0)), "无督办红灯"),
        (Figure("a", "督办红灯", "次", D(1)), "督办红灯1次"),
        (Figure("a", "结对覆盖率", "人", D(0), D(0)), "结对覆盖率不适用"),
        (Figure("a", "结对覆盖率", "人", None, D(9)), "结对覆盖率尚无数据"),
        (Figure("a", "结对覆盖率", "人", None, None, hidden=True), "结对覆盖率涉及人数不足5人，不予列示"),
    ],
)
def test_headline_sentence_edges(figure: Figure, words: str) -> None:
    assert words in text_of(dataclasses.replace(sample.city(), headline=(figure,)))


def test_months_without_data_have_no_chart() -> None:
    figures = dataclasses.replace(sample.city(), series=(Series("走访联系次数", "次", (None,) * 12),))
    document = compose(figures, "0" * 64)
    assert "尚未产生走访联系次数数据" in text_of(figures)
    assert [block.shape for block in document.body if isinstance(block, Chart)] == ["ranking", "ranking"]


def test_empty_scheme_still_makes_a_document() -> None:
    figures = dataclasses.replace(
        sample.city(), headline=(), series=(), breakdown=(), standings=(), indicators=(), records=()
    )
    assert "尚未形成得分" in text_of(figures)
    assert compose(figures, "0" * 64).annex == ()
